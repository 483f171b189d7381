"""Why an entry does not run, a sentence for each cause."""

from __future__ import annotations

from datetime import timedelta

import pytest

from jobqueue import database, runner, transitions
from jobqueue.errors import Halt, Retry
from jobqueue.models import JobQueueEntry
from jobqueue.reasons import why_not_running
from jobqueue.running import Outcome, RunningJob
from tests.jobqueue.conftest import given_claimed, given_entry, given_handler

pytestmark = pytest.mark.django_db


def why(entry: JobQueueEntry) -> str:
    entry.refresh_from_db()
    return why_not_running(entry, database.clock())


def given_failed(error: Exception) -> JobQueueEntry:
    def handler(_job: RunningJob) -> Outcome:
        raise error

    given_handler(handler)
    entry = given_entry()
    runner.run_entry(entry.pk)
    return entry


def test_nothing_is_said_of_what_may_start_runs_or_is_done() -> None:
    entry = given_entry()
    assert why(entry) == ""
    given_claimed(entry)
    assert why(entry) == ""

    done = given_entry()
    runner.run_entry(done.pk)
    assert why(done) == ""


def test_it_starts_later() -> None:
    entry = given_entry(earliest_start=database.clock() + timedelta(hours=1))

    assert why(entry).startswith("Starts at ")


def test_it_is_tried_again() -> None:
    entry = given_failed(Retry("Shopify is away"))

    assert why(entry).startswith("Retry 1 of 5 starts at ")
    assert why(entry).endswith(". Shopify is away.")


def test_it_failed() -> None:
    entry = given_failed(Halt("No access."))

    assert why(entry) == "It failed: No access. Restart it to try again."


def test_it_is_on_hold() -> None:
    entry = given_entry()
    transitions.hold(entry.pk, reason="Ask Kari first")

    assert why(entry) == "On hold: Ask Kari first."


def test_it_waits_for_its_lane() -> None:
    first = given_claimed(given_entry(category="A")).entry
    entry = given_entry(category="A")

    assert why(entry).startswith(f"Waits for entry {first.pk} in category A, running since ")


def test_it_waits_for_the_same_work() -> None:
    first = given_claimed(given_entry(lock_key="DEMO/orders")).entry
    entry = given_entry(lock_key="DEMO/orders", parameters={"a": 1})

    assert why(entry).startswith(f"Waits for entry {first.pk}, which does the same work, since ")
