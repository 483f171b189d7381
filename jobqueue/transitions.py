"""What a person may do with an entry. How a run ends stands in `endings`, how it starts in `claim`.

    set ready   On Hold, Error, Finished, Waiting, Inactivity hold ──▶ Ready, as planned
    restart     all but In Process                                 ──▶ Ready, now
    hold        all but Finished                                   ──▶ On Hold, after the run if any
    cancel      In Process ──▶ stopped at its next checkpoint; queued ──▶ On Hold

Each is one UPDATE that names the states it may leave. What it refuses, it refuses with a sentence,
and then nothing was written.
"""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError
from django.db.models.functions import Now
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from jobqueue import database, lanes, recurrence, tasks
from jobqueue.errors import Refused
from jobqueue.models import JobQueueEntry, Priority, Status
from jobqueue.models.entry import QUEUED

IDLE = (
    Status.READY,
    Status.WAITING,
    Status.ERROR,
    Status.ON_HOLD,
    Status.FINISHED,
    Status.INACTIVE,
)
FRESH: dict[str, Any] = {
    "status": Status.READY,
    "attempts": 0,
    "consecutive_failures": 0,
    "error_message": "",
    "error_trace": "",
    "hold_reason": "",
    "hint_until": None,
}


def make_ready(entry_id: int, *, by_id: int | None = None) -> JobQueueEntry:
    """Let the entry run at its time, or now if that has passed; attempts start anew.

    Raises Refused while it runs, and when a twin already waits.
    """
    entry = _entry(entry_id)
    if entry.status == Status.READY:
        return entry
    earliest = max(entry.earliest_start, database.clock())
    if entry.recurring:
        earliest = recurrence.first_run(entry.rule(), earliest)
    return _start(entry, earliest_start=earliest, by_id=by_id)


def restart(entry_id: int, *, by_id: int | None = None) -> JobQueueEntry:
    """Run the entry now, whatever its time. Raises Refused while it runs or a twin waits."""
    return _start(_entry(entry_id), earliest_start=database.clock(), by_id=by_id)


def hold(entry_id: int, *, reason: str = "") -> JobQueueEntry:
    """Park the entry. A run that is under way ends normally and is not followed by another."""
    reason = reason or _("Set on hold.")
    entry = _entry(entry_id)
    with database.write():
        mine = JobQueueEntry.objects.filter(pk=entry_id)
        if not mine.filter(status=Status.IN_PROCESS).update(hold_reason=reason, changed=Now()):
            parked = mine.filter(status__in=IDLE).exclude(status=Status.FINISHED)
            if not parked.update(
                status=Status.ON_HOLD, hold_reason=reason, hint_until=None, changed=Now()
            ):
                raise Refused(_("Entry %d is finished. Restart it to run it again.") % entry_id)
            lanes.wake(entry.category, entry.lock_key)
    return _entry(entry_id)


def cancel(entry_id: int) -> JobQueueEntry:
    """Stop the run at its next checkpoint, or take the entry out of the line."""
    entry = _entry(entry_id)
    with database.write():
        mine = JobQueueEntry.objects.filter(pk=entry_id)
        if not mine.filter(status=Status.IN_PROCESS).update(cancel_requested=True, changed=Now()):
            if not mine.filter(status__in=QUEUED).update(
                status=Status.ON_HOLD, hold_reason=_("Cancelled."), hint_until=None, changed=Now()
            ):
                raise Refused(_("Entry %d neither runs nor waits.") % entry_id)
            lanes.wake(entry.category, entry.lock_key)
    return _entry(entry_id)


def set_priority(entry_id: int, priority: Priority) -> JobQueueEntry:
    """Raises Refused while the entry runs."""
    entry = _entry(entry_id)
    with database.write():
        if not JobQueueEntry.objects.filter(pk=entry_id, status__in=IDLE).update(
            priority=priority, urgency=priority, changed=Now()
        ):
            raise _runs(entry)
    return _entry(entry_id)


def delete(entry_id: int) -> None:
    """Remove the entry; its log stays. Raises Refused while it runs."""
    entry = _entry(entry_id)
    with database.write():
        deleted, _models = JobQueueEntry.objects.filter(pk=entry_id, status__in=IDLE).delete()
        if not deleted:
            raise _runs(entry)
        lanes.wake(entry.category, entry.lock_key)


def _start(entry: JobQueueEntry, **values: Any) -> JobQueueEntry:
    by_id = values.pop("by_id")
    if by_id is not None:
        values["requested_by_id"] = by_id
    try:
        with database.write():
            if not JobQueueEntry.objects.filter(pk=entry.pk, status__in=IDLE).update(
                urgency=entry.priority, changed=Now(), **(FRESH | values)
            ):
                raise _runs(entry)
            tasks.ring(entry.pk)
    except IntegrityError:
        twin = JobQueueEntry.objects.twins_of(entry).first()
        raise Refused(
            _("Entry %s with the same parameters already waits.") % (twin.pk if twin else "")
        ) from None
    return _entry(entry.pk)


def _entry(entry_id: int) -> JobQueueEntry:
    entry = JobQueueEntry.objects.filter(pk=entry_id).first()
    if entry is None:
        raise Refused(_("There is no entry %d.") % entry_id)
    return entry


def _runs(entry: JobQueueEntry) -> Refused:
    entry.refresh_from_db()
    since = date_format(entry.started, "DATETIME_FORMAT") if entry.started else "–"
    return Refused(
        _("Entry %(number)d has been running since %(since)s. Cancel it first.")
        % {"number": entry.pk, "since": since}
    )
