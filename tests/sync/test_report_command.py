"""`manage.py report`: asks for a report, runs or follows it, and says what came of it."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable
from dataclasses import replace
from io import StringIO
from typing import NoReturn

import pytest
from django.core.management import CommandError, call_command

from jobqueue import registry
from jobqueue.models import JobQueueEntry, Status
from jobqueue.registry import kind_named
from jobqueue.running import RunningJob
from shops.models import Connection, Order, Shop
from tests.sync.conftest import LAMP, TOKEN, Sandbox, change_settings

pytestmark = pytest.mark.django_db(transaction=True)
Said = Callable[..., str]


@pytest.fixture
def said(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> Said:
    """What the command writes. Raises CommandError with what it refuses."""
    monkeypatch.setattr("connector.shopify.retry.time.sleep", lambda _seconds: None)

    def said(*words: str) -> str:
        out = StringIO()
        call_command("report", *words, "--shop", shop.code, stdout=out, stderr=StringIO())
        return out.getvalue()

    return said


def test_it_runs_here_and_tells_the_counts(shopify: Sandbox, said: Said) -> None:
    shopify.place(LAMP)

    assert "read 1, created 1 in" in said("30104", "--inline")
    assert Order.objects.count() == 1


def test_what_is_stopped_here_goes_back_in_line_at_once(
    said: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    def handler(_job: RunningJob) -> NoReturn:
        os.kill(os.getpid(), signal.SIGTERM)
        raise AssertionError("went on")

    kind = kind_named("orders")
    monkeypatch.setitem(registry._kinds, kind.name, replace(kind, handler=handler))

    with pytest.raises(SystemExit) as left:
        said("orders", "--inline")

    entry = JobQueueEntry.objects.get()
    assert left.value.code == 143
    assert (entry.status, entry.attempts, entry.owner) == ("ready", 0, "")
    assert entry.log_entries.get().status == "interrupted"


def test_it_ends_with_one_line_of_counts_where_asked(shopify: Sandbox, said: Said) -> None:
    shopify.place(LAMP)
    shopify.place(LAMP, closed=True)

    told = json.loads(said("orders", "--inline", "--json"))

    assert {name: told[name] for name in ("read", "created", "rejected")} == {
        "read": 1,
        "created": 1,
        "rejected": 0,
    }
    assert told["message"].startswith("1 archived or cancelled orders were left out")


def test_a_dry_run_is_told_record_by_record(shopify: Sandbox, said: Said) -> None:
    name = shopify.place(LAMP)

    told = said("30104", "--inline", "--set", "dry_run=yes")

    assert "Dry run: nothing was written." in told
    assert f"{name} would be created: 1 line, 200.00 EUR" in told
    assert not Order.objects.exists()


def test_reasons_are_told_with_the_counts(shopify: Sandbox, shop: Shop, said: Said) -> None:
    change_settings(shop, shipping_charges_account="")
    shopify.place(LAMP, shipping=[{"title": "Post", "price": "5.00"}])
    said("30104", "--inline")

    assert "1 × unmapped: Missing: the shipping charges account." in said("30103", "--inline")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["30999"], "There is no report “30999”. Known are: 30100 (customers), 30102 (stock)"),
        (["orders", "--filter", "colour=red"], "The report has no filter “colour”. It has: "),
        (["orders", "--filter", "total=much"], "“much” is not a number"),
        (["orders", "--filter", "total"], "“total” is not of the form NAME=VALUE."),
        (["orders", "--set", "retry=never"], "retry=never: choose one of all, due."),
        (["296", "--set", "ship=perhaps"], "ship"),
        (["296", "--filter", "colour=red"], "The report has no filter “colour”. It has: "),
        (["orders", "--every", "0"], "--every: write 1 minute or more."),
    ],
)
def test_what_cannot_be_is_refused_with_what_can(
    said: Said, words: list[str], sentence: str
) -> None:
    with pytest.raises(CommandError) as caught:
        said(*words)

    assert sentence in str(caught.value)
    assert not JobQueueEntry.objects.exists()


def test_an_unknown_shop_is_refused_with_those_there_are(shop: Shop) -> None:
    with pytest.raises(CommandError, match=r"There is no shop X\. Known: DEMO\."):
        call_command("report", "orders", "--shop", "X")


def test_a_failed_run_tells_its_error_and_no_counts(said: Said) -> None:
    connection = Connection.objects.get()
    connection.access_token = "shpat_wrong"
    connection.save()

    with pytest.raises(CommandError, match="access token of shop DEMO"):
        said("orders", "--inline")

    connection.access_token = TOKEN
    connection.save()
    assert "in" in said("orders", "--inline")


def test_a_person_who_asks_again_does_not_wait_for_the_pause(
    shopify: Sandbox, shop: Shop, said: Said
) -> None:
    shopify.place(LAMP)
    address = shop.url
    Shop.objects.update(url="http://127.0.0.1:9")
    with pytest.raises(CommandError, match=r"Will try again at \d\d:\d\d:\d\d"):
        said("orders", "--inline")

    Shop.objects.update(url=address)

    assert "created 1" in said("orders", "--inline")


def test_a_posting_takes_filters(said: Said) -> None:
    said("296", "--filter", "order_no=#1001..#1009")

    assert JobQueueEntry.objects.get().parameters["filters"] == {"order_no": "#1001..#1009"}


@pytest.mark.parametrize("report", ["orders", "296"])
def test_it_can_be_kept_running(said: Said, report: str) -> None:
    assert "every 15 min" in said(report, "--every", "15")

    entry = JobQueueEntry.objects.get()
    assert (entry.recurring, entry.minutes_between_runs, entry.zone) == (
        True,
        15,
        "Europe/Oslo",
    )
    assert entry.status == Status.READY


@pytest.mark.parametrize("number", ["295", "296", "297", "298", "496", "497", "498", "6655"])
def test_every_batch_is_run_by_its_number(said: Said, number: str) -> None:
    assert "nothing to do" in said(number, "--inline")


def test_h15_a_fixed_posting_date_in_a_schedule_is_warned_of(
    said: Said, shop: Shop, capsys: pytest.CaptureFixture[str]
) -> None:
    fixed = ("--set", "replace_posting_date=yes", "--set", "posting_date=2026-03-31")
    call_command("report", "496", *fixed, "--every", "60", "--shop", shop.code)

    assert "Every run of this schedule will post on 2026-03-31." in capsys.readouterr().err
    said("497", "--set", "replace_posting_date=today", "--every", "60")
    assert JobQueueEntry.objects.filter(recurring=True).count() == 2
