"""No run holds a worker for long: the rest of its work goes on behind the others."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

import pytest

from jobqueue import endings, hints, runner
from jobqueue.errors import ShuttingDown, SliceOver, Snooze
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


def test_d11_a_run_that_is_too_long_goes_on_later_uncounted(settings: Any) -> None:
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


def test_the_last_part_knows_and_tells_of_the_earlier_ones(settings: Any) -> None:
    settings.QUEUE_SLICE = 0.0
    left = [3, 2, 1]
    seen = []

    def handler(job: RunningJob) -> Outcome:
        seen.append(dict(job.before))
        counts = {"read": left.pop()}
        if left:
            job.progress(counts=counts)
        return Outcome({"read": counts["read"] + job.before.get("read", 0)}, message="Done.")

    given_handler(handler)
    entry = given_entry()

    while status_of(entry) != Status.FINISHED:
        runner.run_entry(entry.pk)

    runs = JobQueueLogEntry.objects.order_by("fence")
    assert seen == [{}, {"read": 1}, {"read": 3}]
    assert [run.counts["read"] for run in runs] == [1, 2, 6]
    assert runs[2].message.startswith("Done.\nIt ran in 3 parts since ")
    assert JobQueueEntry.objects.get().so_far == {}


def test_a_worker_that_stops_leaves_what_it_counted() -> None:
    def handler(job: RunningJob) -> Outcome:
        job.progress(counts={"read": 7})
        raise ShuttingDown

    given_handler(handler)
    entry = given_entry()

    runner.run_entry(entry.pk)

    entry.refresh_from_db()
    assert (logged(entry), entry.so_far["counts"]) == (["interrupted"], {"read": 7})
    assert given_claimed(entry).entry.so_far["parts"] == 1


def test_a_failure_begins_a_new_run(settings: Any) -> None:
    entry = given_entry()
    JobQueueEntry.objects.update(so_far={"parts": 2, "counts": {"read": 7}})

    endings.fail(given_claimed(entry).entry, endings.Failure("away"))

    assert JobQueueEntry.objects.get().so_far == {}


def test_the_parts_of_a_run_share_its_job_timeout(settings: Any) -> None:
    settings.QUEUE_SLICE = 0.05
    done = given_work_of(100, seconds_each=0.03)
    entry = given_entry(job_timeout=timedelta(seconds=0.4), max_attempts=0)

    while status_of(entry) == Status.READY:
        runner.run_entry(entry.pk)

    entry.refresh_from_db()
    assert entry.error_message == "The run took longer than 0:00:00 and was stopped."
    assert logged(entry) == ["snoozed"] * (len(logged(entry)) - 1) + ["error"]
    assert len(logged(entry)) > 2
    assert len(done) < 20
    assert entry.so_far == {}, "the next attempt has all of the time"


def test_waits_between_the_parts_are_not_its_time() -> None:
    raised = [Snooze(timedelta(0))]

    def handler(job: RunningJob) -> Outcome:
        job.checkpoint()
        if raised:
            raise raised.pop()
        return Outcome()

    given_handler(handler)
    entry = given_entry(job_timeout=timedelta(minutes=10))
    runner.run_entry(entry.pk)
    entry.refresh_from_db()
    used = entry.so_far["seconds"]
    JobQueueEntry.objects.update(started=in_the_past(60), earliest_start=in_the_past())

    assert 0 <= used < 5
    runner.run_entry(entry.pk)
    assert status_of(entry) == Status.FINISHED


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


def test_d11_a_slice_is_ten_minutes_unless_the_settings_say_otherwise(settings: Any) -> None:
    assert slice_length() == 600
    settings.QUEUE_SLICE = 60
    assert slice_length() == 60
    assert SliceOver().after.total_seconds() == 0
