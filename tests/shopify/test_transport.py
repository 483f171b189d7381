"""One HTTP call: what a shopkeeper is told when it fails, and that nobody is told the token."""

from __future__ import annotations

import logging
import socket
import traceback

import orjson
import pytest

from connector.shopify.errors import (
    AccessDenied,
    MalformedAnswer,
    QueryRejected,
    ShopifyError,
    ShopUnusable,
    TimedOut,
    Unavailable,
)
from connector.shopify.transport import Transport
from connector.shopify.version import API_VERSION
from tests.shopify.conftest import TOKEN
from tests.shopify.scripted_shop import Reply, ScriptedShop, answer

PAYLOAD = {"query": "{ shop { name } }", "variables": {}}


def test_a_call_goes_to_the_pinned_version_with_the_token(
    shop: ScriptedShop, transport: Transport
) -> None:
    shop.will(answer({"shop": {"name": "Demo"}}))

    answered = transport.post(PAYLOAD)

    (call,) = shop.calls
    assert call.path == f"/admin/api/{API_VERSION}/graphql.json"
    assert call.headers["X-Shopify-Access-Token"] == TOKEN
    assert call.payload == PAYLOAD
    assert answered.body["data"] == {"shop": {"name": "Demo"}}


@pytest.mark.parametrize(
    ("status", "kind", "sentence"),
    [
        (
            401,
            AccessDenied,
            "Shopify does not accept the access token of shop DEMO: reconnect the shop.",
        ),
        (
            402,
            ShopUnusable,
            "Shopify has frozen shop DEMO over an unpaid bill: pay it in Shopify, then try again.",
        ),
        (
            403,
            AccessDenied,
            "Shopify refuses the app access to shop DEMO: check the app's permissions in Shopify, "
            "then reconnect the shop.",
        ),
        (
            404,
            ShopUnusable,
            "There is no Shopify shop at {host}: correct the address of shop DEMO.",
        ),
        (423, ShopUnusable, "Shopify has locked shop DEMO: ask Shopify's support to unlock it."),
        (
            301,
            ShopUnusable,
            "The address {host} of shop DEMO leads elsewhere: "
            "enter the shop's own myshopify.com address.",
        ),
        (
            400,
            QueryRejected,
            "Shopify does not accept what was sent for shop DEMO (status 400): please report this.",
        ),
        (
            429,
            Unavailable,
            "Shopify asks shop DEMO to call less often: try again later.",
        ),
        (
            503,
            Unavailable,
            "Shopify has trouble of its own (status 503) and did not answer shop DEMO: "
            "try again later.",
        ),
        (504, TimedOut, "Shopify took too long to answer shop DEMO: try again later."),
    ],
)
def test_every_status_has_its_own_sentence(
    shop: ScriptedShop,
    transport: Transport,
    status: int,
    kind: type[ShopifyError],
    sentence: str,
) -> None:
    headers = {"X-Request-Id": "abc-1", "Location": "https://elsewhere.example/"}
    shop.will(Reply(b"<html>", status, headers))

    with pytest.raises(ShopifyError) as caught:
        transport.post(PAYLOAD)

    assert type(caught.value) is kind
    assert str(caught.value) == sentence.format(host=shop.address.removeprefix("http://"))
    assert caught.value.request_id == "abc-1"
    assert len(shop.calls) == 1


@pytest.mark.parametrize(
    ("status", "retry_after", "seconds", "maybe_done"),
    [
        (429, "2.0", 2.0, False),
        (429, "soon", 0.0, False),
        (429, "nan", 0.0, False),
        (429, "-1", 0.0, False),
        (503, "7", 7.0, True),
    ],
)
def test_retry_after_is_kept_and_a_refused_call_was_surely_not_done(
    shop: ScriptedShop,
    transport: Transport,
    status: int,
    retry_after: str,
    seconds: float,
    maybe_done: bool,
) -> None:
    shop.will(Reply(b"", status, {"Retry-After": retry_after}))

    with pytest.raises(Unavailable) as caught:
        transport.post(PAYLOAD)

    assert (caught.value.retry_after, caught.value.maybe_done) == (seconds, maybe_done)


GOOD = orjson.dumps({"data": {"shop": {"name": "Demo"}}})


@pytest.mark.parametrize(
    "reply",
    [
        Reply(b"<html>Welcome</html>"),
        Reply(GOOD[:-5]),
        Reply(GOOD[:-5], cut=5),
        Reply(b'["a list"]'),
        Reply(b""),
        Reply(b"no gzip", headers={"Content-Encoding": "gzip"}),
    ],
    ids=["html", "half-json", "connection-cut", "no-object", "empty", "not-gzip"],
)
def test_what_is_no_whole_json_object_is_malformed(
    shop: ScriptedShop, transport: Transport, reply: Reply
) -> None:
    shop.will(reply)

    with pytest.raises(MalformedAnswer, match=r"DEMO is not Shopify, or was cut short"):
        transport.post(PAYLOAD)


def test_a_broken_connection_may_have_done_the_work(
    shop: ScriptedShop, transport: Transport
) -> None:
    shop.will(Reply(reset=True))

    with pytest.raises(Unavailable, match=r"for shop DEMO broke off") as caught:
        transport.post(PAYLOAD)

    assert caught.value.maybe_done
    assert type(caught.value) is Unavailable


@pytest.mark.usefixtures("impatient")
def test_a_body_that_stops_half_way_times_out(shop: ScriptedShop, transport: Transport) -> None:
    shop.will(Reply(GOOD, hang=True))

    with pytest.raises(TimedOut, match=r"took too long to answer shop DEMO") as caught:
        transport.post(PAYLOAD)

    assert caught.value.maybe_done


def test_a_body_that_drips_past_the_total_times_out(shop: ScriptedShop) -> None:
    ticks = iter([0.0, 1_000.0])
    transport = Transport("DEMO", shop.address, TOKEN, clock=lambda: next(ticks))
    shop.will(Reply(GOOD))

    with pytest.raises(TimedOut):
        transport.post(PAYLOAD)
    transport.close()


def test_a_server_that_is_down_has_surely_done_nothing() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    transport = Transport("DEMO", f"http://127.0.0.1:{port}", TOKEN)

    with pytest.raises(Unavailable, match=r"^No connection to 127.0.0.1:\d+ for shop") as caught:
        transport.post(PAYLOAD)

    assert not caught.value.maybe_done


@pytest.mark.parametrize("address", ["demo.myshopify.com", "ftp://demo", "http://", "https://a b"])
def test_an_address_that_is_none_says_so(address: str) -> None:
    transport = Transport("DEMO", address, TOKEN)

    with pytest.raises(ShopUnusable, match=r"correct the address of shop DEMO\."):
        transport.post(PAYLOAD)


@pytest.mark.parametrize("token", ["", "  ", "shpat_1\nX-Evil: 1", "shpat_æ"])
def test_a_damaged_token_is_refused_without_being_shown(token: str) -> None:
    with pytest.raises(AccessDenied) as caught:
        Transport("DEMO", "https://demo.myshopify.com", token)

    assert str(caught.value) == (
        "The access token of shop DEMO is empty or damaged: reconnect the shop."
    )


def test_a_newer_api_is_noted_once(
    shop: ScriptedShop, transport: Transport, caplog: pytest.LogCaptureFixture
) -> None:
    newer = Reply(GOOD, headers={"X-Shopify-API-Version": "2027-01"})
    shop.will(newer, newer)

    with caplog.at_level(logging.WARNING):
        transport.post(PAYLOAD)
        transport.post(PAYLOAD)

    assert transport.answered_version == "2027-01"
    assert [r.getMessage() for r in caplog.records] == [
        "Shopify answers with another API version than asked for"
    ]


def test_connections_are_kept(shop: ScriptedShop, transport: Transport) -> None:
    shop.will(*[Reply(GOOD)] * 3)

    for _ in range(3):
        transport.post(PAYLOAD)

    assert len({call.port for call in shop.calls}) == 1


def test_a_connection_after_trouble_is_closed_with_the_rest(
    shop: ScriptedShop, transport: Transport
) -> None:
    shop.will(Reply(reset=True), Reply(GOOD))
    with pytest.raises(Unavailable):
        transport.post(PAYLOAD)
    transport.post(PAYLOAD)

    transport.close()

    assert shop.hung_up.wait(30)  # not only when memory is tidied up


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize(
    "reply",
    [
        Reply(b"", 401),
        Reply(b"", 500),
        Reply(reset=True),
        Reply(b"<html>"),
        Reply(GOOD[:-5], cut=5),
        Reply(GOOD, hang=True),
    ],
)
def test_no_error_and_no_log_line_holds_the_token(
    shop: ScriptedShop, transport: Transport, caplog: pytest.LogCaptureFixture, reply: Reply
) -> None:
    shop.will(reply)

    with caplog.at_level(logging.DEBUG), pytest.raises(ShopifyError) as caught:
        transport.post(PAYLOAD)

    assert caught.value.__context__ is None  # requests' exceptions hold the headers they sent
    assert TOKEN not in "".join(traceback.format_exception(caught.value))
    assert TOKEN not in caplog.text
    assert TOKEN not in repr(vars(transport))
