"""No line of the log tells a secret or a person."""

from __future__ import annotations

import json
import logging
import logging.config
from typing import Any

import pytest

from connector.logs import JsonFormatter, PlainFormatter, config

CUSTOMER = {
    "id": "gid://shopify/Customer/7",
    "email": "kari.nordmann@example.no",
    "phone": "+47 99 99 99 99",
    "firstName": "Kari",
    "defaultAddress": {"address1": "Storgata 1", "zip": "0155", "city": "Oslo"},
    "orders": [{"name": "#1001", "displayName": "Kari Nordmann"}],
}
PERSONAL = ["kari", "Kari", "Nordmann", "nordmann", "99 99", "Storgata", "0155", "Oslo"]
FORMATTERS = [PlainFormatter(), JsonFormatter()]
both = pytest.mark.parametrize("formatter", FORMATTERS, ids=["plain", "json"])


def record(message: str, *args: object, **extra: object) -> logging.LogRecord:
    made = logging.LogRecord("connector.sync", logging.INFO, __file__, 1, message, args, None)
    vars(made).update(extra)
    return made


@both
def test_a_customer_that_is_logged_leaves_only_its_ids(formatter: logging.Formatter) -> None:
    lines = [
        formatter.format(record("taken", customer=CUSTOMER)),
        formatter.format(record("taken %s", CUSTOMER)),
        formatter.format(record("taken %(email)s of %(id)s", CUSTOMER)),
        formatter.format(record("taken %s", [CUSTOMER])),
    ]
    for line in lines:
        assert "gid://shopify/Customer/7" in line
        assert [word for word in PERSONAL if word in line] == []


@both
@pytest.mark.parametrize(
    "text",
    [
        "token shpat_0123abcd refused",
        "secret shpss_0123abcd refused",
        "token shopkontor_0123abcdEFGHijkl0123abcdEFGHijkl0123456789a refused",
        "X-Shopify-Access-Token: 0123abcd",
        "{'X-Shopify-Access-Token': '0123abcd'}",
        "Authorization: Bearer 0123abcd",
        "Authorization: 0123abcd",
        '{"access_token": "0123abcd"}',
        "grant?client_secret=0123abcd&x=1",
        "postgres://shop:0123abcd@db:5432/books",
        "redis://:0123abcd@127.0.0.1:6379/0",
    ],
)
def test_a_secret_is_struck_out_wherever_it_stands(formatter: logging.Formatter, text: str) -> None:
    for line in (
        formatter.format(record(text)),
        formatter.format(record("said %s", text)),
        formatter.format(record("said", answer={"body": [text]})),
    ):
        assert "0123abcd" not in line
        assert "[redacted]" in line


@both
def test_a_traceback_is_redacted_too(formatter: logging.Formatter) -> None:
    made = record("failed")
    error = ValueError("no customer kari.nordmann@example.no with shpat_0123abcd")
    made.exc_info = (type(error), error, None)
    line = formatter.format(made)
    assert "ValueError" in line
    assert "nordmann" not in line
    assert "0123abcd" not in line


@both
def test_the_record_itself_stays_as_it_was(formatter: logging.Formatter) -> None:
    made = record("said %s", "shpat_0123abcd", shop="DEMO")
    formatter.format(made)
    assert made.getMessage() == "said shpat_0123abcd"
    assert made.__dict__["shop"] == "DEMO"


def test_production_writes_one_json_object_a_line() -> None:
    line = JsonFormatter().format(record("run ended", shop="DEMO", counts={"created": 3}))
    assert "\n" not in line
    told = json.loads(line)
    assert told.pop("at").endswith("+00:00")
    assert told == {
        "level": "info",
        "logger": "connector.sync",
        "message": "run ended",
        "shop": "DEMO",
        "counts": {"created": 3},
    }


def test_plain_lines_show_the_values_beside_the_message() -> None:
    line = PlainFormatter().format(record("run ended", shop="DEMO"))
    assert line.endswith("connector.sync: run ended [shop=DEMO]")


@pytest.mark.parametrize(
    ("json_lines", "formatter"), [(True, JsonFormatter), (False, PlainFormatter)]
)
def test_every_handler_of_the_configuration_redacts(json_lines: bool, formatter: type[Any]) -> None:
    settings = config(json_lines=json_lines)
    assert settings["formatters"]["line"]["()"] is formatter
    assert {handler["formatter"] for handler in settings["handlers"].values()} == {"line"}
    logging.config.DictConfigurator(settings)  # refuses what is no configuration
