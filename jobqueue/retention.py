"""How long the log and finished entries are kept."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

from django.db.models import QuerySet
from django.db.models.functions import Now

from jobqueue import database, orphans, owners, removal
from jobqueue.models import JobQueueEntry, JobQueueLogEntry, Status, WorkerHeartbeat
from jobqueue.models.entry import AT_REST

KEPT = timedelta(days=90)  # runs, and finished entries
BATCH = 5_000  # rows a transaction, so that nobody waits long
MOST = 100_000  # rows that a person deletes at once, who waits for the answer
BREATH = 0.05  # s between two of them


def clean() -> int:
    """Delete what is older, in small transactions; returns the number of rows."""
    orphans.close_old()
    removed = sum(_empty(old) for old in outdated())
    owners.bury()
    return removed


def runs_before(age: timedelta) -> QuerySet[JobQueueLogEntry]:
    """The log of runs that ended longer ago than that. What is In Process has not ended."""
    return JobQueueLogEntry.objects.order_by("ended").filter(ended__lt=Now() - age)


def clear_log(age: timedelta) -> int:
    """Delete the log of runs that ended longer ago, MOST of them at most; returns their number."""
    return _empty(runs_before(age), MOST)


def outdated() -> list[QuerySet[Any]]:
    """What is to be deleted, each found by an index."""
    at_rest = JobQueueEntry.objects.order_by("changed").extra(where=[AT_REST])  # noqa: S610 - a constant
    finished = at_rest.filter(status=Status.FINISHED)
    return [
        runs_before(KEPT),
        finished.filter(changed__lt=Now() - KEPT),
        WorkerHeartbeat.objects.filter(seen_at__lt=Now() - timedelta(hours=1)),
    ]


def _empty(old: QuerySet[Any], most: int | None = None) -> int:
    removed = 0
    while batch := list(old.values_list("pk", flat=True)[: _next(removed, most)]):
        with database.write():  # an entry may have been restarted since we looked
            removed += removal.remove(old.filter(pk__in=batch))
        if len(batch) == BATCH:
            time.sleep(BREATH)  # SQLite lets in whoever asks next: that must not be us
    return removed


def _next(removed: int, most: int | None) -> int:
    """How many rows the next transaction may take."""
    return BATCH if most is None else min(BATCH, most - removed)
