"""New entries and their schedules."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from jobqueue.models import JobQueueEntry, Status
from shops.models import Shop
from tests import factories

EARLY = "2026-01-05T00:00"
PLAIN: dict[str, Any] = {
    "description": "Orders at work",
    "earliest_start": EARLY,
    "minutes_between_runs": "0",
    "priority": "2000",
    "max_attempts": "5",
    "rerun_delay": "30",
    "zone": "Europe/Oslo",
    "on_misfire": "run",
}
WEEKDAYS = dict.fromkeys(("monday", "tuesday", "wednesday", "thursday", "friday"), "on")
AT_WORK = (
    PLAIN
    | WEEKDAYS
    | {
        "minutes_between_runs": "15",
        "starting_time": "08:00",
        "ending_time": "18:00",
        "fixed_grid": "on",
    }
)


@pytest.fixture
def given_nordic(db: None) -> Shop:
    return factories.make_shop()


def new_address(kind: int = 30104) -> str:
    return f"{reverse('job-new')}?shop=NORDIC&kind={kind}"


def post(client: Client, address: str, data: dict[str, Any]) -> str:
    return " ".join(client.post(address, data, follow=True).content.decode().split())


def test_a_new_entry_recurs_as_it_was_entered(given_nordic: Shop, given_kari: Client) -> None:
    sent = AT_WORK | {"filter-channel": "<>Point of Sale", "option-retry": "due"}

    page = post(given_kari, new_address(), sent | {"option-archived": "leave"})

    entry = JobQueueEntry.objects.get()
    assert "The entry is in the job queue." in page
    assert (entry.kind, entry.shop, entry.description) == ("orders", "NORDIC", "Orders at work")
    assert entry.recurring
    assert (entry.minutes_between_runs, entry.fixed_grid, entry.zone) == (15, True, "Europe/Oslo")
    assert entry.parameters == {
        "filters": {"channel": "<>Point of Sale"},
        "options": {"retry": "due"},
    }
    words = "Every 15 minutes by the clock on weekdays between 08:00 and 18:00, Europe/Oslo time"
    assert words in page


def test_the_next_runs_are_shown_before_anything_is_kept(
    given_nordic: Shop, given_kari: Client
) -> None:
    sent = AT_WORK | {"option-retry": "all", "option-archived": "leave", "show": "1"}

    response = given_kari.post(new_address(), sent)

    starts = response.context["starts"]
    assert len(starts) == 5
    assert starts == sorted(set(starts))
    assert not JobQueueEntry.objects.exists()


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"starting_time": "08:00"}, "Only a recurring entry has a time window."),
        ({"expiration": "2026-01-01T00:00"}, "The expiration must be later than the earliest"),
        ({"monday": "on", "zone": "Oslo"}, "“Oslo” is not a time zone."),
        ({"max_attempts": "11"}, "10"),
        ({"date_formula": "1X"}, "1X"),
    ],
)
def test_what_makes_no_sense_is_refused_on_its_field(
    changes: dict[str, str], sentence: str, given_nordic: Shop, given_kari: Client
) -> None:
    options = {"option-retry": "all", "option-archived": "leave"}

    page = post(given_kari, new_address(), PLAIN | options | changes)

    assert sentence in page
    assert 'aria-invalid="true"' in page
    assert not JobQueueEntry.objects.exists()


def test_the_schedule_of_an_entry_is_changed(given_nordic: Shop, given_kari: Client) -> None:
    entry = factories.make_entry(Status.ON_HOLD)

    page = post(
        given_kari, reverse("job-schedule", args=[entry.pk]), AT_WORK | {"priority": "1000"}
    )

    entry.refresh_from_db()
    assert "The schedule is saved." in page
    assert entry.recurring
    assert entry.earliest_start.isoformat() == "2026-01-05T07:00:00+00:00"  # 08:00 in Oslo
    assert (entry.priority, entry.urgency, entry.status) == (1000, 1000, Status.ON_HOLD)


def test_an_entry_that_runs_keeps_its_schedule(given_kari: Client) -> None:
    entry = factories.make_entry(Status.IN_PROCESS)

    page = post(given_kari, reverse("job-schedule", args=[entry.pk]), AT_WORK)

    entry.refresh_from_db()
    assert "The entry is running." in page
    assert not entry.recurring


def test_without_rights_nothing_is_scheduled(given_nordic: Shop, given_lars: Client) -> None:
    entry = factories.make_entry()

    for address in (new_address(), reverse("job-schedule", args=[entry.pk])):
        assert given_lars.get(address).status_code == 200
        assert given_lars.post(address, AT_WORK).status_code == 403
    assert JobQueueEntry.objects.count() == 1


def test_shop_and_report_are_asked_for_first(given_nordic: Shop, given_kari: Client) -> None:
    shops = given_kari.get(reverse("job-new")).content.decode()
    reports = given_kari.get(reverse("job-new"), {"shop": "NORDIC"}).content.decode()

    assert "?shop=NORDIC" in shops
    assert "shop=NORDIC&amp;kind=30104" in reports
    assert given_kari.get(new_address(1)).status_code == 404


def test_what_matches_is_counted_while_a_new_entry_is_made(
    given_nordic: Shop, given_kari: Client
) -> None:
    factories.make_order(given_nordic)
    asked = {"shop": "NORDIC", "kind": "30103", "preview": "1", "option-retry": "all"}

    page = given_kari.get(new_address(30103)).content.decode()
    fragment = given_kari.get(reverse("job-new"), asked | {"filter-total": "<1"}).content.decode()

    assert "Matches 1 order now." in page
    assert "Matches 0 orders now." in fragment
    assert "<html" not in fragment


def test_an_equal_entry_that_waits_already_is_left_as_it_is(
    given_nordic: Shop, given_kari: Client
) -> None:
    sent = PLAIN | {"option-retry": "all", "option-archived": "leave"}

    post(given_kari, new_address(), sent)
    page = post(given_kari, new_address(), sent | {"description": "Another name"})

    assert "This sync was already asked for. Here it is." in page
    assert JobQueueEntry.objects.get().description == "Orders at work"
