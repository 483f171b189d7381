"""Runs whose entry was removed under them: all that is left to close is their row in the log.

People cannot remove an entry that runs; whoever works on the tables can.
"""

from __future__ import annotations

from datetime import timedelta

from django.db.models import QuerySet
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from jobqueue import database
from jobqueue.models import JobQueueLogEntry, LogStatus
from jobqueue.running import Outcome

SURELY_OVER = timedelta(minutes=10)  # a run is told of its loss within seconds


def succeed(log_id: int, outcome: Outcome) -> None:
    """Close the run that did its work all the same. Does nothing while the entry is there."""
    with database.write():
        _orphans().filter(pk=log_id).update(
            status=LogStatus.ISSUES if outcome.issues else LogStatus.SUCCESS,
            ended=Now(),
            counts=dict(outcome.counts),
            issues=outcome.issues,
            message=str(outcome.message),
        )


def stop(log_id: int) -> None:
    """Close the run that was stopped because of it. Does nothing while the entry is there."""
    _close(_orphans().filter(pk=log_id))


def close_old() -> None:
    """Close those whose process ended before it could."""
    _close(_orphans().filter(started__lt=Now() - SURELY_OVER))


def _orphans() -> QuerySet[JobQueueLogEntry]:
    return JobQueueLogEntry.objects.filter(entry=None, status=LogStatus.IN_PROCESS)


def _close(orphans: QuerySet[JobQueueLogEntry]) -> None:
    if orphans.exists():
        with database.write():
            orphans.update(
                status=LogStatus.ERROR,
                ended=Now(),
                error_message=_("The entry was removed during its run."),
            )
