"""Entries that recur by a formula, from claim to end."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from jobqueue import claim, database, runner, transitions
from jobqueue.errors import Halt
from jobqueue.models import JobQueueEntry, Status
from jobqueue.running import Outcome, RunningJob
from tests.jobqueue.conftest import given_entry, given_handler, in_the_past, logged

pytestmark = pytest.mark.django_db


def given_due(**values: Any) -> JobQueueEntry:
    """An entry whose window may lie elsewhere, due a moment ago."""
    entry, due = given_entry(**values), in_the_past()
    JobQueueEntry.objects.filter(pk=entry.pk).update(earliest_start=due, planned_start=due)
    entry.refresh_from_db()
    return entry


def test_after_a_run_it_waits_for_the_next_date_of_the_formula() -> None:
    entry = given_due(date_formula="WD4")

    runner.run_entry(entry.pk)

    planned = entry.earliest_start
    entry.refresh_from_db()
    assert (entry.status, logged(entry)) == (Status.READY, ["success"])
    assert timedelta(0) < entry.earliest_start - planned <= timedelta(days=7)
    assert f"{entry.earliest_start:%A %H:%M}" == "Thursday 00:00"


def test_after_a_failure_it_goes_on_at_the_next_date() -> None:
    def handler(_job: RunningJob) -> Outcome:
        raise Halt("no")

    given_handler(handler)
    entry = given_due(date_formula="1D")

    runner.run_entry(entry.pk)

    planned = entry.earliest_start
    entry.refresh_from_db()
    assert (entry.status, entry.consecutive_failures) == (Status.READY, 1)
    assert entry.earliest_start.date() == planned.date() + timedelta(days=1)


def test_due_outside_its_window_it_moves_to_the_opening_at_once_and_not_again() -> None:
    now = database.clock()
    opens = (now + timedelta(hours=2)).time().replace(second=0, microsecond=0)
    closes = (now + timedelta(hours=3)).time().replace(second=0, microsecond=0)
    entry = given_due(date_formula="1M", starting_time=opens, ending_time=closes)

    assert claim.claim(entry.pk) is None

    entry.refresh_from_db()
    assert (entry.status, logged(entry)) == (Status.READY, [])
    assert now < entry.earliest_start <= now + timedelta(hours=2)
    assert entry.earliest_start.time() == opens


def test_on_a_holiday_nothing_is_claimed() -> None:
    today = database.clock().date()
    days = [(today + timedelta(days=n)).isoformat() for n in range(2)]
    entry = given_due(date_formula="1D", holidays=days)

    assert claim.claim(entry.pk) is None

    entry.refresh_from_db()
    assert entry.earliest_start.date() == today + timedelta(days=2)


def test_set_ready_long_after_its_date_it_runs_now() -> None:
    entry = given_due(date_formula="D4")
    transitions.hold(entry.pk)

    ready = transitions.make_ready(entry.pk)

    assert ready.status == Status.READY
    assert ready.earliest_start <= database.clock() + transitions.SOON
