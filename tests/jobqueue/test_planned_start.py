"""A schedule counts from what it planned, whatever moved the earliest start since."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from jobqueue import database, pauses, recurrence, runner, transitions
from jobqueue.errors import Retry
from jobqueue.models import JobQueueEntry, Status
from jobqueue.recurrence import Rule, next_runs
from jobqueue.running import Outcome, RunningJob
from tests.jobqueue.conftest import given_entry, given_handler

pytestmark = pytest.mark.django_db

EVERY_DAY = dict.fromkeys(
    ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"], True
)


def given_planned(ago: timedelta, **values: Any) -> JobQueueEntry:
    """A recurring entry that was planned `ago`."""
    entry, planned = given_entry(**values), database.clock() - ago
    JobQueueEntry.objects.filter(pk=entry.pk).update(earliest_start=planned, planned_start=planned)
    entry.refresh_from_db()
    return entry


def given_one_failure() -> None:
    """A handler that fails at its first run and then does its work."""
    failures = [Retry("away")]

    def handler(_job: RunningJob) -> Outcome:
        if failures:
            raise failures.pop()
        return Outcome()

    given_handler(handler)


def due_now(entry: JobQueueEntry) -> None:
    JobQueueEntry.objects.filter(pk=entry.pk).update(earliest_start=database.clock())


def test_b33_after_a_retry_a_formula_counts_from_the_planned_date() -> None:
    given_one_failure()
    entry = given_planned(timedelta(days=2), date_formula="1W")
    planned = entry.planned

    runner.run_entry(entry.pk)
    entry.refresh_from_db()
    assert (entry.attempts, entry.planned_start) == (1, planned)
    assert entry.earliest_start > database.clock()

    due_now(entry)
    runner.run_entry(entry.pk)

    entry.refresh_from_db()
    assert entry.earliest_start.date() == planned.date() + timedelta(days=7)
    assert (entry.earliest_start, entry.attempts) == (entry.planned_start, 0)


def test_b33_a_run_past_midnight_skips_no_day() -> None:
    rule = Rule(frozenset(), 0, starting=datetime(2026, 3, 9, 23, 50, tzinfo=UTC).time(),
                formula=given_planned(timedelta(0), date_formula="1D").rule().formula)  # fmt: skip
    planned = datetime(2026, 3, 9, 23, 50, tzinfo=UTC)
    ended = datetime(2026, 3, 10, 0, 10, tzinfo=UTC)

    start = recurrence.next_run(rule, planned=planned, completed=ended, started=planned)

    assert start == datetime(2026, 3, 10, 23, 50, tzinfo=UTC)


def test_a_hold_does_not_move_the_plan() -> None:
    entry = given_planned(timedelta(days=2), date_formula="1W")
    planned = entry.planned
    transitions.hold(entry.pk)

    transitions.make_ready(entry.pk)
    due_now(entry)
    runner.run_entry(entry.pk)

    entry.refresh_from_db()
    assert entry.earliest_start.date() == planned.date() + timedelta(days=7)


def test_b32_starts_that_were_missed_are_one_run_and_are_counted() -> None:
    entry = given_planned(
        timedelta(minutes=65), **EVERY_DAY, minutes_between_runs=15, fixed_grid=True
    )

    runner.run_entry(entry.pk)

    entry.refresh_from_db()
    assert (entry.status, entry.misfires in (4, 5)) == (Status.READY, True)
    assert entry.earliest_start > database.clock(), "the run that began late made up for them"

    missed = entry.misfires
    due_now(entry)
    runner.run_entry(entry.pk)
    entry.refresh_from_db()
    assert entry.misfires == missed


def test_b32_a_pause_is_counted_too() -> None:
    entry = given_planned(
        timedelta(hours=3), **EVERY_DAY, minutes_between_runs=60, fixed_grid=True, shop="DEMO"
    )
    pauses.pause("DEMO")
    pauses.resume("DEMO")

    runner.run_entry(entry.pk)

    entry.refresh_from_db()
    assert entry.misfires == 3


def test_after_completion_nothing_is_missed() -> None:
    entry = given_planned(timedelta(hours=3), **EVERY_DAY, minutes_between_runs=60)

    runner.run_entry(entry.pk)

    entry.refresh_from_db()
    assert entry.misfires == 0
    assert entry.earliest_start > database.clock() + timedelta(minutes=59)


def test_no_more_are_counted_than_a_transaction_bears() -> None:
    rule = given_planned(timedelta(0), **EVERY_DAY, minutes_between_runs=1, fixed_grid=True).rule()
    planned = datetime(2026, 1, 1, tzinfo=UTC)

    missed = recurrence.missed_starts(rule, planned=planned, now=planned + timedelta(days=300))

    assert missed == recurrence.MOST_MISSED


def test_what_is_shown_as_next_counts_from_the_plan() -> None:
    rule = given_planned(timedelta(0), date_formula="1W").rule()
    planned = datetime(2026, 3, 2, tzinfo=UTC)
    retry = datetime(2026, 3, 4, 10, tzinfo=UTC)

    starts = next_runs(rule, retry, 3, planned=planned, earliest=retry)

    assert starts == [
        retry, datetime(2026, 3, 9, tzinfo=UTC), datetime(2026, 3, 16, tzinfo=UTC),
    ]  # fmt: skip


def test_b49_the_schedules_zone_counts_not_the_owners() -> None:
    entry = given_entry(
        **EVERY_DAY, starting_time="06:00", fixed_grid=True, zone="Europe/Copenhagen"
    )
    planned, ended = datetime(2026, 3, 28, 5, tzinfo=UTC), datetime(2026, 3, 28, 5, 10, tzinfo=UTC)
    starts = set()

    for zone in ("UTC", "America/New_York", "Asia/Tokyo"):
        with timezone.override(zone):
            starts.add(recurrence.next_run(entry.rule(), planned=planned, completed=ended))

    assert starts == {datetime(2026, 3, 29, 4, tzinfo=UTC)}  # 06:00 of its zone, in summer
