"""The lease: who holds it may write; who lost it is told, or ended."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import OperationalError, connection

from jobqueue import database, lease, repair, transitions
from jobqueue.errors import Cancelled, ClaimLost, TimedOut
from jobqueue.lease import Lease
from jobqueue.models import JobQueueEntry, Status
from tests.jobqueue.conftest import given_claimed, given_entry, in_the_past, status_of

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def given_a_lease() -> Lease:
    entry = given_claimed(given_entry()).entry
    now = time.monotonic()
    return Lease(entry.pk, entry.fence, now, now + 3600)


@pytest.fixture
def exits(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """The exit codes with which the process would have ended itself."""
    codes: list[int] = []
    monkeypatch.setattr(os, "_exit", codes.append)
    monkeypatch.setattr(lease.keeper, "may_exit", True)
    yield codes
    lease.keeper.leases.clear()


def leased_until() -> datetime:
    until = JobQueueEntry.objects.get().lease_until
    assert until is not None
    return until


def test_a_lease_is_renewed_when_a_third_of_it_has_gone(given_a_lease: Lease) -> None:
    JobQueueEntry.objects.update(lease_until=in_the_past())

    given_a_lease.look()
    assert leased_until() < database.clock(), "not yet due"
    given_a_lease.renewed -= 11
    given_a_lease.look()

    assert leased_until() > database.clock() + timedelta(seconds=25)
    given_a_lease.check()


def test_who_lost_the_lease_is_told_at_the_next_checkpoint(given_a_lease: Lease) -> None:
    JobQueueEntry.objects.update(fence=2)

    given_a_lease.look()

    with pytest.raises(ClaimLost):
        given_a_lease.check()


def test_a_frozen_run_is_told_even_before_it_asks_the_database(given_a_lease: Lease) -> None:
    given_a_lease.renewed -= 31

    with pytest.raises(ClaimLost):
        given_a_lease.check()


def test_a_cancelled_run_is_told(given_a_lease: Lease) -> None:
    transitions.cancel(given_a_lease.entry_id)

    given_a_lease.look()

    with pytest.raises(Cancelled):
        given_a_lease.check()


def test_a_run_past_its_time_is_told(given_a_lease: Lease) -> None:
    given_a_lease.ends = time.monotonic() - 1

    with pytest.raises(TimedOut):
        given_a_lease.check()


def test_a_pool_process_that_lost_its_lease_ends_itself(
    given_a_lease: Lease, exits: list[int]
) -> None:
    lease.keeper.leases.add(given_a_lease)
    JobQueueEntry.objects.update(fence=2)

    lease.keeper._beat(given_a_lease)

    assert exits == [lease.EXIT_LOST]


def test_a_pool_process_that_writes_its_end_does_not(
    given_a_lease: Lease, exits: list[int]
) -> None:
    lease.keeper.leases.add(given_a_lease)
    given_a_lease.leaving = True
    JobQueueEntry.objects.update(status=Status.FINISHED, owner="", lease_until=None)

    lease.keeper._beat(given_a_lease)

    assert exits == []


def test_a_pool_process_that_was_frozen_too_long_ends_itself_first(
    given_a_lease: Lease, exits: list[int]
) -> None:
    lease.keeper.leases.add(given_a_lease)
    given_a_lease.renewed -= 25

    lease.keeper._beat(given_a_lease)

    assert exits[0] == lease.EXIT_SILENT


def test_a_pool_process_that_ignores_a_cancel_ends_itself_after_the_grace(
    given_a_lease: Lease, exits: list[int]
) -> None:
    lease.keeper.leases.add(given_a_lease)
    transitions.cancel(given_a_lease.entry_id)

    lease.keeper._beat(given_a_lease)
    assert exits == []
    assert given_a_lease.stop_by is not None
    given_a_lease.stop_by -= lease.GRACE + 1
    lease.keeper._beat(given_a_lease)

    assert exits == [lease.EXIT_STUCK]


def test_another_process_than_a_pool_process_is_never_ended(
    given_a_lease: Lease, exits: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lease.keeper, "may_exit", False)
    lease.keeper.leases.add(given_a_lease)
    JobQueueEntry.objects.update(fence=2)

    lease.keeper._beat(given_a_lease)

    assert (exits, given_a_lease.lost) == ([], True)


def test_a_beat_without_database_waits_for_the_next(
    given_a_lease: Lease, exits: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_args: Any, **_values: Any) -> None:
        raise OperationalError("gone")

    monkeypatch.setattr(database, "rows", away)
    monkeypatch.setattr(connection, "close", lambda: None)  # the test's own
    lease.keeper.leases.add(given_a_lease)

    lease.keeper._beat(given_a_lease)

    assert (exits, given_a_lease.lost) == ([], False)


def test_a_long_transaction_is_not_taken_over_right_after_its_commit(
    given_a_lease: Lease,
) -> None:
    with given_a_lease.transaction():
        JobQueueEntry.objects.update(lease_until=in_the_past())
        given_a_lease.renewed -= 60  # as if it had taken a minute
        assert not given_a_lease.overdue(), "nobody can take what our transaction holds"

    repair.repair()

    assert JobQueueEntry.objects.get().status == Status.IN_PROCESS
    given_a_lease.check()


@pytest.mark.django_db(transaction=True)
def test_the_thread_renews_while_the_run_lasts_and_ends_after_it(settings: Any) -> None:
    settings.QUEUE_LEASE = 0.6
    started = time.monotonic()
    claimed = given_claimed(given_entry())

    with lease.held(claimed.entry.pk, claimed.entry.fence, started, HOUR) as held:
        time.sleep(1.5)
        held.check()
        repair.repair()
        assert status_of(claimed.entry) == Status.IN_PROCESS
    lease.keeper.rest()

    assert lease.keeper.thread is None
