"""Set Status to Error, of a run In Process."""

from __future__ import annotations

import pytest

from jobqueue import endings, marking, repair
from jobqueue.errors import ClaimLost, Refused
from jobqueue.models import JobQueueEntry, JobQueueLogEntry, Status
from jobqueue.recurrence_columns import WEEKDAYS
from jobqueue.running import Outcome
from tests.jobqueue.conftest import given_claimed, given_entry, in_the_past, logged, status_of

pytestmark = pytest.mark.django_db
EVERY_DAY = {**dict.fromkeys(WEEKDAYS, True), "minutes_between_runs": 30}


@pytest.mark.parametrize("more", [{"max_attempts": 5}, EVERY_DAY], ids=["once", "recurring"])
def test_run_and_entry_are_in_error_and_nothing_is_tried_again(more: dict[str, int]) -> None:
    claim = given_claimed(given_entry(**more))

    marking.set_error(claim.log_id, by="kari")

    entry = JobQueueEntry.objects.get()
    run = JobQueueLogEntry.objects.get()
    assert (entry.status, entry.error_message) == (Status.ERROR, "Marked as error by kari.")
    assert (run.status, run.error_message, run.will_retry) == (
        "error", "Marked as error by kari.", False,
    )  # fmt: skip
    assert run.ended is not None


def test_who_waited_for_its_lane_goes_on_and_its_process_writes_nothing_more() -> None:
    claim = given_claimed(given_entry(category="X"))
    waiting = given_entry(category="X")
    assert status_of(waiting) == Status.WAITING

    marking.set_error(claim.log_id, by="kari")

    assert status_of(waiting) == Status.READY
    with pytest.raises(ClaimLost):
        endings.succeed(claim.entry, Outcome())
    assert logged(claim.entry) == ["error"]


def test_a_run_that_has_ended_is_refused_and_left_as_it_is() -> None:
    claim = given_claimed(given_entry())
    endings.succeed(claim.entry, Outcome())

    with pytest.raises(Refused, match="The run has ended"):
        marking.set_error(claim.log_id, by="kari")

    assert (status_of(claim.entry), logged(claim.entry)) == (Status.FINISHED, ["success"])
    with pytest.raises(Refused, match="There is no log entry 4711"):
        marking.set_error(4711, by="kari")


def test_a_later_run_of_the_entry_goes_on() -> None:
    """The row of a run that was taken over is closed; that of its successor is another."""
    first = given_claimed(given_entry())
    JobQueueEntry.objects.update(node="elsewhere", lease_until=in_the_past())
    repair.take_over()
    second = given_claimed(first.entry)

    with pytest.raises(Refused):
        marking.set_error(first.log_id, by="kari")

    assert logged(first.entry) == ["error", "in_process"]
    assert status_of(second.entry) == Status.IN_PROCESS


def test_a_row_whose_entry_was_removed_is_closed() -> None:
    claim = given_claimed(given_entry())
    JobQueueEntry.objects.all().delete()

    marking.set_error(claim.log_id, by="kari")

    assert JobQueueLogEntry.objects.get().status == "error"
