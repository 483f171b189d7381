"""A run is taken over only while it is silent, and only the one that was found silent."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models import F

from jobqueue import database, endings, hints, lease, repair
from jobqueue.models import JobQueueEntry, Priority
from tests.jobqueue.conftest import given_claimed, given_entry, in_the_past, logged, status_of

pytestmark = pytest.mark.django_db


def given_silent() -> JobQueueEntry:
    entry = given_claimed(given_entry()).entry
    JobQueueEntry.objects.filter(pk=entry.pk).update(
        node="elsewhere", owner="4711-gone", lease_until=in_the_past()
    )
    return entry


def repair_after(sql: str, act: Callable[[], object]) -> None:
    """Repair; right after its query `sql` something else happens."""
    query = database.spell(sql, connection.vendor).replace("%%", "%")

    def watch(execute: Any, sent: str, params: Any, many: bool, context: Any) -> Any:
        answer = execute(sent, params, many, context)
        if sent.replace("%%", "%") == query:
            act()
        return answer

    with connection.execute_wrapper(watch):
        repair.take_over()


def test_a_run_whose_lease_is_renewed_while_repair_looks_goes_on() -> None:
    entry = given_silent()
    renewed = []

    def renew() -> None:
        values = {"entry_id": entry.pk, "fence": entry.fence, "lease": 30.0}
        renewed.append(database.change(lease.RENEW, **values))

    repair_after(repair.ORPHANS, renew)

    entry.refresh_from_db()
    assert renewed == [1]
    assert (entry.status, entry.attempts, logged(entry)) == ("in_process", 0, ["in_process"])


def test_a_newer_run_of_the_same_process_is_not_taken_for_the_silent_one() -> None:
    entry = given_silent()

    repair_after(repair.ORPHANS, lambda: JobQueueEntry.objects.update(fence=2))

    assert status_of(entry) == "in_process"


def test_what_was_broken_off_goes_on_before_others_of_its_priority_begin() -> None:
    older = given_entry(earliest_start=in_the_past(minutes=5))
    urgent = given_entry(priority=Priority.HIGH)
    broken_off = given_silent()

    repair.take_over()

    assert hints.choose(3) == [urgent.pk, broken_off.pk, older.pk]


def test_what_its_worker_gives_back_goes_on_first_too() -> None:
    older = given_entry(earliest_start=in_the_past(minutes=5))
    running = given_claimed(given_entry())

    endings.give_back(running.entry)

    assert hints.choose(2) == [running.entry.pk, older.pk]


def test_c14_what_was_broken_off_gains_a_level_like_others() -> None:
    older = given_entry(earliest_start=in_the_past(minutes=31))
    broken_off = given_claimed(given_entry(earliest_start=in_the_past(minutes=31))).entry
    endings.give_back(broken_off)

    repair.age()

    older.refresh_from_db()
    broken_off.refresh_from_db()
    assert (older.urgency, broken_off.urgency) == (Priority.HIGH, Priority.HIGH - endings.AHEAD)


def test_a_failure_of_the_work_itself_goes_to_its_place_in_line() -> None:
    older = given_entry(earliest_start=in_the_past(minutes=5))
    running = given_claimed(given_entry())

    endings.fail(running.entry, endings.Failure("The shop does not answer."))
    JobQueueEntry.objects.update(earliest_start=F("created") - timedelta(minutes=1))
    JobQueueEntry.objects.filter(pk=older.pk).update(earliest_start=in_the_past(minutes=5))

    assert hints.choose(2) == [older.pk, running.entry.pk]
