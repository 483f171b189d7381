"""A run whose end the database does not take is ended all the same, and says why."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any, NoReturn

import pytest

from jobqueue import database, reasons, runner
from jobqueue.errors import Halt, Retry, Snooze
from jobqueue.models import JobQueueEntry, JobQueueLogEntry, Status
from jobqueue.running import Outcome, RunningJob
from tests.jobqueue.conftest import given_entry, given_handler, in_the_past, logged

pytestmark = pytest.mark.django_db
ODD = "half \ud800, null \0, end"


def raising(error: Exception) -> None:
    def handler(_job: RunningJob) -> NoReturn:
        raise error

    given_handler(handler)


def run(entry: JobQueueEntry) -> JobQueueEntry:
    runner.run_entry(entry.pk)
    entry.refresh_from_db()
    return entry


@pytest.mark.parametrize(
    ("outcome", "cause"),
    [
        (None, "NoneType"),
        (Outcome(counts={"read": Decimal(1)}), "Decimal is not JSON serializable"),  # type: ignore[dict-item]
        (Outcome(issues=-1), "IntegrityError"),
    ],
    ids=["none", "counts", "issues"],
)
def test_an_end_that_cannot_be_written_is_an_error_that_says_so(outcome: Any, cause: str) -> None:
    given_handler(lambda _job: outcome)

    entry = run(given_entry(max_attempts=5, lock_key="DEMO/orders"))

    assert (entry.status, entry.attempts, entry.owner) == (Status.ERROR, 0, "")
    assert entry.error_message.startswith("The end of the run could not be written: ")
    assert cause in entry.error_message
    assert "Traceback" in entry.error_trace
    assert logged(entry) == ["error"]


def test_a_schedule_whose_end_cannot_be_written_goes_on_at_its_next_time() -> None:
    given_handler(lambda _job: Outcome(counts={"read": Decimal(1)}))  # type: ignore[dict-item]

    entry = run(given_entry(date_formula="1D", earliest_start=in_the_past()))

    assert (entry.status, entry.consecutive_failures) == (Status.READY, 1)
    assert entry.earliest_start > database.clock()


@pytest.mark.parametrize("error", [ValueError(ODD), Halt(ODD), Retry(ODD, about_shop=True)])
def test_what_no_database_stores_is_left_out_of_an_error(
    error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("CRITICAL", "jobqueue.runner")  # what is shown of it must be text
    raising(error)

    entry = run(given_entry(shop="DEMO", max_attempts=1))

    assert "half ?, null , end" in entry.error_message
    assert JobQueueLogEntry.objects.get().error_message == entry.error_message


def test_what_no_database_stores_is_left_out_of_a_message() -> None:
    given_handler(lambda _job: Outcome(message=ODD))
    run(given_entry())
    raising(Snooze(timedelta(minutes=1), ODD))
    run(given_entry())

    told = list(JobQueueLogEntry.objects.order_by("pk").values_list("status", "message"))

    assert told == [("success", "half ?, null , end"), ("snoozed", "half ?, null , end")]


def test_an_unexpected_error_is_told_in_a_sentence() -> None:
    raising(KeyError("x"))

    entry = run(given_entry(max_attempts=0))

    assert entry.error_message == "An unexpected error stopped the run (KeyError: 'x')."
    assert "KeyError" in entry.error_trace
    assert reasons.why_not_running(entry, database.clock()) == (
        "It failed: An unexpected error stopped the run (KeyError: 'x'). Restart it to try again."
    )
