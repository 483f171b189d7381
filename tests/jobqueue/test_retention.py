"""E3: what is old goes in portions, found by an index, and nobody waits for it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import QuerySet
from django.db.models.functions import Now
from django.test.utils import CaptureQueriesContext

from jobqueue import database, retention, transitions
from jobqueue.models import JobQueueEntry, JobQueueLogEntry, LogStatus, Status
from tests.jobqueue.conftest import given_entry, in_the_past, status_of

pytestmark = pytest.mark.django_db


def given_runs(count: int, *, days: int, status: str = "success") -> None:
    ended = database.clock() - timedelta(days=days)
    JobQueueLogEntry.objects.bulk_create(
        JobQueueLogEntry(fence=n, kind="k", status=status, started=ended, ended=ended)
        for n in range(count)
    )


def test_e3_failures_are_kept_longer_and_what_runs_for_ever() -> None:
    entry = given_entry()
    for fence, (status, days) in enumerate(
        [("success", 89), ("success", 91), ("error", 89), ("error", 91)]
    ):
        ended = Now() - timedelta(days=days)
        JobQueueLogEntry.objects.create(
            entry=entry, fence=fence, kind="k", status=status, started=ended, ended=ended
        )
    JobQueueLogEntry.objects.create(
        entry=entry, fence=9, kind="k", status=LogStatus.IN_PROCESS, started=in_the_past(999_999)
    )
    finished = given_entry()
    JobQueueEntry.objects.filter(pk=finished.pk).update(
        status=Status.FINISHED, changed=Now() - timedelta(days=91)
    )

    assert retention.clean() == 3

    kept = JobQueueLogEntry.objects.order_by("fence").values_list("fence", flat=True)
    assert list(kept) == [0, 2, 9]
    assert JobQueueEntry.objects.get() == entry


def test_an_entry_that_is_restarted_while_it_is_about_to_be_removed_stays() -> None:
    entry = given_entry()
    JobQueueEntry.objects.update(status=Status.FINISHED, changed=Now() - timedelta(days=100))
    restarted: list[JobQueueEntry] = []

    def restart(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.startswith("SAVEPOINT") and not restarted:  # they were looked up before
            restarted.append(entry)
            transitions.restart(entry.pk)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(restart):
        removed = retention.clean()

    assert restarted
    assert (removed, status_of(entry)) == (0, Status.READY)


def test_a_person_deletes_the_log_of_a_week_ago_and_older(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "BATCH", 3)
    given_runs(4, days=8)
    given_runs(2, days=6)
    JobQueueLogEntry.objects.create(
        fence=9, kind="k", status=LogStatus.IN_PROCESS, started=in_the_past(999_999)
    )

    assert retention.clear_log(timedelta(days=7)) == 4

    assert JobQueueLogEntry.objects.count() == 3


def test_a_person_who_waits_deletes_no_more_than_a_bounded_number(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(retention, "BATCH", 3)
    monkeypatch.setattr(retention, "MOST", 4)
    given_runs(9, days=8)

    assert retention.clear_log(timedelta(days=7)) == 4

    assert JobQueueLogEntry.objects.count() == 5


def test_e3_a_portion_is_5000_rows() -> None:
    assert retention.BATCH == 5_000


@pytest.mark.django_db(transaction=True)
def test_e3_each_portion_is_a_transaction_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "BATCH", 100)
    given_runs(250, days=91)
    left = []

    def commits(*_args: Any, **_options: Any) -> None:
        left.append(JobQueueLogEntry.objects.count())

    original = transaction.Atomic.__exit__

    def leave(atomic: Any, *error: Any) -> None:
        original(atomic, *error)
        if not connection.in_atomic_block:
            commits()

    monkeypatch.setattr(transaction.Atomic, "__exit__", leave)

    assert retention.clean() == 250

    assert sorted(set(left), reverse=True) == [150, 50, 0]


def plan(old: QuerySet[Any]) -> str:
    if connection.vendor == "postgresql":  # a table of a few rows is read as a whole otherwise
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
    return str(old.values_list("pk", flat=True)[: retention.BATCH].explain())


@pytest.mark.parametrize("number", range(3))
def test_e3_what_is_old_is_found_by_an_index(number: int) -> None:
    old = retention.outdated()[number]

    found = plan(old)

    assert ("USING INDEX" in found or "USING COVERING INDEX" in found) or (
        "Index" in found and "Seq Scan" not in found
    ), found


def test_e3_deleting_goes_by_primary_key() -> None:
    given_runs(3, days=91)

    with CaptureQueriesContext(
        connection,
    ) as caught:
        retention.clean()

    deletes = [q["sql"] for q in caught if q["sql"].startswith('DELETE FROM "jobqueue_log"')]
    assert len(deletes) == 1
    assert '"jobqueue_log"."id" IN (' in deletes[0]
