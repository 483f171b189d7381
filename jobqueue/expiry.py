"""How a queued entry ends whose expiration has passed before its turn came."""

from __future__ import annotations

from django.db.models.functions import Now
from django.utils.translation import gettext as _

from jobqueue import database, signals
from jobqueue.models import JobQueueEntry, JobQueueLogEntry, LogStatus, Status
from jobqueue.models.entry import QUEUED


def expire(entry: JobQueueEntry) -> bool:
    """End a queued entry whose expiration has passed, with a row in the log. Call it in write()."""
    message = _("The entry expired before it could run.")
    ended = JobQueueEntry.objects.filter(
        pk=entry.pk, fence=entry.fence, status__in=QUEUED
    ).update(
        status=Status.FINISHED, fence=entry.fence + 1, hint_until=None, error_message=message,
        changed=Now(),
    )  # fmt: skip
    if ended:
        JobQueueLogEntry(
            entry_id=entry.pk,
            fence=entry.fence + 1,
            kind=entry.kind,
            description=entry.description,
            shop=entry.shop,
            parameters=entry.parameters,
            status=LogStatus.EXPIRED,
            message=message,
            started=database.clock(),
            ended=database.clock(),
        ).save(force_insert=True)
        signals.tell(
            signals.RunEnded(
                entry, entry.fence + 1, Status.FINISHED, LogStatus.EXPIRED, message=message
            )
        )
    return bool(ended)
