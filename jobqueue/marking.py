"""Set Status to Error: a person's word that a run In Process will not end by itself."""

from __future__ import annotations

from contextlib import suppress

from django.db.models import Exists, OuterRef
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from jobqueue import database, endings
from jobqueue.errors import ClaimLost, Refused
from jobqueue.models import JobQueueEntry, JobQueueLogEntry, LogStatus


def set_error(log_id: int, *, by: str) -> None:
    """End the run as failed, and its entry in Error, also one that recurs.

    A process that works on it all the same notices at its next beat that it lost its claim, and
    can write nothing more. Raises Refused for a run that has ended.
    """
    run = JobQueueLogEntry.objects.filter(pk=log_id).first()
    if run is None:
        raise Refused(_("There is no log entry %d.") % log_id)
    message = _("Marked as error by %s.") % by
    runs = JobQueueEntry.objects.running()
    entry = runs.filter(log_entries=run, fence=run.fence).first()
    if entry is not None:
        with suppress(ClaimLost):  # it ended, or was taken over, since we looked
            endings.mark(entry, message)
            return
    _close(run, message)


def _close(run: JobQueueLogEntry, message: str) -> None:
    """Close a row of the log that no entry stands behind any more."""
    running = JobQueueEntry.objects.running().filter(pk=OuterRef("entry"), fence=OuterRef("fence"))
    open_ones = JobQueueLogEntry.objects.filter(pk=run.pk, status=LogStatus.IN_PROCESS)
    with database.write():
        closed = open_ones.exclude(Exists(running)).update(
            status=LogStatus.ERROR, ended=Now(), error_message=message
        )
    if not closed:
        raise Refused(_("The run has ended. Only one In Process can be set to Error."))
