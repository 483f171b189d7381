"""Why an entry does not run, a sentence for each cause (A22)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from jobqueue import claim, database, endings, heartbeats, pauses, runner, transitions
from jobqueue.errors import Halt, Retry
from jobqueue.models import JobQueueCategory, JobQueueEntry, Status, WorkerHeartbeat
from jobqueue.moments import moment
from jobqueue.reasons import around, why, why_not_running
from jobqueue.running import Outcome, RunningJob
from tests.jobqueue.conftest import given_claimed, given_entry, given_handler

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _given_a_worker(db: None) -> None:
    heartbeats.tell(WorkerHeartbeat.Kind.WORKER, 1)


def said(entry: JobQueueEntry) -> str:
    entry.refresh_from_db()
    return why_not_running(entry, database.clock())


def given_failed(error: Exception) -> JobQueueEntry:
    def handler(_job: RunningJob) -> Outcome:
        raise error

    given_handler(handler)
    entry = given_entry()
    runner.run_entry(entry.pk)
    return entry


def test_a22_nothing_is_said_of_what_runs_or_is_done() -> None:
    entry = given_entry()
    given_claimed(entry)
    assert said(entry) == ""

    done = given_entry()
    runner.run_entry(done.pk)
    assert said(done) == ""


def test_a22_what_is_due_waits_for_a_worker() -> None:
    entry = given_entry()
    assert said(entry) == "Starts as soon as a worker is free."

    WorkerHeartbeat.objects.all().delete()
    assert said(entry) == "No worker is alive. It starts when one does."


def test_a22_it_starts_later() -> None:
    entry = given_entry(earliest_start=database.clock() + timedelta(hours=1))

    assert said(entry) == f"Starts at {moment(entry.earliest_start)}."


def test_a22_it_is_tried_again() -> None:
    entry = given_failed(Retry("Shopify is away"))

    assert said(entry).startswith("Retry 1 of 5 starts at ")
    assert said(entry).endswith(". Shopify is away.")


def test_a22_it_failed() -> None:
    entry = given_failed(Halt("No access."))

    assert said(entry) == "It failed: No access. Restart it to try again."


def test_a22_it_is_on_hold() -> None:
    entry = given_entry()
    transitions.hold(entry.pk, reason="Ask Kari first")
    assert said(entry) == "Ask Kari first."

    JobQueueEntry.objects.update(hold_reason="")
    assert said(entry) == "On hold. Set it ready to let it run."


def test_a22_it_is_being_cancelled() -> None:
    entry = given_claimed(given_entry()).entry
    transitions.cancel(entry.pk)

    assert said(entry) == "Is being cancelled."


def test_a22_it_waits_for_its_lane() -> None:
    first = given_claimed(given_entry(category="A", description="Orders")).entry
    entry = given_entry(category="A")

    since = moment(entry.earliest_start)
    assert said(entry) == f"Waits for entry {first.pk} (Orders) in category A since {since}."


def test_a22_a_lane_with_room_keeps_nobody_waiting() -> None:
    JobQueueCategory.objects.create(code="A", limit=2)
    first = given_claimed(given_entry(category="A")).entry
    entry = given_entry(category="A")
    assert said(entry) == "Starts as soon as a worker is free."

    given_claimed(given_entry(category="A"))
    assert said(entry).startswith(f"Waits for entry {first.pk} ")


def test_a22_it_waits_for_the_same_work() -> None:
    first = given_claimed(given_entry(lock_key="DEMO/orders", description="Orders")).entry
    entry = given_entry(lock_key="DEMO/orders", parameters={"a": 1})

    since = moment(entry.earliest_start)
    assert said(entry) == f"Waits for entry {first.pk} (Orders), the same task, since {since}."


def test_a22_it_expired() -> None:
    entry = given_entry()
    JobQueueEntry.objects.update(expiration=database.clock() - timedelta(minutes=1))
    assert claim.claim(entry.pk) is None

    assert said(entry) == "The entry expired before it could run."


@pytest.mark.parametrize("entries", [1, 20])
def test_a_page_of_entries_costs_as_many_queries_as_one(
    entries: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    blocker = given_claimed(given_entry(category="A")).entry
    for number in range(entries):
        given_entry(category="A", shop=f"S{number}", parameters={"number": number})
    pauses.pause("S0", reason="Stocktaking")
    waiting = list(JobQueueEntry.objects.exclude(pk=blocker.pk).order_by("pk"))
    now = database.clock()

    with django_assert_num_queries(3):
        sentences = [
            why(entry, surroundings) for surroundings in [around(waiting, now)] for entry in waiting
        ]

    assert sentences[0] == "Shop S0 is paused: Stocktaking."
    assert all(one.startswith(f"Waits for entry {blocker.pk} ") for one in sentences[1:])


def test_entries_at_rest_cost_no_query(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    entry = given_claimed(given_entry()).entry
    endings.succeed(entry, Outcome())
    entry.refresh_from_db()
    now = database.clock()

    with django_assert_num_queries(0):
        assert (entry.status, why_not_running(entry, now)) == (Status.FINISHED, "")
