"""A run is taken over only while it is silent, and only the one that was found silent."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from jobqueue import database, lease, repair
from jobqueue.models import JobQueueEntry
from tests.jobqueue.conftest import given_claimed, given_entry, in_the_past, logged, status_of

pytestmark = pytest.mark.django_db


def given_silent() -> JobQueueEntry:
    entry = given_claimed(given_entry()).entry
    JobQueueEntry.objects.update(node="elsewhere", owner="4711-gone", lease_until=in_the_past())
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
