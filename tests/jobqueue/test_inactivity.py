"""D15: what had nothing to do rests for its inactivity timeout; no report of ours says so."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from jobqueue import database, repair, runner, transitions
from jobqueue.models import JobQueueEntry, Status
from jobqueue.running import Outcome, RunningJob
from tests.jobqueue.conftest import given_entry, given_handler, in_the_past, logged

pytestmark = pytest.mark.django_db

HOURLY = {"minutes_between_runs": 60} | dict.fromkeys(
    ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"], True
)


def given_run(entry: JobQueueEntry, outcome: Outcome) -> JobQueueEntry:
    def handler(_job: RunningJob) -> Outcome:
        return outcome

    given_handler(handler)
    JobQueueEntry.objects.filter(pk=entry.pk).update(earliest_start=in_the_past())
    runner.run_entry(entry.pk)
    entry.refresh_from_db()
    return entry


def around_now(hours: float, until: float, **values: Any) -> dict[str, Any]:
    """A daily window from so many hours before now to so many after it."""
    now = database.clock().replace(second=0, microsecond=0)
    opens, closes = now - timedelta(hours=hours), now + timedelta(hours=until)
    return {**HOURLY, "starting_time": opens.time(), "ending_time": closes.time(), **values}


def test_d15_nothing_to_do_rests_for_the_timeout() -> None:
    entry = given_run(given_entry(**HOURLY, inactivity_timeout=720), Outcome(idle=True))

    assert (entry.status, logged(entry)) == (Status.INACTIVE, ["success"])
    rest = entry.earliest_start - database.clock()
    assert timedelta(hours=12) - rest < timedelta(seconds=30)


def test_d15_a_rest_that_ends_outside_of_the_window_ends_at_the_next_opening() -> None:
    # As 08:00–18:00 at 10:00: the rest of 12 hours ends at 22:00.
    entry = given_entry(**around_now(2, 8), inactivity_timeout=720)

    given_run(entry, Outcome(idle=True))

    opens: datetime = database.clock().replace(second=0, microsecond=0) + timedelta(hours=22)
    assert abs(entry.earliest_start - opens) <= timedelta(minutes=1)


def test_d15_it_wakes_when_the_timeout_is_over() -> None:
    entry = given_run(given_entry(**HOURLY), Outcome(idle=True))
    repair.repair()
    entry.refresh_from_db()
    assert entry.status == Status.INACTIVE

    JobQueueEntry.objects.update(earliest_start=in_the_past())
    repair.repair()

    entry.refresh_from_db()
    assert entry.status == Status.READY
    assert given_run(entry, Outcome()).status == Status.READY


def test_looking_for_who_rested_reads_no_more_than_those() -> None:
    """It is looked for every second, beside all that has finished."""
    analyse = "EXPLAIN QUERY PLAN " if connection.vendor == "sqlite" else "EXPLAIN "
    if connection.vendor == "postgresql":
        database.change("SET LOCAL enable_seqscan = off")

    plan = str(database.rows(analyse + "SELECT 1" + repair.RESTED))

    assert "entry_at_rest" in plan


def test_d15_a_person_wakes_it_at_once() -> None:
    entry = given_run(given_entry(**HOURLY), Outcome(idle=True))

    assert transitions.run_now(entry.pk).earliest_start <= database.clock()


def test_d15_who_does_not_say_idle_runs_at_the_next_regular_time() -> None:
    entry = given_run(given_entry(**HOURLY), Outcome({"read": 0}))

    assert entry.status == Status.READY
    assert entry.earliest_start - database.clock() > timedelta(minutes=59)


def test_a_one_off_that_had_nothing_to_do_is_finished() -> None:
    assert given_run(given_entry(), Outcome(idle=True)).status == Status.FINISHED
