"""What another process writes between two statements of ours: it is neither lost nor overrun.

Each move is tried with a rival before its first statement, before its second, and so on.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from threading import Thread
from typing import Any

import pytest
from django.db import connection
from django.db.models.functions import Now

from jobqueue import changes, retention, transitions
from jobqueue import claim as claiming
from jobqueue.claim import Claim
from jobqueue.errors import Refused
from jobqueue.models import JobQueueEntry, JobQueueLogEntry, Priority, Status
from tests.jobqueue.conftest import given_entry, in_the_past, logged

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
        except Refused:
            self.answer = None
        finally:
            connection.close()


def claims(entry: JobQueueEntry) -> Claim | None:
    return claiming.claim(entry.pk)


def restarts_and_claims(entry: JobQueueEntry) -> Claim | None:
    transitions.run_now(entry.pk)
    return claims(entry)


def each_time(
    given: Callable[[], JobQueueEntry], act: Callable[[JobQueueEntry], Claim | None]
) -> Iterator[tuple[JobQueueEntry, Rival]]:
    """An entry and a rival for each place, until the move has no more statements than that."""
    for place in itertools.count():
        entry = given()
        rival = Rival(place, lambda entry=entry: act(entry))  # type: ignore[misc]
        yield entry, rival
        if not rival.came:
            assert place > 1, "a move is at least two statements"
            return


def what_runs_is_whole(entry: JobQueueEntry, claimed: Claim) -> JobQueueEntry:
    """The claimed entry as it is now: it is there, it runs, and its log says so."""
    found = JobQueueEntry.objects.get(pk=entry.pk)
    assert (found.status, found.fence) == (Status.IN_PROCESS, claimed.entry.fence)
    assert logged(found)[-1:] == ["in_process"]
    return found


MOVES: dict[str, tuple[Callable[[int], object], Callable[[JobQueueEntry], object]]] = {
    # the move, and what must be so of an entry that runs when the move was not refused
    "hold": (transitions.hold, lambda entry: entry.hold_reason),
    "cancel": (transitions.cancel, lambda entry: entry.cancel_requested),
    "restart": (transitions.restart, lambda _entry: True),
    "run now": (transitions.run_now, lambda _entry: True),
    "priority": (
        lambda pk: transitions.set_priority(pk, Priority.HIGH),
        lambda entry: entry.priority == Priority.HIGH,
    ),
    "edit": (
        lambda pk: changes.keep(JobQueueEntry.objects.get(pk=pk), description="Other"),
        lambda entry: entry.description == "Other",
    ),
    "delete": (transitions.delete, lambda _entry: False),
}


@pytest.mark.parametrize("name", MOVES)
def test_an_entry_that_is_claimed_during_a_move(name: str) -> None:
    move, holds = MOVES[name]
    for entry, rival in each_time(given_entry, claims):
        refused = False
        with rival.interferes():
            try:
                move(entry.pk)
            except Refused:
                refused = True

        if isinstance(rival.answer, Claim):
            running = what_runs_is_whole(entry, rival.answer)
            assert refused or holds(running), f"before statement {rival.place}"
        assert not refused or (rival.came and name not in {"hold", "cancel"})


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
