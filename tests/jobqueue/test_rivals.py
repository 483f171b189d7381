"""What another process writes between two statements of ours: it is neither lost nor overrun.

Each move is tried with a rival before its first statement, before its second, and so on.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from threading import Event, Thread
from typing import Any, NamedTuple

import pytest
from django.db import connection, transaction
from django.db.models.functions import Now

from jobqueue import changes, endings, lanes, pauses, repair, retention, transitions
from jobqueue import claim as claiming
from jobqueue.claim import Claim
from jobqueue.endings import Failure
from jobqueue.errors import ClaimLost, Refused
from jobqueue.models import JobQueueEntry, JobQueueLogEntry, LogStatus, Priority, Status
from jobqueue.recurrence_columns import WEEKDAYS
from jobqueue.requests import request
from jobqueue.running import Outcome
from tests.jobqueue.conftest import (
    KIND,
    given_claimed,
    given_entry,
    in_the_past,
    logged,
    status_of,
)

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        "connection.vendor != 'postgresql'", reason="needs two writers at a time: PostgreSQL"
    ),
]
A_WHILE = 0.3  # s; a rival that waits for a row of ours goes on when we commit


class Rival:
    """Acts in a connection of its own, just before our statement number `place`."""

    def __init__(self, place: int, act: Callable[[], Any]) -> None:
        self.place, self.act = place, act
        self.seen = 0
        self.answer: Any = None
        self.thread = Thread(target=self._run)

    @property
    def came(self) -> bool:
        return self.thread.ident is not None

    @contextmanager
    def interferes(self) -> Iterator[None]:
        with connection.execute_wrapper(self):
            yield
        if self.came:
            self.thread.join(10)
            assert not self.thread.is_alive()

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if self.seen == self.place:
            self.thread.start()
            self.thread.join(A_WHILE)
        self.seen += 1
        return execute(sql, params, many, context)

    def _run(self) -> None:
        try:
            self.answer = self.act()
        except (Refused, ClaimLost):
            self.answer = None
        finally:
            connection.close()


def claims(entry: JobQueueEntry) -> Claim | None:
    return claiming.claim(entry.pk)


def restarts_and_claims(entry: JobQueueEntry) -> Claim | None:
    transitions.run_now(entry.pk)
    return claims(entry)


def each_time(
    given: Callable[[], JobQueueEntry], act: Callable[[JobQueueEntry], object]
) -> Iterator[tuple[JobQueueEntry, Rival]]:
    """An entry and a rival for each place, until the move has no more statements than that."""
    for place in itertools.count():
        entry = given()
        rival = Rival(place, lambda entry=entry: act(entry))  # type: ignore[misc]
        yield entry, rival
        if not rival.came:
            assert place > 1, "a move is at least two statements"
            return


def each_time_of(
    names: Iterable[str],
    given: Callable[[str], Callable[[], JobQueueEntry]],
    act: Callable[[JobQueueEntry], object],
) -> Iterator[tuple[str, JobQueueEntry, Rival]]:
    """The same for several moves, in one test: emptying the database takes longer than they do."""
    for name in names:
        for entry, rival in each_time(given(name), act):
            yield name, entry, rival


def what_runs_is_whole(entry: JobQueueEntry, claimed: Claim) -> JobQueueEntry:
    """The claimed entry as it is now: it is there, it runs, and its log says so."""
    found = JobQueueEntry.objects.get(pk=entry.pk)
    assert (found.status, found.fence) == (Status.IN_PROCESS, claimed.entry.fence)
    assert logged(found)[-1:] == ["in_process"]
    return found


class Move(NamedTuple):
    act: Callable[[int], object]
    holds: Callable[[JobQueueEntry], object]  # of an entry that runs, when it was not refused


MOVES = {
    "hold": Move(transitions.hold, lambda entry: entry.hold_reason),
    "cancel": Move(transitions.cancel, lambda entry: entry.cancel_requested),
    "ready": Move(transitions.make_ready, lambda _entry: True),
    "restart": Move(transitions.restart, lambda _entry: True),
    "run now": Move(transitions.run_now, lambda _entry: True),
    "priority": Move(
        lambda pk: transitions.set_priority(pk, Priority.HIGH),
        lambda entry: entry.priority == Priority.HIGH,
    ),
    "edit": Move(
        lambda pk: changes.keep(JobQueueEntry.objects.get(pk=pk), description="Other"),
        lambda entry: entry.description == "Other",
    ),
    "parameters": Move(
        lambda pk: changes.keep_parameters(JobQueueEntry.objects.get(pk=pk), {"n": 1}, None),
        lambda entry: entry.parameters == {"n": 1},
    ),
    "delete": Move(transitions.delete, lambda _entry: False),
}


def refuses(move: Move, entry: JobQueueEntry) -> bool:
    try:
        move.act(entry.pk)
    except Refused:
        return True
    return False


def given_waiting() -> JobQueueEntry:
    """In a lane that is free again, so that a message that comes late may start it."""
    entry = given_entry()
    JobQueueEntry.objects.filter(pk=entry.pk).update(status=Status.WAITING)
    return entry


@pytest.mark.parametrize("name", MOVES)
def test_an_entry_that_is_claimed_during_a_move(name: str) -> None:
    for entry, rival in each_time(given_waiting if name == "ready" else given_entry, claims):
        with rival.interferes():
            refused = refuses(MOVES[name], entry)

        if isinstance(rival.answer, Claim):
            running = what_runs_is_whole(entry, rival.answer)
            assert refused or MOVES[name].holds(running), f"before statement {rival.place}"
        assert not refused or (rival.came and name not in {"hold", "cancel"})


def given_running_schedule() -> JobQueueEntry:
    days = dict.fromkeys(WEEKDAYS, True)
    return given_claimed(given_entry(minutes_between_runs=30, **days)).entry


def given_running_to_be_held() -> JobQueueEntry:
    entry = given_running_schedule()
    transitions.hold(entry.pk)
    return entry


def succeeds(entry: JobQueueEntry) -> bool:
    endings.succeed(entry, Outcome())
    return True


LEFT: dict[str, Callable[[JobQueueEntry], object]] = {
    # what must be so after a move that was not refused, once the run has ended
    "hold": lambda entry: entry.status == Status.ON_HOLD,
    "ready": lambda entry: (entry.status, entry.hold_reason) == (Status.READY, ""),
    "cancel": lambda entry: not entry.cancel_requested,
    "restart": lambda entry: entry.status == Status.READY,
    "run now": lambda entry: entry.status == Status.READY,
    "priority": lambda entry: entry.priority == Priority.HIGH,
    "edit": lambda entry: entry.description == "Other",
    "parameters": lambda entry: entry.parameters == {"n": 1},
}


def test_a_run_that_ends_during_a_move() -> None:
    for name, entry, rival in each_time_of(
        LEFT, lambda name: given_running_to_be_held if name == "ready" else given_running_schedule,
        succeeds,
    ):  # fmt: skip
        with rival.interferes():
            refused = refuses(MOVES[name], entry)

        found, place = JobQueueEntry.objects.get(pk=entry.pk), (name, rival.place)
        if rival.answer:
            assert (found.status != Status.IN_PROCESS, logged(found)) == (True, ["success"]), place
            assert refused or LEFT[name](found), place
            assert not (refused and name in {"hold", "ready"}), place


def test_an_entry_that_is_deleted_while_its_run_ends() -> None:
    for entry, rival in each_time(given_running_schedule, succeeds):
        with rival.interferes():
            refused = refuses(MOVES["delete"], entry)

        assert JobQueueEntry.objects.filter(pk=entry.pk).exists() == refused
        run = JobQueueLogEntry.objects.latest("pk")
        assert run.status == ("success" if rival.answer else "in_process")


ENDINGS: dict[str, Callable[[JobQueueEntry], object]] = {
    "success": succeeds,
    "idle": lambda entry: endings.succeed(entry, Outcome(idle=True)),
    "failure": lambda entry: endings.fail(entry, Failure("away")),
    "final failure": lambda entry: endings.fail(entry, Failure("broken", final=True)),
    "snooze": lambda entry: endings.snooze(entry, timedelta(hours=1), "later"),
    "given back": endings.give_back,
    "cancelled": endings.cancel,
}


def test_what_a_person_puts_on_hold_while_its_run_ends_is_on_hold() -> None:
    for name, entry, rival in each_time_of(
        ENDINGS, lambda _name: given_running_schedule, lambda entry: transitions.hold(entry.pk)
    ):
        with rival.interferes():
            ENDINGS[name](entry)

        found, place = JobQueueEntry.objects.get(pk=entry.pk), (name, rival.place)
        assert found.status == Status.ON_HOLD or not rival.came, place
        assert LogStatus.IN_PROCESS not in logged(found), place


def given_silent() -> JobQueueEntry:
    entry = given_running_schedule()
    silent = JobQueueEntry.objects.filter(pk=entry.pk)
    silent.update(node="elsewhere", owner="4711-gone", lease_until=in_the_past())
    return entry


def test_a_run_that_is_taken_over_while_it_ends_ends_once() -> None:
    for name, entry, rival in each_time_of(
        ENDINGS, lambda _name: given_silent, lambda _entry: repair.take_over()
    ):
        lost = False
        with rival.interferes():
            try:
                ENDINGS[name](entry)
            except ClaimLost:
                lost = True

        found, place = JobQueueEntry.objects.get(pk=entry.pk), (name, rival.place)
        [end] = logged(found)
        assert LogStatus.IN_PROCESS not in {end, found.status}, place
        assert lost == bool(rival.answer), place


def given_failed() -> JobQueueEntry:
    entry = given_entry()
    JobQueueEntry.objects.filter(pk=entry.pk).update(
        status=Status.ERROR, changed=Now() - timedelta(days=1)
    )
    JobQueueLogEntry.objects.create(
        entry=entry, kind="k", fence=0, status="error", started=in_the_past(9), ended=in_the_past(9)
    )
    return entry


def given_old() -> JobQueueEntry:
    entry = given_entry()
    JobQueueEntry.objects.filter(pk=entry.pk).update(
        status=Status.FINISHED, changed=Now() - timedelta(days=100)
    )
    return entry


REMOVALS: dict[str, tuple[Callable[[], JobQueueEntry], Callable[[JobQueueEntry], object]]] = {
    "one": (given_failed, lambda entry: transitions.delete(entry.pk)),
    "failed": (given_failed, lambda _entry: transitions.remove_failed()),
    "old": (given_old, lambda _entry: retention.clean()),
}


@pytest.mark.parametrize("name", REMOVALS)
def test_an_entry_that_is_restarted_and_claimed_while_it_is_removed(name: str) -> None:
    given, remove = REMOVALS[name]
    kept = 0
    for entry, rival in each_time(given, restarts_and_claims):
        with rival.interferes():
            try:
                remove(entry)
            except Refused:
                assert rival.came

        if isinstance(rival.answer, Claim):
            what_runs_is_whole(entry, rival.answer)
            kept += 1
        else:
            assert not JobQueueEntry.objects.filter(pk=entry.pk).exists()
    assert kept, "some rival came first"


@contextmanager
def holding(act: Callable[[], object]) -> Iterator[None]:
    """A rival has written, and commits while what is inside waits for its rows."""
    written = Event()

    def run() -> None:
        try:
            with transaction.atomic():
                act()
                written.set()
                Event().wait(A_WHILE)
        finally:
            connection.close()

    thread = Thread(target=run)
    thread.start()
    assert written.wait(10)
    yield
    thread.join(10)
    assert not thread.is_alive()


def test_two_who_ask_for_the_same_schedule_in_the_same_moment_get_one() -> None:
    def ask() -> tuple[JobQueueEntry, bool]:
        days: dict[str, Any] = dict.fromkeys(WEEKDAYS, True)
        return request(KIND, lock_key="DEMO/orders", minutes_between_runs=30, **days)

    asked: list[tuple[JobQueueEntry, bool]] = []
    with holding(lambda: asked.append(ask())):
        asked.append(ask())

    [(first, created), (second, again)] = asked
    assert (first, created, again) == (second, True, False)
    assert JobQueueEntry.objects.count() == 1


def given_resting() -> JobQueueEntry:
    entry = given_entry()
    JobQueueEntry.objects.filter(pk=entry.pk).update(
        status=Status.INACTIVE, earliest_start=in_the_past()
    )
    return entry


def given_expired() -> JobQueueEntry:
    entry = given_entry(earliest_start=in_the_past(9))
    JobQueueEntry.objects.filter(pk=entry.pk).update(expiration=in_the_past())
    return entry


def given_missed() -> JobQueueEntry:
    """A schedule whose start passed while all was paused."""
    pauses.pause()
    entry = given_entry(minutes_between_runs=30, **dict.fromkeys(WEEKDAYS, True))
    JobQueueEntry.objects.filter(pk=entry.pk).update(earliest_start=in_the_past(9))
    return entry


def given_behind_a_full_lane() -> JobQueueEntry:
    given_claimed(given_entry(category="FULL"))
    entry = given_entry(category="FULL")
    JobQueueEntry.objects.filter(pk=entry.pk).update(status=Status.READY)
    return entry


HOUSEKEEPING: dict[str, tuple[Callable[[], JobQueueEntry], Callable[[JobQueueEntry], object]]] = {
    "wake": (given_resting, lambda _entry: repair.wake()),
    "expire": (given_expired, lambda _entry: repair.expire()),
    "age": (lambda: given_entry(earliest_start=in_the_past(40)), lambda _entry: repair.age()),
    "fit": (given_missed, lambda _entry: pauses.resume()),
    "park": (given_behind_a_full_lane, lambda _entry: lanes.park_all()),
    "claim": (given_entry, claims),
}


@pytest.mark.parametrize("name", HOUSEKEEPING)
def test_what_a_person_is_putting_on_hold_the_housekeeper_leaves_there(name: str) -> None:
    given, tidy = HOUSEKEEPING[name]
    entry = given()

    with holding(lambda: transitions.hold(entry.pk)):
        tidy(entry)

    assert status_of(entry) == Status.ON_HOLD


@pytest.mark.parametrize("name", ["failed", "old"])
def test_what_a_person_is_restarting_is_not_removed(name: str) -> None:
    given, remove = REMOVALS[name]
    entry = given()

    with holding(lambda: transitions.restart(entry.pk)):
        remove(entry)

    assert status_of(entry) == Status.READY
