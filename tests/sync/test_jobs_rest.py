"""A disabled shop rests, and a shop that does not answer is left alone for a while."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

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


def test_the_schedule_of_a_disabled_shop_rests_and_nothing_fails(shop: Shop) -> None:
    entry = given_a_schedule(shop)

    enable(shop, enabled=False)
    run_entry(entry.pk)

    entry.refresh_from_db()
    assert (entry.status, entry.fence) == (Status.READY, 0)
    assert not JobQueueLogEntry.objects.exists()
    assert why_not_running(entry, database.clock()) == (
        "Shop DEMO rests: It is disabled. Enable it on the shop card."
    )


def test_an_enabled_shop_goes_on_with_one_run(shop: Shop) -> None:
    entry = given_a_schedule(shop)
    enable(shop, enabled=False)
    JobQueueEntry.objects.update(earliest_start=database.clock() - timedelta(days=3))

    enable(shop, enabled=True)
    run_entry(entry.pk)

    entry.refresh_from_db()
    assert list(JobQueueLogEntry.objects.values_list("status", flat=True)) == ["success"]
    assert entry.earliest_start > database.clock() + timedelta(minutes=50)


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
