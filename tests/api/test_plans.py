"""Entries that are to run later, or again and again."""

from __future__ import annotations

from typing import Any

import pytest

from jobqueue.models import JobQueueEntry
from shops.models import Shop
from tests.api.conftest import Caller, grant

ORDERS = {"report": "orders", "shop": "NORDIC"}


def test_a_schedule_is_made_in_the_shops_zone(kari: Caller, nordic: Shop) -> None:
    recurrence = {
        "weekdays": ["monday", "tuesday"],
        "minutes_between_runs": 30,
        "starting_time": "08:00",
        "ending_time": "16:00",
        "holidays": ["2027-05-17"],
        "on_holiday": "move",
    }
    plan = {"recurrence": recurrence, "priority": "low", "max_attempts": 2, "rerun_delay": 60}

    told = kari.post("entries", {**ORDERS, **plan}, expect=201)

    assert (told["recurring"], told["priority"]) == (True, "low")
    assert (told["max_attempts"], told["rerun_delay"]) == (2, 60)
    assert told["schedule"]["zone"] == "Europe/Oslo"
    assert told["schedule"]["weekdays"] == ["monday", "tuesday"]
    assert told["schedule"]["holidays"] == ["2027-05-17"]
    assert len(told["schedule"]["next_starts"]) == 5
    assert told["earliest_start"] == told["next_start"]


def test_a_date_formula_and_a_start_are_taken(kari: Caller, nordic: Shop) -> None:
    plan = {
        "recurrence": {"date_formula": "1d+cm", "starting_time": "23:00", "zone": "UTC"},
        "earliest_start": "2099-01-10T08:00:00+02:00",
        "expiration": "2099-12-31T00:00:00Z",
    }

    told = kari.post("entries", {**ORDERS, **plan}, expect=201)

    assert told["schedule"]["date_formula"] == "1D+CM"
    assert told["expiration"] == "2099-12-31T00:00:00Z"
    assert told["next_start"] >= "2099-01-10T06:00:00Z"


def test_a_later_start_waits(kari: Caller, nordic: Shop) -> None:
    told = kari.post("entries", {**ORDERS, "earliest_start": "2099-01-10T08:00:00Z"}, expect=201)

    assert told["next_start"] == "2099-01-10T08:00:00Z"
    assert told["why"].startswith("Starts at ")


@pytest.mark.parametrize(
    "plan",
    [
        {"earliest_start": "2099-01-10T08:00:00Z"},
        {"priority": "high"},
        {"recurrence": {"weekdays": ["monday"]}},
        {"max_attempts": 0},
    ],
)
def test_a_plan_takes_the_right_to_add_entries(
    plan: dict[str, Any], lars: Caller, nordic: Shop
) -> None:
    lars.post("entries", {**ORDERS, **plan}, expect=403)
    assert not JobQueueEntry.objects.exists()

    grant(lars.user, "jobqueue.add_jobqueueentry")
    lars.post("entries", {**ORDERS, **plan}, expect=201)


def test_category_and_job_timeout_are_taken_and_told(kari: Caller, nordic: Shop) -> None:
    plan = {"category": "night", "job_timeout": 90}

    told = kari.post("entries", {**ORDERS, **plan}, expect=201)
    plain = kari.post("entries", {**ORDERS, "recurrence": {"weekdays": ["monday"]}}, expect=201)

    assert (told["category"], told["job_timeout"]) == ("NIGHT", 90)
    assert (plain["category"], plain["job_timeout"]) == (nordic.job_category, 43_200)


@pytest.mark.parametrize(
    ("field", "value"),
    [("job_timeout", 0), ("job_timeout", 604_801), ("category", "a b"), ("category", "X" * 31)],
)
def test_a_category_or_timeout_beyond_its_limits_is_refused(
    field: str, value: Any, kari: Caller, nordic: Shop
) -> None:
    told = kari.post("entries", {**ORDERS, field: value}, expect=422)

    assert told["error"]["field"] == field
