"""What goes on hold when its run ends: a hold during the run, and a schedule run while on hold."""

from __future__ import annotations

from typing import Any

import pytest

from connector.pages import job_words
from jobqueue import claim as claiming
from jobqueue import database, endings, runner, transitions
from jobqueue.endings import Failure
from jobqueue.errors import Halt
from jobqueue.models import JobQueueEntry, Status
from jobqueue.reasons import why_not_running
from jobqueue.recurrence_columns import WEEKDAYS
from jobqueue.running import Outcome, RunningJob
from tests.jobqueue.conftest import given_claimed, given_entry, given_handler, logged

pytestmark = pytest.mark.django_db
EVERY_DAY: dict[str, Any] = dict.fromkeys(WEEKDAYS, True) | {"minutes_between_runs": 15}
SENTENCE = "Goes on hold when this run ends."


def now(entry: JobQueueEntry) -> tuple[str, str]:
    entry.refresh_from_db()
    return entry.status, entry.hold_reason


def why(entry: JobQueueEntry) -> str:
    entry.refresh_from_db()
    return why_not_running(entry, database.clock())


def given_held() -> JobQueueEntry:
    return transitions.hold(given_entry(**EVERY_DAY).pk, reason="Stocktaking.")


def test_a_hold_during_the_run_is_told() -> None:
    entry = given_claimed(given_entry(**EVERY_DAY)).entry
    assert why(entry) == ""

    transitions.hold(entry.pk)
    assert why(entry) == SENTENCE
    transitions.cancel(entry.pk)
    assert why(entry) == f"Is being cancelled. {SENTENCE}"


def test_a_hold_during_the_run_is_taken_back_by_set_ready() -> None:
    run = given_claimed(given_entry(**EVERY_DAY)).entry
    entry = transitions.hold(run.pk)
    assert job_words.READY in job_words.actions_for(entry)

    entry = transitions.make_ready(entry.pk)

    assert (entry.status, why(entry)) == (Status.IN_PROCESS, "")
    assert job_words.HOLD in job_words.actions_for(entry)
    endings.succeed(run, Outcome())
    assert now(entry) == (Status.READY, "")


@pytest.mark.parametrize("fails", [False, True])
def test_run_now_of_a_schedule_on_hold_runs_once_and_leaves_it_on_hold(*, fails: bool) -> None:
    def handler(_job: RunningJob) -> Outcome:
        if fails:
            raise Halt("No access.")
        return Outcome()

    given_handler(handler)
    entry = given_held()

    transitions.run_now(entry.pk)
    assert why(entry) == f"No worker is alive. It starts when one does. {SENTENCE}"
    runner.run_entry(entry.pk)

    assert now(entry) == (Status.ON_HOLD, "Stocktaking.")
    assert logged(entry) == ["error" if fails else "success"]


def test_run_now_twice_forgets_no_hold() -> None:
    entry = given_held()

    transitions.run_now(entry.pk)
    transitions.run_now(entry.pk)
    runner.run_entry(entry.pk)

    assert now(entry) == (Status.ON_HOLD, "Stocktaking.")


def test_run_now_of_a_schedule_parked_without_a_reason_leaves_it_on_hold() -> None:
    entry = given_entry(**EVERY_DAY)
    JobQueueEntry.objects.update(status=Status.ON_HOLD)

    transitions.run_now(entry.pk)
    runner.run_entry(entry.pk)

    assert now(entry) == (Status.ON_HOLD, "Set on hold.")


def test_a_run_of_a_schedule_on_hold_is_not_cut_off_after_a_part() -> None:
    entry = given_held()
    transitions.run_now(entry.pk)

    endings.give_back(given_claimed(entry).entry)
    assert now(entry) == (Status.READY, "Stocktaking.")
    endings.succeed(given_claimed(entry).entry, Outcome())

    assert now(entry) == (Status.ON_HOLD, "Stocktaking.")


@pytest.mark.parametrize("move", [transitions.make_ready, transitions.restart])
def test_who_sets_it_ready_meanwhile_lets_the_schedule_go_on(move: Any) -> None:
    entry = given_held()
    transitions.run_now(entry.pk)

    move(entry.pk)

    assert now(entry) == (Status.READY, "")


def test_who_sets_it_ready_during_a_part_lets_the_schedule_go_on() -> None:
    entry = given_held()
    transitions.run_now(entry.pk)
    part = given_claimed(entry).entry

    transitions.make_ready(entry.pk)
    endings.give_back(part)

    assert now(entry) == (Status.READY, "")


def test_a_hold_during_a_part_parks_the_entry_after_it() -> None:
    part = given_claimed(given_entry(**EVERY_DAY)).entry

    entry = transitions.hold(part.pk, reason="Stocktaking.")
    endings.give_back(part)

    assert now(entry) == (Status.ON_HOLD, "Stocktaking.")


def test_run_now_of_a_single_entry_on_hold_ends_it() -> None:
    entry = transitions.hold(given_entry().pk)

    transitions.run_now(entry.pk)
    runner.run_entry(entry.pk)

    assert now(entry) == (Status.FINISHED, "")


def test_a_failure_that_would_be_retried_parks_a_schedule_on_hold() -> None:
    entry = given_held()
    transitions.run_now(entry.pk)

    endings.fail(given_claimed(entry).entry, Failure("away"))

    assert now(entry) == (Status.ON_HOLD, "Stocktaking.")
    assert claiming.claim(entry.pk) is None
