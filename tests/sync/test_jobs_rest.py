"""A disabled shop rests, and a shop that does not answer is left alone for a while."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command
from django.db import connection

from connector.sync.jobs import request_report
from jobqueue import database
from jobqueue.models import JobQueueEntry, JobQueueLogEntry, JobQueuePause, Status
from jobqueue.reasons import why_not_running
from jobqueue.runner import run_entry
from shops.models import Shop
from tests.sync.conftest import Sandbox

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Retries within a run wait for nobody."""
    monkeypatch.setattr("connector.shopify.retry.time.sleep", lambda _seconds: None)


def enable(shop: Shop, *, enabled: bool) -> None:
    shop.enabled = enabled
    shop.save()


def given_a_schedule(shop: Shop) -> JobQueueEntry:
    """Orders every hour, any day."""
    days = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
    when: dict[str, Any] = dict.fromkeys(days, True)
    entry, _created = request_report("orders", shop, minutes_between_runs=60, **when)
    return entry


def test_f20_the_schedule_of_a_disabled_shop_rests_and_nothing_fails(shop: Shop) -> None:
    entry = given_a_schedule(shop)

    enable(shop, enabled=False)
    run_entry(entry.pk)

    entry.refresh_from_db()
    assert (entry.status, entry.fence) == (Status.READY, 0)
    assert not JobQueueLogEntry.objects.exists()
    assert why_not_running(entry, database.clock()) == (
        "Shop DEMO rests: It is disabled. Enable it on the shop card."
    )


def test_f20_an_enabled_shop_goes_on_with_one_run(shop: Shop) -> None:
    entry = given_a_schedule(shop)
    enable(shop, enabled=False)
    JobQueueEntry.objects.update(earliest_start=database.clock() - timedelta(days=3))

    enable(shop, enabled=True)
    run_entry(entry.pk)

    entry.refresh_from_db()
    assert list(JobQueueLogEntry.objects.values_list("status", flat=True)) == ["success"]
    assert entry.earliest_start > database.clock() + timedelta(minutes=50)


def by_card(*, enabled: bool) -> None:
    """What the page and `manage.py shop set` do: they save the card's form."""
    shop = Shop.objects.get()
    shop.enabled = enabled
    shop.save()


def by_command(*, enabled: bool) -> None:
    call_command("shop", "set", "DEMO", f"enabled={'yes' if enabled else 'no'}", stdout=StringIO())


def by_update(*, enabled: bool) -> None:
    assert Shop.objects.filter(code="DEMO").update(enabled=enabled, name="Demo") == 1


def by_bulk_update(*, enabled: bool) -> None:
    shop = Shop.objects.get()
    shop.enabled = enabled
    Shop.objects.bulk_update([shop], ["enabled"])


@pytest.mark.parametrize("switch", [by_card, by_command, by_update, by_bulk_update])
def test_f20_whichever_way_a_shop_is_disabled_it_rests_and_fits_its_next_run_when_enabled(
    switch: Callable[..., None], shop: Shop
) -> None:
    entry = given_a_schedule(shop)
    soon = database.clock().astimezone(ZoneInfo(shop.zone)) + timedelta(hours=3)
    opening = soon.replace(minute=0, second=0, microsecond=0)
    JobQueueEntry.objects.update(
        earliest_start=database.clock() - timedelta(days=2),
        zone=shop.zone,
        starting_time=opening.time(),
        ending_time=(opening + timedelta(hours=2)).time(),
    )

    switch(enabled=False)
    assert [paused.made_by for paused in JobQueuePause.objects.all()] == ["rest"]
    run_entry(entry.pk)
    assert not JobQueueLogEntry.objects.exists()

    switch(enabled=True)
    assert not JobQueuePause.objects.exists()
    entry.refresh_from_db()
    assert (entry.status, entry.earliest_start) == (Status.READY, opening)


def test_f20_a_shop_that_was_disabled_behind_our_back_fails_nothing_either(shop: Shop) -> None:
    entry = given_a_schedule(shop)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE shops_shop SET enabled = %s", [False])

    run_entry(entry.pk)

    entry.refresh_from_db()
    assert (entry.status, entry.consecutive_failures) == (Status.READY, 0)
    assert list(JobQueueLogEntry.objects.values_list("status", flat=True)) == ["snoozed"]
    run_entry(entry.pk)
    assert JobQueueLogEntry.objects.count() == 1  # from now on it rests


def test_saving_an_enabled_shop_pauses_nothing(shop: Shop) -> None:
    enable(shop, enabled=True)

    assert not JobQueuePause.objects.exists()


def test_a_deleted_shop_leaves_no_rest_to_the_next_with_its_code() -> None:
    shop = Shop.objects.create(code="GONE", url="https://gone.myshopify.com", enabled=False)
    assert JobQueuePause.objects.get().shop == "GONE"

    shop.delete()

    assert not JobQueuePause.objects.exists()


def test_five_runs_that_get_no_answer_pause_the_shop_and_one_probe_ends_it(
    shopify: Sandbox, shop: Shop
) -> None:
    shopify.faults({"kind": "http", "status": 503})
    failing, _created = request_report("orders", shop)
    for _failure in range(5):
        JobQueueEntry.objects.update(earliest_start=database.clock())
        run_entry(failing.pk)
    assert JobQueueLogEntry.objects.filter(status="error").count() == 5
    entry, _created = request_report("documents", shop)

    run_entry(entry.pk)

    entry.refresh_from_db()
    assert entry.fence == 0
    assert why_not_running(entry, database.clock()).startswith("Shop DEMO is paused until ")

    shopify.faults()
    JobQueuePause.objects.update(until=database.clock() - timedelta(seconds=1))
    run_entry(entry.pk)
    assert not JobQueuePause.objects.exists()
