"""Ringing and repairing: fair, never lost, nobody forgotten."""

from __future__ import annotations

import fcntl
from datetime import timedelta
from pathlib import Path
from threading import Event, Thread
from typing import Any, TextIO

import pytest
from django.db import connection
from pytest_django.fixtures import Settings

from jobqueue import database, endings, hints, lanes, owners, repair, runner, tasks
from jobqueue.dispatcher import Dispatcher
from jobqueue.models import (
    JobQueueCategory,
    JobQueueEntry,
    Priority,
    Status,
    WorkerHeartbeat,
)
from jobqueue.running import Outcome
from tests.jobqueue.conftest import given_claimed, given_entry, in_the_past, logged, status_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def rung(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The entries for which a message went out."""
    entries: list[int] = []

    def publish(entry_id: int) -> bool:
        entries.append(entry_id)
        return True

    monkeypatch.setattr(tasks, "publish", publish)
    return entries


def test_a_shop_with_one_entry_does_not_wait_behind_a_shop_with_many() -> None:
    many = [given_entry(shop="BIG") for _ in range(50)]
    few = [given_entry(shop="SMALL"), given_entry(shop="TINY")]

    chosen = hints.choose(6)

    assert chosen == [many[0].pk, few[0].pk, few[1].pk, *(entry.pk for entry in many[1:4])]


def test_what_two_chose_at_once_rings_for_one_of_them(monkeypatch: pytest.MonkeyPatch) -> None:
    entries = [given_entry() for _number in range(3)]
    both = [(entry.pk,) for entry in reversed(entries)]
    monkeypatch.setattr(database, "rows", lambda *_sql, **_params: both)

    assert hints.choose(3) == [pk for (pk,) in both]
    assert hints.choose(3) == []


def test_what_is_more_urgent_rings_first() -> None:
    low = given_entry(priority=Priority.LOW)
    normal = given_entry()
    high = given_entry(priority=Priority.HIGH)

    assert hints.choose(3) == [high.pk, normal.pk, low.pk]


def test_of_a_lane_only_so_many_ring_as_it_has_room_for() -> None:
    JobQueueCategory.objects.create(code="WIDE", limit=2)
    one = [given_entry(category="ONE") for _ in range(3)]
    wide = [given_entry(category="WIDE") for _ in range(3)]
    lock = [given_entry(lock_key="L", parameters={"n": n}) for n in range(2)]

    assert set(hints.choose(8)) == {one[0].pk, wide[0].pk, wide[1].pk, lock[0].pk}
    assert hints.choose(8) == [], "what was rung for is not rung for again"


def test_many_lanes_do_not_starve_one_another() -> None:
    for n in range(40):
        given_entry(category=f"L{n % 10}")
    seen: list[str] = []

    while chosen := hints.choose(1) or woken():
        for entry_id in chosen:
            runner.run_entry(entry_id)
            seen.append(JobQueueEntry.objects.get(pk=entry_id).category)
        repair.repair()

    assert len(seen) == 40
    assert sorted(seen[:10]) == [f"L{n}" for n in range(10)]


def woken() -> list[int]:
    lanes.wake_all()
    return hints.choose(1)


def test_c7_a_lost_message_is_sent_again_when_its_hint_has_run_out() -> None:
    entry = given_entry()
    assert hints.choose(8) == [entry.pk]

    JobQueueEntry.objects.update(hint_until=in_the_past())

    assert hints.choose(8) == [entry.pk]


def test_what_was_rung_for_rings_again_at_once_when_a_process_has_died() -> None:
    entry = given_entry()
    assert hints.choose(8) == [entry.pk]
    owners.me()

    owners.resign()  # to the others a death
    repair.repair()

    assert hints.choose(8) == [entry.pk]
    repair.repair()
    assert hints.choose(8) == [], "a death is noticed once"


def test_what_was_rung_for_does_not_ring_again_while_all_live() -> None:
    entry = given_entry()
    assert hints.choose(8) == [entry.pk]
    owners.me()

    repair.repair()

    assert hints.choose(8) == []


def test_a_doubled_message_runs_the_entry_once() -> None:
    entry = given_entry()

    tasks.run(entry.pk)
    tasks.run(entry.pk)

    assert (status_of(entry), logged(entry)) == ("finished", ["success"])


def test_one_message_runs_on_with_what_is_next() -> None:
    entries = [given_entry() for _ in range(5)]

    tasks.run(entries[0].pk)

    assert {status_of(entry) for entry in entries} == {"finished"}


def test_without_budget_one_message_runs_one_entry_and_hands_the_next_over(settings: Any) -> None:
    settings.QUEUE_RUN_ON = 0.0
    first, second = given_entry(), given_entry()

    tasks.run(first.pk)

    second.refresh_from_db()
    assert (second.status, second.hint_until) == (Status.READY, None)
    assert hints.choose(8) == [second.pk]


def test_c1_due_entries_behind_a_full_lane_wait_and_are_woken_one_by_one() -> None:
    entries = [given_entry(category="X") for _ in range(3)]
    given_claimed(entries[0])

    repair.repair()

    assert [status_of(entry) for entry in entries] == ["in_process", "waiting", "waiting"]

    JobQueueEntry.objects.filter(pk=entries[0].pk).update(
        status=Status.FINISHED, owner="", lease_until=None
    )
    repair.repair()

    assert [status_of(entry) for entry in entries] == ["finished", "ready", "waiting"]


def test_the_run_of_a_dead_process_is_taken_over_at_once() -> None:
    entry = given_claimed(given_entry()).entry
    JobQueueEntry.objects.update(owner="4711-gone")

    repair.repair()

    entry.refresh_from_db()
    assert (entry.status, entry.attempts, entry.owner) == (Status.READY, 1, "")
    assert entry.earliest_start <= database.clock()
    assert logged(entry) == ["error"]
    assert hints.choose(8) == [entry.pk]


def test_an_entry_whose_process_died_keeps_its_place_in_line() -> None:
    first = given_entry(category="LANE")
    given_entry(category="LANE")
    given_claimed(first)

    owners.resign()
    repair.repair()

    assert hints.choose(8) == [first.pk]


def test_the_run_of_a_living_process_is_left_alone() -> None:
    entry = given_claimed(given_entry()).entry

    repair.repair()

    assert (status_of(entry), logged(entry)) == ("in_process", ["in_process"])


@pytest.mark.parametrize("worked_before", [0, 3_000])
def test_a_run_that_hung_past_its_timeout_is_told_so_and_waits_before_it_is_tried_again(
    worked_before: int,
) -> None:
    given_entry(job_timeout=timedelta(hours=1), rerun_delay=600)
    JobQueueEntry.objects.update(so_far={"seconds": worked_before, "parts": 1, "counts": {}})
    entry = given_claimed(JobQueueEntry.objects.get()).entry
    ran = 3_600 - worked_before + 60
    JobQueueEntry.objects.update(owner="4711-gone", started=in_the_past(seconds=ran))

    repair.repair()

    entry.refresh_from_db()
    assert entry.error_message == "The run took longer than 1:00:00 and was stopped."
    assert (entry.status, entry.attempts) == (Status.READY, 1)
    assert entry.earliest_start > database.clock() + timedelta(seconds=400)


def test_a_run_that_died_within_its_timeout_long_ago_did_not_hang() -> None:
    entry = given_claimed(given_entry(job_timeout=timedelta(hours=1))).entry
    JobQueueEntry.objects.update(
        owner="4711-gone", started=in_the_past(120), lease_until=in_the_past(70)
    )

    repair.repair()

    entry.refresh_from_db()
    assert entry.error_message == "The worker process died during the run."


def test_d13_the_run_of_another_machine_is_taken_over_only_when_its_lease_ends() -> None:
    entry = given_claimed(given_entry()).entry
    JobQueueEntry.objects.update(node="elsewhere", owner="4711-gone")

    repair.repair()
    assert status_of(entry) == Status.IN_PROCESS

    JobQueueEntry.objects.update(lease_until=in_the_past())
    repair.repair()

    entry.refresh_from_db()
    assert (entry.status, entry.attempts) == (Status.READY, 1)
    assert entry.error_message == "The worker fell silent during the run."


def test_the_dead_run_of_an_entry_that_was_to_be_cancelled_is_not_repeated() -> None:
    entry = given_claimed(given_entry()).entry
    JobQueueEntry.objects.update(owner="4711-gone", cancel_requested=True)

    repair.repair()

    assert (status_of(entry), logged(entry)) == ("on_hold", ["cancelled"])


def test_c9_who_waited_behind_a_dead_run_goes_on() -> None:
    dead, waiter = given_entry(category="X"), given_entry(category="X")
    given_claimed(dead)
    JobQueueEntry.objects.filter(pk=dead.pk).update(owner="4711-gone", max_attempts=0)

    repair.repair()

    assert (status_of(dead), status_of(waiter)) == ("error", "ready")


def test_c8_an_expired_waiter_is_ended_though_its_turn_never_came() -> None:
    running = given_claimed(given_entry(category="X")).entry
    waiter = given_entry(category="X", earliest_start=in_the_past(10), expiration=in_the_past(1))
    behind = given_entry(category="X")

    repair.repair()
    endings.succeed(running, Outcome())

    assert (status_of(waiter), logged(waiter)) == ("finished", ["expired"])
    given_claimed(behind)


def test_c14_a_low_entry_gains_a_level_for_each_half_hour_it_waits() -> None:
    old = given_entry(priority=Priority.LOW, earliest_start=in_the_past(61))
    middle = given_entry(priority=Priority.LOW, earliest_start=in_the_past(31))
    fresh = given_entry()

    repair.repair()
    repair.repair()

    assert hints.choose(3) == [old.pk, middle.pk, fresh.pk]
    old.refresh_from_db()
    assert (old.priority, old.urgency) == (Priority.LOW, Priority.HIGH)


def test_looking_for_work_writes_nothing_when_there_is_none(no_writes: Any) -> None:
    given_claimed(given_entry(category="X"))
    given_entry(earliest_start=database.clock() + timedelta(hours=1))

    with no_writes():
        repair.repair()
        assert hints.choose(8) == []


@pytest.mark.django_db(transaction=True)
def test_the_dispatcher_rings_for_what_is_due(rung: list[int]) -> None:
    entry = given_entry()

    Dispatcher(embedded=True).once()

    assert rung == [entry.pk]
    assert WorkerHeartbeat.objects.alive().get().kind == "dispatcher"


@pytest.mark.django_db(transaction=True)
def test_a_full_window_rings_for_nobody(rung: list[int]) -> None:
    entries = [given_entry() for _ in range(hints.SMALLEST_WINDOW + 3)]

    for _look in range(3):
        Dispatcher(embedded=True).once()

    assert rung == [entry.pk for entry in entries[: hints.SMALLEST_WINDOW]]


def test_a_tick_from_beat_does_what_the_dispatcher_does(
    rung: list[int], settings: Settings
) -> None:
    settings.QUEUE_EMBEDDED = False
    entry = given_claimed(given_entry()).entry
    JobQueueEntry.objects.update(owner="4711-gone")

    tasks.tick()

    assert rung == [entry.pk]
    assert WorkerHeartbeat.objects.get().kind == "beat"


def test_a_tick_without_a_broker_repairs_and_leaves_the_ringing_to_the_dispatcher(
    rung: list[int], settings: Settings
) -> None:
    settings.QUEUE_EMBEDDED = True
    entry = given_claimed(given_entry()).entry
    JobQueueEntry.objects.update(owner="4711-gone")

    tasks.tick()

    entry.refresh_from_db()
    assert entry.status == Status.READY
    assert rung == []
    assert WorkerHeartbeat.objects.get().kind == "beat"


def test_a_process_that_ended_is_dead_and_one_that_lives_is_not() -> None:
    mine = owners.me()
    assert not owners.is_dead(mine)

    owners.resign()

    assert owners.is_dead(mine)
    assert owners.me() != mine


def test_a_lock_file_buried_before_it_was_locked_is_made_anew(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    flock = fcntl.flock
    buried: list[str] = []

    def bury_first(file: TextIO, operation: int) -> None:
        if not buried:
            buried.append(file.name)
            Path(file.name).unlink()
        flock(file, operation)

    monkeypatch.setattr(fcntl, "flock", bury_first)

    mine = owners.me()

    assert len(buried) == 1
    assert not owners.is_dead(mine)


@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="needs PostgreSQL's row locks")
@pytest.mark.django_db(transaction=True)
def test_a_run_whose_transaction_holds_the_row_is_not_taken_over() -> None:
    entry = given_claimed(given_entry()).entry
    JobQueueEntry.objects.update(lease_until=in_the_past())
    held, done = Event(), Event()

    def hold() -> None:
        with database.write():
            database.change(
                "UPDATE jobqueue_entry SET changed = {now} WHERE id = %(pk)s", pk=entry.pk
            )
            held.set()
            done.wait(10)
        connection.close()

    holder = Thread(target=hold)
    holder.start()
    assert held.wait(10)
    assert repair.take_over() == 0
    done.set()
    holder.join()

    assert repair.take_over() == 1
