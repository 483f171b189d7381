"""F11: whoever looks sees within a few seconds how far a run is."""

from __future__ import annotations

import time
from typing import Any

import pytest
from django.db import connection

from jobqueue import runner
from jobqueue.models import JobQueueEntry
from jobqueue.running import Outcome, RunningJob
from tests.jobqueue.conftest import at_once, given_entry, given_handler

pytestmark = pytest.mark.django_db(transaction=True)


def shown(entry: JobQueueEntry) -> dict[str, Any]:
    progress: dict[str, Any] = JobQueueEntry.objects.values_list("progress", flat=True).get(
        pk=entry.pk
    )
    return progress


def test_f11_what_was_told_last_is_shown_though_the_next_record_takes_long() -> None:
    seen: list[dict[str, Any]] = []

    def work(job: RunningJob) -> Outcome:
        job.progress(phase="Reading", done=0, total=3)
        job.progress(done=1)
        job.progress(done=2)  # at once after the first, and then Shopify keeps us waiting
        until = time.monotonic() + 5
        while time.monotonic() < until and (not seen or seen[-1].get("done") != 2):
            seen.append(shown(entry))
            time.sleep(0.05)
        return Outcome()

    entry = given_entry()
    given_handler(work)
    runner.run_entry(entry.pk)

    assert seen[0] == {"phase": "Reading", "done": 0, "total": 3}
    assert seen[-1] == {"phase": "Reading", "done": 2, "total": 3}


def test_what_was_told_is_written_once_a_second_at_most() -> None:
    entry = given_entry()
    writes: list[str] = []

    def count(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if "progress" in sql and sql.startswith("UPDATE"):
            writes.append(sql)
        return execute(sql, params, many, context)

    def work(job: RunningJob) -> Outcome:
        with connection.execute_wrapper(count):
            for done in range(500):
                job.progress(done=done)
        return Outcome()

    given_handler(work)
    assert at_once(lambda: runner.run_entry(entry.pk)) == [None]

    assert len(writes) == 1
