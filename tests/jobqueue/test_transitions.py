"""What a person may do with an entry, and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from jobqueue import database, transitions
from jobqueue.errors import Refused
from jobqueue.models import JobQueueEntry, JobQueueLogEntry, Priority, Status
from tests.jobqueue.conftest import given_claimed, given_entry, logged, status_of

pytestmark = pytest.mark.django_db


def given_failed(**values: object) -> JobQueueEntry:
    entry = given_entry(**values)
    JobQueueEntry.objects.filter(pk=entry.pk).update(
        status=Status.ERROR, attempts=3, error_message="no", hold_reason="why"
    )
    return entry


def test_set_ready_starts_anew() -> None:
    entry = transitions.make_ready(given_failed().pk)

    assert (entry.status, entry.attempts, entry.error_message) == (Status.READY, 0, "")
    assert (entry.hold_reason, entry.earliest_start <= database.clock()) == ("", True)


def test_set_ready_keeps_a_later_start_and_restart_does_not() -> None:
    tomorrow = database.clock() + timedelta(days=1)
    entry = given_failed(earliest_start=tomorrow)

    assert transitions.make_ready(entry.pk).earliest_start == tomorrow
    assert transitions.restart(entry.pk).earliest_start <= database.clock()


def test_hold_parks_an_entry_with_the_reason() -> None:
    entry = transitions.hold(given_entry().pk, reason="Stocktaking.")

    assert (entry.status, entry.hold_reason) == (Status.ON_HOLD, "Stocktaking.")


def test_hold_does_not_stop_a_run() -> None:
    running = given_claimed(given_entry()).entry

    entry = transitions.hold(running.pk)

    assert (entry.status, entry.fence) == (Status.IN_PROCESS, running.fence)


def test_cancel_takes_an_entry_out_of_the_line() -> None:
    assert transitions.cancel(given_entry().pk).status == Status.ON_HOLD


def test_cancel_asks_a_run_to_stop() -> None:
    running = given_claimed(given_entry()).entry

    entry = transitions.cancel(running.pk)

    assert (entry.status, entry.cancel_requested) == (Status.IN_PROCESS, True)


@pytest.mark.parametrize(
    "move",
    [
        transitions.make_ready,
        transitions.restart,
        transitions.delete,
        lambda pk: transitions.set_priority(pk, Priority.HIGH),
    ],
    ids=["set ready", "restart", "delete", "set priority"],
)
def test_what_runs_is_not_changed(move: Callable[[int], object]) -> None:
    running = given_claimed(given_entry()).entry

    with pytest.raises(Refused, match=r"has been running since .* Cancel it first"):
        move(running.pk)

    entry = JobQueueEntry.objects.get()
    assert (entry.status, entry.fence, entry.priority) == (Status.IN_PROCESS, 1, 2000)
    assert logged(entry) == ["in_process"]


def test_two_with_the_same_parameters_never_wait() -> None:
    failed = given_failed(lock_key="DEMO/orders")
    waiting = given_entry(lock_key="DEMO/orders")

    with pytest.raises(Refused, match=f"Entry {waiting.pk} with the same parameters"):
        transitions.restart(failed.pk)

    assert status_of(failed) == Status.ERROR


def test_a_finished_entry_is_neither_held_nor_cancelled() -> None:
    entry = given_entry()
    JobQueueEntry.objects.update(status=Status.FINISHED)

    with pytest.raises(Refused, match="is finished"):
        transitions.hold(entry.pk)
    with pytest.raises(Refused, match="neither runs nor waits"):
        transitions.cancel(entry.pk)

    assert status_of(entry) == Status.FINISHED


def test_an_entry_that_is_not_there_is_refused() -> None:
    with pytest.raises(Refused, match="There is no entry 4711"):
        transitions.restart(4711)


def test_a_higher_priority_counts_at_once() -> None:
    entry = transitions.set_priority(given_entry().pk, Priority.HIGH)

    assert (entry.priority, entry.urgency) == (1000, 1000)


def test_the_log_outlives_its_entry() -> None:
    entry = given_entry()
    given_claimed(entry)
    JobQueueEntry.objects.update(status=Status.ERROR, owner="", lease_until=None)

    transitions.delete(entry.pk)

    assert not JobQueueEntry.objects.exists()
    assert JobQueueLogEntry.objects.get().entry is None


def test_who_takes_a_waiter_away_lets_the_next_one_in() -> None:
    first = given_entry(category="X")
    JobQueueEntry.objects.update(status=Status.WAITING)
    second = given_entry(category="X")
    JobQueueEntry.objects.update(status=Status.WAITING)

    transitions.hold(first.pk)

    assert status_of(second) == Status.READY
