"""An entry that needs a place and a lock at once gets both, however many want the one or the other."""

from __future__ import annotations

from typing import Any

import pytest

from jobqueue import claim as claiming
from jobqueue import database, endings, hints, lanes, pauses, repair
from jobqueue.claim import Claim
from jobqueue.models import JobQueueEntry, Status
from jobqueue.reasons import why_not_running
from jobqueue.running import Outcome
from tests.jobqueue.conftest import given_claimed, given_entry, in_the_past, status_of

pytestmark = pytest.mark.django_db

LOCK = "DEMO/orders"


def given_waiting(seconds: float, **values: Any) -> tuple[Claim, JobQueueEntry]:
    """An entry that waits for category A, for so many seconds, and the run that is in its way."""
    running = given_claimed(given_entry(category="A"))
    waiting = given_entry(category="A", lock_key=LOCK, parameters={"number": 1}, **values)
    at = in_the_past(seconds=seconds)
    JobQueueEntry.objects.filter(pk=waiting.pk).update(earliest_start=at)
    assert claiming.claim(waiting.pk) is None
    assert status_of(waiting) == Status.WAITING
    return running, waiting


def given_rival(**values: Any) -> JobQueueEntry:
    return given_entry(category="B", lock_key=LOCK, parameters={"number": 2}, **values)


def end(run: Claim) -> None:
    endings.succeed(run.entry, Outcome())


def test_a_lock_is_promised_to_one_that_waits_for_its_place() -> None:
    running, waiting = given_waiting(seconds=lanes.PATIENCE + 5)
    rival = given_rival()

    assert hints.choose(8) == []
    with database.write():
        assert claiming.claim_next() is None
    assert claiming.claim(rival.pk) is None

    rival.refresh_from_db()
    assert rival.status == Status.WAITING
    assert f"Waits for entry {waiting.pk} " in why_not_running(rival, database.clock())
    end(running)
    assert (status_of(waiting), status_of(rival)) == (Status.READY, Status.WAITING)
    end(given_claimed(waiting))
    assert status_of(rival) == Status.READY
    given_claimed(rival)


def test_a_lock_is_not_promised_before_one_has_waited_for_some_seconds() -> None:
    given_waiting(seconds=lanes.PATIENCE / 2)
    rival = given_rival()

    assert hints.choose(8) == [rival.pk]
    given_claimed(rival)


def test_what_is_before_it_in_line_is_not_held_up() -> None:
    given_waiting(seconds=lanes.PATIENCE + 5)
    older = given_rival()
    JobQueueEntry.objects.filter(pk=older.pk).update(earliest_start=in_the_past(minutes=5))

    given_claimed(older)


def test_a_paused_one_is_promised_nothing() -> None:
    given_waiting(seconds=lanes.PATIENCE + 5, shop="DEMO")
    pauses.pause("DEMO")
    rival = given_rival(shop="OTHER")

    given_claimed(rival)


def test_when_it_is_given_up_the_next_one_wakes() -> None:
    _running, waiting = given_waiting(seconds=lanes.PATIENCE + 5)
    rival = given_rival()
    assert claiming.claim(rival.pk) is None

    waiting.delete()
    repair.repair()

    assert status_of(rival) == Status.READY
    given_claimed(rival)
