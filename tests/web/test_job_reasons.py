"""Every entry that does not run says why."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from connector.pages.job_reasons import around, why
from jobqueue.models import JobQueueEntry, Status
from tests import factories
from tests.factories import NOW
from tests.web.world import World

pytestmark = pytest.mark.django_db


def said(entry: JobQueueEntry) -> str:
    return why(entry, around([entry], NOW))


def test_what_waits_names_the_entry_that_has_its_place() -> None:
    running = factories.make_entry(Status.IN_PROCESS, lock_key="NORDIC/orders")
    lane = factories.make_entry(Status.WAITING)
    lock = factories.make_entry(Status.WAITING, category="", lock_key="NORDIC/orders")
    other = factories.make_entry(Status.WAITING, category="OTHER")

    name = f"entry {running.pk} (Sync orders from Shopify)"
    assert said(lane).startswith(f"Waits for {name} in category SHPFY-NORDIC since ")
    assert said(lock).startswith(f"Waits for {name}, the same task, since ")
    assert said(other) == "Starts as soon as a worker is free."


def test_what_is_ready_says_when_it_starts() -> None:
    due = factories.make_entry()
    later = factories.make_entry(earliest_start=NOW + timedelta(hours=2))
    retried = factories.make_entry(attempts=2, error_message="No answer.")

    assert said(due) == "Starts as soon as a worker is free."
    assert said(later) == "Starts at 2 Mar 2026, 14:00."
    assert said(retried).startswith("Retry 2 of 5 at ")
    assert said(retried).endswith(": No answer.")


def test_a_disabled_shop_is_named() -> None:
    factories.make_shop(enabled=False)

    assert said(factories.make_entry()) == "Shop NORDIC is disabled: enable it on the shop card."


def test_what_rests_says_what_put_it_there() -> None:
    held = factories.make_entry(Status.ON_HOLD, hold_reason="5 failures in a row.")
    failed = factories.make_entry(Status.ERROR, error_message="No answer.")

    assert (said(held), said(failed)) == ("5 failures in a row.", "No answer.")
    assert said(factories.make_entry(Status.FINISHED)) == ""


def test_the_list_and_the_card_say_it(given_a_world: World, given_kari: Client) -> None:
    waiting = JobQueueEntry.objects.get(status=Status.WAITING)
    words = f"Waits for entry {given_a_world.entry.pk}"

    assert words in given_kari.get(reverse("jobs")).content.decode()
    assert words in given_kari.get(reverse("job", args=[waiting.pk])).content.decode()
