"""How long the log and finished entries are kept."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.db.models.functions import Now

from jobqueue import database, owners
from jobqueue.models import JobQueueEntry, JobQueueLogEntry, LogStatus, Status, WorkerHeartbeat

GOOD = timedelta(days=30)  # runs that went well, and finished entries
BAD = timedelta(days=90)  # runs that did not
BATCH = 1_000  # rows a transaction, so that nobody waits long


def clean() -> int:
    """Delete what is older, in small transactions; returns the number of rows."""
    went_well = Q(status__in=[LogStatus.SUCCESS, LogStatus.SNOOZED, LogStatus.INTERRUPTED])
    old = Q(ended__lt=Now() - BAD) | (went_well & Q(ended__lt=Now() - GOOD))
    removed = _empty(JobQueueLogEntry.objects.filter(old))
    removed += _empty(
        JobQueueEntry.objects.filter(status=Status.FINISHED, changed__lt=Now() - GOOD)
    )
    removed += _empty(WorkerHeartbeat.objects.filter(seen_at__lt=Now() - timedelta(hours=1)))
    owners.bury()
    return removed


def _empty(old: QuerySet[Any]) -> int:
    removed = 0
    while batch := list(old.values_list("pk", flat=True)[:BATCH]):
        with database.write():
            old.model._base_manager.filter(pk__in=batch).delete()  # noqa: SLF001 - Django's own name
        removed += len(batch)
    return removed
