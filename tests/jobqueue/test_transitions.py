"""What a person may do with an entry, and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import User

from jobqueue import changes, database, repair, runner, transitions
from jobqueue.errors import Refused
from jobqueue.models import (
    JobQueueCategory,
    JobQueueEntry,
    JobQueueLogEntry,
    Priority,
    Status,
)
from tests.jobqueue.conftest import given_claimed, given_entry, in_the_past, logged, status_of

pytestmark = pytest.mark.django_db


TOMORROW = datetime(2099, 3, 10, 6, tzinfo=UTC)


def in_the_future(**parts: float) -> datetime:
    return database.clock() + timedelta(**parts)


def given_failed(**values: object) -> JobQueueEntry:
    entry = given_entry(**values)
    JobQueueEntry.objects.filter(pk=entry.pk).update(
        status=Status.ERROR, attempts=3, error_message="no", hold_reason="why"
    )
    return entry


def test_a9_d5_set_ready_starts_anew_in_a_second() -> None:
    kari = User.objects.create(username="kari")
    failed = given_failed(earliest_start=in_the_past(60))
    before = database.clock()

    entry = transitions.make_ready(failed.pk, by_id=kari.pk)

    assert (entry.status, entry.attempts, entry.error_message) == (Status.READY, 0, "")
    assert (entry.hold_reason, entry.requested_by) == ("", kari)
    assert before + timedelta(seconds=1) <= entry.earliest_start <= in_the_future(seconds=1)


def test_a9_set_ready_keeps_a_later_start() -> None:
    entry = given_failed(earliest_start=TOMORROW)

    assert transitions.make_ready(entry.pk).earliest_start == TOMORROW


def test_set_ready_of_what_is_ready_changes_nothing() -> None:
    entry = given_entry(earliest_start=TOMORROW)
    JobQueueEntry.objects.update(attempts=2)

    assert transitions.make_ready(entry.pk).attempts == 2


def test_a10_restart_keeps_a_later_start_and_run_now_does_not() -> None:
    entry = given_entry(earliest_start=TOMORROW)
    JobQueueEntry.objects.update(attempts=2)

    restarted = transitions.restart(entry.pk)
    assert (restarted.earliest_start, restarted.attempts) == (TOMORROW, 0)

    assert transitions.run_now(entry.pk).earliest_start <= database.clock()
    assert given_claimed(entry).entry.pk == entry.pk


def test_a10_run_now_leaves_what_is_planned() -> None:
    planned = given_entry(date_formula="1M", earliest_start=TOMORROW)

    transitions.run_now(planned.pk)
    runner.run_entry(planned.pk)

    entry = JobQueueEntry.objects.get()
    assert (entry.earliest_start, entry.planned_start) == (TOMORROW, TOMORROW)
    assert (logged(entry), entry.misfires) == (["success"], 0)


def test_a10_run_now_is_refused_outside_of_the_window() -> None:
    opens = in_the_future(hours=2).time().replace(second=0, microsecond=0)
    closes = in_the_future(hours=3).time().replace(second=0, microsecond=0)
    entry = given_entry(monday=True, starting_time=opens, ending_time=closes)

    with pytest.raises(Refused, match=rf"Entry {entry.pk} may run again at .* only"):
        transitions.run_now(entry.pk)


def test_restart_wakes_what_rests_for_inactivity() -> None:
    entry = given_entry(earliest_start=TOMORROW)
    JobQueueEntry.objects.update(status=Status.INACTIVE)

    assert transitions.restart(entry.pk).earliest_start <= in_the_future(seconds=1)


@pytest.mark.parametrize("move", [transitions.make_ready, transitions.restart, transitions.run_now])
def test_what_has_expired_is_not_put_in_line_again(move: Callable[[int], object]) -> None:
    entry = given_failed()
    JobQueueEntry.objects.update(expiration=in_the_past())

    with pytest.raises(Refused, match=f"Entry {entry.pk} expires at .* Change that first"):
        move(entry.pk)

    assert status_of(entry) == Status.ERROR


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
        transitions.run_now,
        transitions.delete,
        lambda pk: transitions.set_priority(pk, Priority.HIGH),
    ],
    ids=["A13 set ready", "A13 restart", "A13 run now", "A11 delete", "C13 set priority"],
)
def test_what_runs_is_not_changed(move: Callable[[int], object]) -> None:
    running = given_claimed(given_entry()).entry

    with pytest.raises(Refused, match=r"has been running since .* Cancel it first"):
        move(running.pk)

    entry = JobQueueEntry.objects.get()
    assert (entry.status, entry.fence, entry.priority) == (Status.IN_PROCESS, 1, 2000)
    assert logged(entry) == ["in_process"]


def test_a_change_that_a_run_refuses_makes_no_category_either() -> None:
    running = given_claimed(given_entry()).entry

    with pytest.raises(Refused, match="The entry is running"):
        changes.keep(running, category="NEW")

    assert not JobQueueCategory.objects.exists()


def test_an_entry_that_is_taken_out_of_the_category_it_waited_for_runs() -> None:
    given_claimed(given_entry(category="X"))
    entry = given_entry(category="X")
    assert status_of(entry) == Status.WAITING

    changes.keep(entry, category="")
    repair.repair()

    assert status_of(entry) == Status.READY


def test_an_entry_that_is_moved_to_another_full_category_waits_there() -> None:
    for category in ("X", "Y"):
        given_claimed(given_entry(category=category))
    entry = given_entry(category="X")

    changes.keep(entry, category="Y")
    repair.repair()

    assert status_of(entry) == Status.WAITING


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
