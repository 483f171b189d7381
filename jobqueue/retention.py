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
BREATH = 0.05  # s between two of them


def clean() -> int:
    """Delete what is older, in small transactions; returns the number of rows."""
    orphans.close_old()
    removed = sum(_empty(old) for old in outdated())
    owners.bury()
    return removed


def outdated() -> list[QuerySet[Any]]:
    """What is to be deleted, each found by an index."""
    runs = JobQueueLogEntry.objects.order_by("ended")
    at_rest = JobQueueEntry.objects.order_by("changed").extra(where=[AT_REST])  # noqa: S610 - a constant
    finished = at_rest.filter(status=Status.FINISHED)
    return [
        runs.filter(ended__lt=Now() - KEPT),
        finished.filter(changed__lt=Now() - KEPT),
        WorkerHeartbeat.objects.filter(seen_at__lt=Now() - timedelta(hours=1)),
    ]


def _empty(old: QuerySet[Any]) -> int:
    removed = 0
    while batch := list(old.values_list("pk", flat=True)[:BATCH]):
        with database.write():  # an entry may have been restarted since we looked
            removed += removal.remove(old.filter(pk__in=batch))
        if len(batch) == BATCH:
            time.sleep(BREATH)  # SQLite lets in whoever asks next: that must not be us
    return removed
