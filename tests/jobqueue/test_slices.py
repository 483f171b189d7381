"""No run holds a worker for long: the rest of its work goes on behind the others."""

from __future__ import annotations

import time
from typing import Any

import pytest

from jobqueue import endings, hints, runner
from jobqueue.errors import SliceOver
from jobqueue.models import JobQueueEntry, JobQueueLogEntry, Status
from jobqueue.running import Outcome, RunningJob, slice_length
from tests.jobqueue.conftest import (
    given_claimed,
    given_entry,
    given_handler,
    in_the_past,
    logged,
    status_of,
)

pytestmark = pytest.mark.django_db


def given_work_of(records: int, *, seconds_each: float) -> list[int]:
    """A handler that goes on where the last run's record ends; returns that record."""
    done: list[int] = []

    def handler(job: RunningJob) -> Outcome:
        while len(done) < records:
            job.checkpoint()
            time.sleep(seconds_each)
            done.append(job.fence)
        return Outcome({"read": len(done)})

    given_handler(handler)
    return done


def test_a_run_that_is_too_long_goes_on_later_uncounted(settings: Any) -> None:
    settings.QUEUE_SLICE = 0.05
    done = given_work_of(8, seconds_each=0.02)
    entry = given_entry(category="A", lock_key="DEMO/orders")

    runner.run_entry(entry.pk)

    entry.refresh_from_db()
    assert (entry.status, entry.attempts, entry.error_message) == (Status.READY, 0, "")
    assert logged(entry) == ["snoozed"]
    assert JobQueueLogEntry.objects.get().message.startswith("Long runs give way")
    assert 0 < len(done) < 8


def test_slice_after_slice_all_gets_done_once(settings: Any) -> None:
    settings.QUEUE_SLICE = 0.05
    done = given_work_of(8, seconds_each=0.02)
    entry = given_entry()

    while status_of(entry) != Status.FINISHED:
        runner.run_entry(entry.pk)

    assert len(done) == 8
    assert done == sorted(done)
    assert logged(entry) == ["snoozed"] * (len(logged(entry)) - 1) + ["success"]
    assert len(logged(entry)) > 2


def test_those_that_are_due_get_their_turn_first(settings: Any) -> None:
    settings.QUEUE_SLICE = 0.0
    given_work_of(1, seconds_each=0.0)
    long = given_entry(category="A")
    JobQueueEntry.objects.update(earliest_start=in_the_past(30))
    waiting = given_entry(category="A")

    runner.run_entry(long.pk)

    assert hints.choose(10) == [waiting.pk]
    endings.succeed(given_claimed(waiting).entry, Outcome())
    given_claimed(long)


def test_a_slice_that_ends_gives_a_recurring_entry_no_regular_time(settings: Any) -> None:
    settings.QUEUE_SLICE = 0.0
    given_work_of(1, seconds_each=0.0)
    days = dict.fromkeys(["monday", "tuesday", "wednesday", "thursday", "friday"], True)
    days |= {"saturday": True, "sunday": True}
    entry = given_entry(**days, minutes_between_runs=60)

    runner.run_entry(entry.pk)

    assert given_claimed(entry).entry.fence == 2


def test_a_slice_is_ten_minutes_unless_the_settings_say_otherwise(settings: Any) -> None:
    assert slice_length() == 600
    settings.QUEUE_SLICE = 60
    assert slice_length() == 60
    assert SliceOver().after.total_seconds() == 0
