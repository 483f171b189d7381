"""How a run ends: what a handler raises becomes a state, and nothing else does."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, NoReturn

import pytest
from django.utils import translation

from jobqueue import database, owners, recurrence, repair, runner, shutdown, tasks, transitions
from jobqueue.errors import ClaimLost, Halt, Retry, Snooze
from jobqueue.models import JobQueueCategory, JobQueueEntry, JobQueueLogEntry, Status
from jobqueue.requests import request
from jobqueue.running import Outcome, RunningJob
from tests.jobqueue.conftest import (
    KIND,
    given_entry,
    given_handler,
    in_the_past,
    logged,
    status_of,
)

pytestmark = pytest.mark.django_db
EVERY_DAY = dict.fromkeys(
    ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"], True
)


def raising(error: Exception) -> None:
    def handler(_job: RunningJob) -> NoReturn:
        raise error

    given_handler(handler)


def wait_of(entry: JobQueueEntry) -> float:
    """Seconds from now to the entry's earliest start."""
    entry.refresh_from_db()
    return (entry.earliest_start - database.clock()).total_seconds()


def test_a1_success_finishes_a_one_off_entry_and_keeps_the_counts() -> None:
    given_handler(lambda _job: Outcome({"read": 3, "created": 2}, "Two new orders."))
    entry = given_entry(category="A", lock_key="DEMO/orders")

    runner.run_entry(entry.pk)

    entry.refresh_from_db()
    assert (entry.status, entry.owner, entry.lease_until) == (Status.FINISHED, "", None)
    log = JobQueueLogEntry.objects.get()
    assert (log.status, log.counts, log.message) == (
        "success",
        {"read": 3, "created": 2},
        "Two new orders.",
    )
    assert log.ended is not None
    assert log.ended >= log.started


def test_e5_issues_are_told_apart_from_plain_success() -> None:
    given_handler(lambda _job: Outcome(issues=2))
    entry = given_entry()

    runner.run_entry(entry.pk)

    assert (status_of(entry), logged(entry)) == ("finished", ["issues"])


def test_the_handler_is_given_what_was_asked_for() -> None:
    seen: list[RunningJob] = []

    def handler(job: RunningJob) -> Outcome:
        seen.append(job)
        assert translation.get_language() == "fi"
        return Outcome()

    given_handler(handler)
    with translation.override("fi"):
        entry = given_entry(shop="DEMO", parameters={"since": "2026-01-01"})

    runner.run_entry(entry.pk)

    [job] = seen
    assert (job.entry_id, job.kind, job.shop, job.fence) == (entry.pk, KIND, "DEMO", 1)
    assert job.parameters == {"since": "2026-01-01"}
    assert job.log_id == JobQueueLogEntry.objects.get().pk


def test_a_bug_is_retried_with_back_off_and_keeps_its_call_stack() -> None:
    raising(ZeroDivisionError("by nought"))
    entry = given_entry()

    runner.run_entry(entry.pk)

    assert 20 < wait_of(entry) < 40
    assert (entry.status, entry.attempts) == (Status.READY, 1)
    assert entry.error_message == (
        "An unexpected error stopped the run (ZeroDivisionError: by nought)."
    )
    assert "in handler" in entry.error_trace
    log = JobQueueLogEntry.objects.get()
    assert (log.status, log.will_retry, log.error_message) == ("error", True, entry.error_message)


def test_d2_an_entry_ends_in_error_when_its_attempts_are_spent() -> None:
    """With a delay of 30 s: after 30 s, then 60 s, a fifth more or less (D6)."""
    raising(Retry("Shopify is away."))
    entry = given_entry(max_attempts=2, rerun_delay=30)

    for least, most in [(24, 36), (48, 72)]:
        runner.run_entry(entry.pk)
        entry.refresh_from_db()
        wait = (entry.earliest_start - database.clock()).total_seconds()
        assert least - 5 < wait < most
        JobQueueEntry.objects.update(earliest_start=in_the_past())
    runner.run_entry(entry.pk)

    entry.refresh_from_db()
    assert (entry.status, entry.attempts) == (Status.ERROR, 2)
    assert entry.error_message == "Shopify is away."
    runs = JobQueueLogEntry.objects.order_by("fence")
    assert list(runs.values_list("status", "will_retry")) == [
        ("error", True),
        ("error", True),
        ("error", False),
    ]


def test_d2b_a_retry_outside_of_the_window_waits_for_the_opening_uncounted() -> None:
    """As 08:00–18:00 at 17:55 with a delay of 10 min."""
    raising(Retry("Shopify is away."))
    now = database.clock().replace(second=0, microsecond=0)
    opens, closes = now - timedelta(hours=9), now + timedelta(minutes=4)
    window = {"starting_time": opens.time(), "ending_time": closes.time()}
    entry = given_entry(
        **EVERY_DAY, **window, minutes_between_runs=15, max_attempts=3,
        rerun_delay=600,
    )  # fmt: skip
    next_opening = opens + timedelta(days=1)

    runner.run_entry(entry.pk)

    entry.refresh_from_db()
    assert (entry.status, entry.attempts, entry.consecutive_failures) == (Status.READY, 1, 0)
    assert now + timedelta(minutes=8) <= entry.earliest_start < now + timedelta(minutes=13)

    at_the_retry = entry.earliest_start
    assert recurrence.fit(entry.rule(), at_the_retry) == next_opening
    assert not recurrence.is_open(entry.rule(), at_the_retry)

    given_handler(lambda _job: Outcome())
    JobQueueEntry.objects.update(earliest_start=in_the_past())  # inside of the window again
    runner.run_entry(entry.pk)
    entry.refresh_from_db()
    assert (entry.attempts, logged(entry)) == (0, ["error", "success"])


def test_d1_without_attempts_the_first_failure_is_final() -> None:
    raising(Retry("no"))
    entry = given_entry(max_attempts=0)

    runner.run_entry(entry.pk)

    assert (status_of(entry), logged(entry)) == ("error", ["error"])


def test_the_wait_that_the_other_side_asked_for_is_kept() -> None:
    raising(Retry("Too many requests.", after=timedelta(minutes=10)))
    entry = given_entry()

    runner.run_entry(entry.pk)

    assert 590 < wait_of(entry) < 610


def test_d7_halt_ends_in_error_at_once() -> None:
    raising(Halt("Reconnect the shop."))
    entry = given_entry(max_attempts=5)

    runner.run_entry(entry.pk)

    entry.refresh_from_db()
    assert (entry.status, entry.attempts) == (Status.ERROR, 0)
    assert entry.error_message == "Reconnect the shop."


def test_snooze_is_not_counted() -> None:
    raising(Snooze(timedelta(minutes=2), "Waiting for Shopify's file."))
    entry = given_entry()

    runner.run_entry(entry.pk)

    assert 115 < wait_of(entry) < 125
    assert (entry.status, entry.attempts) == (Status.READY, 0)
    assert logged(entry) == ["snoozed"]


def test_an_unknown_kind_ends_in_error_with_the_known_ones() -> None:
    entry = given_entry()
    JobQueueEntry.objects.update(kind="nonsense")

    runner.run_entry(entry.pk)

    entry.refresh_from_db()
    assert entry.status == Status.ERROR
    assert "nonsense" in entry.error_message
    assert KIND in entry.error_message


def test_parameters_of_a_newer_version_are_not_run() -> None:
    entry = given_entry()
    JobQueueEntry.objects.update(parameters_version=2)

    runner.run_entry(entry.pk)

    assert status_of(entry) == Status.ERROR


def test_d10_a_worker_that_shuts_down_gives_the_entry_back_uncounted() -> None:
    def handler(job: RunningJob) -> Outcome:
        shutdown.announce()
        job.checkpoint()
        raise AssertionError("went on")

    given_handler(handler)
    entry = given_entry()

    runner.run_entry(entry.pk)

    entry.refresh_from_db()
    assert (entry.status, entry.attempts, logged(entry)) == (Status.READY, 0, ["interrupted"])


def test_a_taken_over_run_changes_nothing() -> None:
    def handler(job: RunningJob) -> Outcome:
        JobQueueEntry.objects.update(fence=job.fence + 1, owner="thief")
        return Outcome({"read": 1})

    given_handler(handler)
    entry = given_entry()

    runner.run_entry(entry.pk)

    entry.refresh_from_db()
    assert (entry.status, entry.owner, entry.fence) == (Status.IN_PROCESS, "thief", 2)
    log = JobQueueLogEntry.objects.get()
    assert (log.status, log.ended, log.counts) == ("in_process", None, {})


def test_a_business_write_of_a_taken_over_run_is_refused() -> None:
    raised: list[type[Exception]] = []

    def handler(job: RunningJob) -> Outcome:
        with job.transaction():
            JobQueueCategory.objects.create(code="MINE")
        JobQueueEntry.objects.update(fence=job.fence + 1, owner="thief")
        try:
            with job.transaction():
                JobQueueCategory.objects.create(code="LATE")
        except ClaimLost as error:
            raised.append(type(error))
            raise
        return Outcome()

    given_handler(handler)

    runner.run_entry(given_entry().pk)

    assert raised == [ClaimLost]
    assert list(JobQueueCategory.objects.values_list("code", flat=True)) == ["MINE"]


def test_a12_cancel_stops_a_run_and_parks_the_entry() -> None:
    def handler(job: RunningJob) -> Outcome:
        transitions.cancel(job.entry_id)
        job._lease.look()
        job.checkpoint()
        raise AssertionError("went on")

    given_handler(handler)
    entry = given_entry()

    runner.run_entry(entry.pk)

    entry.refresh_from_db()
    assert (entry.status, entry.cancel_requested) == (Status.ON_HOLD, False)
    assert logged(entry) == ["cancelled"]


def test_d11_a_run_past_its_timeout_is_stopped_at_the_next_checkpoint() -> None:
    def handler(job: RunningJob) -> Outcome:
        job.checkpoint()
        raise AssertionError("went on")

    given_handler(handler)
    entry = given_entry(job_timeout=timedelta(microseconds=1), max_attempts=0)

    runner.run_entry(entry.pk)

    entry.refresh_from_db()
    assert entry.status == Status.ERROR
    assert entry.error_message == "The run took longer than 0:00:00 and was stopped."


def test_a12_a_hold_during_the_run_lets_it_end_and_parks_the_entry() -> None:
    def handler(job: RunningJob) -> Outcome:
        transitions.hold(job.entry_id, reason="Stocktaking.")
        return Outcome()

    given_handler(handler)
    entry = given_entry(**EVERY_DAY, minutes_between_runs=15)

    runner.run_entry(entry.pk)

    entry.refresh_from_db()
    assert (entry.status, entry.hold_reason) == (Status.ON_HOLD, "Stocktaking.")
    assert logged(entry) == ["success"]


def test_progress_is_shown_and_only_by_the_run_that_has_the_entry() -> None:
    shown: list[object] = []

    def handler(job: RunningJob) -> Outcome:
        job.progress(phase="Orders", done=5, total=10, counts={"created": 5})
        shown.append(JobQueueEntry.objects.get().progress)
        job._written = 0.0
        JobQueueEntry.objects.update(fence=job.fence + 1)
        job.progress(done=9)
        shown.append(JobQueueEntry.objects.get().progress)
        return Outcome()

    given_handler(handler)

    runner.run_entry(given_entry().pk)

    first = {"phase": "Orders", "done": 5, "total": 10, "counts": {"created": 5}}
    assert shown == [first, first]


def test_d4_a_recurring_entry_goes_on_after_success_and_after_failure() -> None:
    entry = given_entry(**EVERY_DAY, minutes_between_runs=15, max_attempts=0)

    runner.run_entry(entry.pk)

    assert 14.9 * 60 < wait_of(entry) <= 15 * 60
    assert (entry.status, entry.consecutive_failures) == (Status.READY, 0)

    raising(Halt("no"))
    JobQueueEntry.objects.update(earliest_start=in_the_past())
    runner.run_entry(entry.pk)

    assert 14.9 * 60 < wait_of(entry) <= 15 * 60
    assert (entry.status, entry.consecutive_failures) == (Status.READY, 1)


def test_d4_five_failures_in_a_row_put_a_recurring_entry_on_hold_with_the_reason() -> None:
    raising(Halt("Reconnect the shop."))
    entry = given_entry(**EVERY_DAY, minutes_between_runs=15)

    for _run in range(6):
        JobQueueEntry.objects.filter(status=Status.READY).update(earliest_start=in_the_past())
        runner.run_entry(entry.pk)

    entry.refresh_from_db()
    assert (entry.status, entry.consecutive_failures) == (Status.ON_HOLD, 5)
    assert entry.hold_reason == (
        "On hold after 5 failures in a row. The last one: Reconnect the shop."
    )
    assert logged(entry) == ["error"] * 5


def test_a_success_resets_the_failures_in_a_row() -> None:
    entry = given_entry(**EVERY_DAY, minutes_between_runs=15)
    JobQueueEntry.objects.update(consecutive_failures=4, attempts=2)

    runner.run_entry(entry.pk)

    entry.refresh_from_db()
    assert (entry.consecutive_failures, entry.attempts) == (0, 0)


def test_a_failed_run_gives_way_to_a_twin_that_waits() -> None:
    def handler(job: RunningJob) -> NoReturn:
        request(KIND, lock_key="DEMO/orders")
        raise Retry("later")

    given_handler(handler)
    entry = given_entry(lock_key="DEMO/orders")

    runner.run_entry(entry.pk)

    twin = JobQueueEntry.objects.exclude(pk=entry.pk).get()
    entry.refresh_from_db()
    assert (entry.status, twin.status) == (Status.FINISHED, Status.READY)
    assert entry.error_message == f"Entry {twin.pk} with the same parameters does the work."
    assert logged(entry) == ["error"]


def test_a_run_without_time_to_go_on_leaves_the_next_entry_to_a_message(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.QUEUE_EMBEDDED = False
    settings.QUEUE_RUN_ON = 0
    rung: list[int] = []
    monkeypatch.setattr(tasks, "publish", rung.append)
    first, second = given_entry(), given_entry()

    tasks.run(first.pk)

    second.refresh_from_db()
    assert (second.status, second.hint_until is None) == (Status.READY, False)
    assert rung == [second.pk]


def test_a_run_here_and_now_leaves_the_next_entry_alone() -> None:
    first, second = given_entry(), given_entry()

    runner.run_entry(first.pk)

    second.refresh_from_db()
    assert (second.status, second.hint_until) == (Status.READY, None)


def test_a_poison_entry_ends_in_error_after_its_attempts() -> None:
    entry = given_entry(max_attempts=2)

    for _death in range(4):
        runner_that_dies(entry)
        repair.repair()

    entry.refresh_from_db()
    assert (entry.status, entry.attempts) == (Status.ERROR, 2)
    assert entry.error_message == "The worker process died during the run."
    assert logged(entry) == ["error"] * 3


def runner_that_dies(entry: JobQueueEntry) -> None:
    """Leave the entry as a process leaves it that was killed during the run."""
    from jobqueue.claim import claim

    if claim(entry.pk) is not None:
        JobQueueEntry.objects.filter(pk=entry.pk).update(owner="4711-gone", node=owners.node())
