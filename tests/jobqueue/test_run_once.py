"""Running a copy of an entry here and now."""

from __future__ import annotations

import json
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from jobqueue import database, pauses, runner, transitions
from jobqueue.errors import Halt, Refused
from jobqueue.models import JobQueueEntry, JobQueueLogEntry, Status
from jobqueue.once import ask_once, run_once
from jobqueue.running import Outcome, RunningJob
from tests.jobqueue.conftest import given_claimed, given_entry, given_handler

pytestmark = pytest.mark.django_db


def given_closed_window() -> dict[str, Any]:
    """A window that opens in two hours, in a category that is full."""
    given_claimed(given_entry(category="X"))
    opens, closes = (database.clock() + timedelta(hours=hours) for hours in (2, 3))
    return {
        "category": "X",
        "date_formula": "1D",
        "starting_time": opens.time(),
        "ending_time": closes.time(),
    }


def stored(entry: JobQueueEntry) -> dict[str, Any]:
    return dict(JobQueueEntry.objects.filter(pk=entry.pk).values().get())


def test_a14_it_runs_now_and_leaves_the_entry_as_it_is() -> None:
    given_handler(lambda job: Outcome({"read": job.parameters["n"]}))
    entry = given_entry(parameters={"n": 3}, lock_key="DEMO/orders", **given_closed_window())
    before, entries, runs = (
        stored(entry), JobQueueEntry.objects.count(), JobQueueLogEntry.objects.count(),
    )  # fmt: skip

    run = run_once(entry.pk)

    assert (run.status, run.counts) == ("success", {"read": 3})
    assert run.description.endswith(" (run once)")
    assert stored(entry) == before
    assert JobQueueEntry.objects.count() == entries, "no copy is left"
    assert JobQueueLogEntry.objects.count() == runs + 1


def test_a14_while_the_same_work_is_done_it_is_refused_and_nothing_runs() -> None:
    busy = given_claimed(given_entry(lock_key="DEMO/orders", description="Orders")).entry
    entry = given_entry(lock_key="DEMO/orders", parameters={"n": 1})

    with pytest.raises(Refused, match=rf"Waits for entry {busy.pk} \(Orders\), the same task"):
        run_once(entry.pk)

    assert JobQueueEntry.objects.count() == 2
    assert JobQueueLogEntry.objects.count() == 1


def test_a_paused_shop_is_left_alone() -> None:
    entry = given_entry(shop="DEMO")
    pauses.pause("DEMO", reason="Stocktaking")

    with pytest.raises(Refused, match="Shop DEMO is paused: Stocktaking"):
        run_once(entry.pk)


def test_a_run_that_fails_is_told_and_not_tried_again() -> None:
    def handler(_job: RunningJob) -> Outcome:
        raise Halt("No access.")

    given_handler(handler)
    entry = transitions.hold(given_entry().pk)

    run = run_once(entry.pk)

    assert (run.status, run.error_message, run.will_retry) == ("error", "No access.", False)
    assert [e.status for e in JobQueueEntry.objects.all()] == [Status.ON_HOLD]


def test_a14_a_person_who_breaks_it_off_leaves_no_copy() -> None:
    def handler(_job: RunningJob) -> Outcome:
        raise KeyboardInterrupt

    given_handler(handler)
    entry = given_entry(lock_key="DEMO/orders")

    with pytest.raises(KeyboardInterrupt):
        run_once(entry.pk)

    run = JobQueueLogEntry.objects.get()
    assert (run.status, run.message) == ("cancelled", "Cancelled.")
    assert JobQueueEntry.objects.get() == entry
    assert given_claimed(entry).entry == entry, "its lock is free"


def test_a_long_run_goes_on_part_by_part(settings: Any) -> None:
    settings.QUEUE_SLICE = 0.0
    parts: list[int] = []

    def handler(job: RunningJob) -> Outcome:
        parts.append(job.fence)
        if len(parts) < 3:
            job.checkpoint()
        return Outcome({"read": len(parts)})

    given_handler(handler)

    run = run_once(given_entry().pk)

    assert (run.status, run.counts, parts) == ("success", {"read": 3}, [1, 2, 3])


def test_a14_a_copy_that_is_asked_for_waits_for_a_worker_and_runs_outside_of_the_window() -> None:
    given_handler(lambda job: Outcome({"read": job.parameters["n"]}))
    entry = given_entry(parameters={"n": 3}, lock_key="DEMO/orders", **given_closed_window())
    transitions.hold(entry.pk, reason="Stocktaking")
    before = stored(entry)

    copy = ask_once(entry.pk)

    assert (copy.status, copy.recurring, copy.category, copy.max_attempts) == (
        "ready",
        False,
        "",
        0,
    )
    runner.run_entry(copy.pk)
    run = copy.log_entries.get()
    assert (run.status, run.counts) == ("success", {"read": 3})
    assert run.description.endswith(" (run once)")
    assert stored(entry) == before


def test_a_copy_that_is_asked_for_twice_is_one_while_it_waits_and_while_it_runs() -> None:
    entry = given_entry(lock_key="DEMO/orders", date_formula="1D")

    copy = ask_once(entry.pk)

    assert ask_once(entry.pk) == copy
    assert given_claimed(copy).entry == copy
    assert ask_once(entry.pk) == copy
    assert JobQueueEntry.objects.count() == 2


def test_a14_a_copy_is_refused_while_the_same_work_is_done() -> None:
    busy = given_claimed(given_entry(lock_key="DEMO/orders", parameters={"n": 1})).entry
    entry = given_entry(lock_key="DEMO/orders")

    with pytest.raises(Refused, match=rf"Waits for entry {busy.pk} .* the same task"):
        ask_once(entry.pk)

    assert JobQueueEntry.objects.count() == 2


def test_a_copy_is_refused_while_its_shop_is_paused() -> None:
    entry = given_entry(shop="DEMO")
    pauses.pause("DEMO", reason="Stocktaking")

    with pytest.raises(Refused, match="Shop DEMO is paused: Stocktaking"):
        ask_once(entry.pk)

    assert JobQueueEntry.objects.count() == 1


def test_a_long_description_leaves_room_for_the_words_of_the_copy() -> None:
    entry = given_entry(description="x" * 250)

    assert ask_once(entry.pk).description == "x" * 200 + " (run once)"


def test_an_entry_that_is_not_there_is_not_run_once() -> None:
    with pytest.raises(Refused, match="There is no entry 4711"):
        ask_once(4711)


def test_the_command_tells_what_came_of_it() -> None:
    given_handler(lambda _job: Outcome({"read": 3}))
    out = StringIO()

    call_command("jobqueue", "once", given_entry().pk, "--json", stdout=out)

    [row] = json.loads(out.getvalue())
    assert (row["status"], row["counts"]) == ("success", {"read": 3})


def test_the_command_fails_with_the_run() -> None:
    def handler(_job: RunningJob) -> Outcome:
        raise Halt("No access.")

    given_handler(handler)

    with pytest.raises(CommandError, match=r"No access\."):
        call_command("jobqueue", "once", given_entry().pk, stdout=StringIO())
    with pytest.raises(CommandError, match="There is no entry 4711"):
        call_command("jobqueue", "once", 4711, stdout=StringIO())
