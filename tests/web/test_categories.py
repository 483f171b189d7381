"""Categories, what is scheduled, and the word at the end of what a person started."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.test import Client
from django.urls import reverse

from connector.pages.scheduled import planned
from jobqueue.models import JobQueueCategory, JobQueueEntry, Status
from jobqueue.recurrence_columns import WEEKDAYS
from shops.models import Shop
from tests import factories
from tests.factories import NOW


def test_a_category_shows_who_waits_and_takes_another_limit(given_kari: Client) -> None:
    JobQueueCategory.objects.create(code="LANE")
    factories.make_entry(Status.IN_PROCESS, category="LANE")
    factories.make_entry(Status.WAITING, category="LANE")
    factories.make_entry(Status.WAITING, category="LANE")
    address = reverse("categories")

    counts = given_kari.get(address).context["forms"][0].instance.counts
    assert (counts["running"], counts["waiting"]) == (1, 2)

    refused = given_kari.post(address, {"LANE-limit": "0", "LANE-description": "x"})
    assert 'aria-invalid="true"' in refused.content.decode()
    assert JobQueueCategory.objects.get().limit == 1

    given_kari.post(address, {"LANE-limit": "3", "LANE-description": "Wide"})
    changed = JobQueueCategory.objects.get()
    assert (changed.limit, changed.description) == (3, "Wide")


def test_without_rights_categories_are_only_shown(given_lars: Client) -> None:
    JobQueueCategory.objects.create(code="LANE")

    assert given_lars.get(reverse("categories")).status_code == 200
    assert given_lars.post(reverse("categories"), {"LANE-limit": "3"}).status_code == 403
    assert JobQueueCategory.objects.get().limit == 1


def test_the_next_day_is_planned_and_no_more(db: None) -> None:
    once = factories.make_entry(earliest_start=NOW + timedelta(hours=3))
    every_day: dict[str, Any] = dict.fromkeys(WEEKDAYS, True)
    hourly = factories.make_entry(
        **every_day,
        recurring=True,
        minutes_between_runs=360,
        earliest_start=NOW + timedelta(hours=1),
        expiration=NOW + timedelta(hours=14),
    )

    assert [row.at for row in planned(once, NOW)] == [NOW + timedelta(hours=3)]
    assert [row.at - NOW for row in planned(hourly, NOW)] == [
        timedelta(hours=1),
        timedelta(hours=7),
        timedelta(hours=13),
    ]


def test_the_page_lists_what_is_to_run(given_kari: Client) -> None:
    assert "Nothing is to run" in given_kari.get(reverse("scheduled")).content.decode()

    entry = factories.make_entry()
    assert reverse("job", args=[entry.pk]) in given_kari.get(reverse("scheduled")).content.decode()


def test_who_started_an_entry_is_told_once_that_it_has_ended(given_kari: Client) -> None:
    shop: Shop = factories.make_shop()
    address = reverse("ended-fragment")
    given_kari.post(reverse("sync", args=[shop.code, 30104]))
    entry = JobQueueEntry.objects.get()

    page = given_kari.get(reverse("shops")).content.decode()
    assert address in page
    assert given_kari.get(address).status_code == 204

    JobQueueEntry.objects.update(status=Status.FINISHED)
    told = given_kari.get(address).content.decode()
    assert entry.description in told
    assert "hx-get" not in told
    assert address not in given_kari.get(reverse("shops")).content.decode()
