"""What a person may do with an entry. How a run ends stands in `endings`, how it starts in `claim`.

    set ready   On Hold, Error, Finished, Waiting, Inactivity hold ──▶ Ready, as planned
                In Process, to be held after the run ──▶ goes on after it
    restart     all but In Process                                 ──▶ Ready, as planned, anew
    run now     all but In Process                                 ──▶ Ready, now
                a schedule that is On Hold ──▶ Ready, now, and On Hold after the run
    hold        all but Finished                                   ──▶ On Hold, after the run if any
    cancel      In Process ──▶ stopped at its next checkpoint; queued ──▶ On Hold

Each is one UPDATE that names the states it may leave. What it refuses, it refuses with a sentence,
and then nothing was written.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError
from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, TextField, Value, When
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from jobqueue import database, lanes, recurrence, removal, tasks
from jobqueue.errors import Refused
from jobqueue.models import JobQueueEntry, JobQueueLogEntry, Priority, Status
from jobqueue.models.entry import QUEUED
from jobqueue.moments import moment

SETTLED = timedelta(seconds=30)  # after its end a failed run may be removed
SOON = timedelta(seconds=1)  # what is put in line again starts no earlier, as in BC

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
    "so_far": {},
    "hint_until": None,
}


def make_ready(entry_id: int, *, by_id: int | None = None) -> JobQueueEntry:
    """Let the entry run at its time, or in a second if that has passed; attempts start anew.

    That it is to go on hold after its run is taken back. Otherwise raises Refused while it runs,
    when it has expired, and when a twin already waits.
    """
    entry = _entry(entry_id)
    if _taken_back(entry) or entry.status == Status.READY:
        return _entry(entry_id)
    return _start(entry, _at_its_time(entry), by_id)


def restart(entry_id: int, *, by_id: int | None = None) -> JobQueueEntry:
    """Begin anew: as set ready, also what is Ready already. What rests for inactivity wakes now.

    A later start is kept. Raises Refused as `make_ready` does.
    """
    entry = _entry(entry_id)
    if entry.status == Status.INACTIVE:
        entry.earliest_start = database.clock()
    return _start(entry, _at_its_time(entry), by_id)


def run_now(entry_id: int, *, by_id: int | None = None) -> JobQueueEntry:
    """Run the entry as soon as a worker is free, whatever its time. Its plan stays as it is.

    A schedule that is On Hold runs once and is parked again, for the same reason. Raises Refused as `make_ready` does, and outside of the entry's time window.
    """
    entry, clock = _entry(entry_id), database.clock()
    if entry.recurring and not recurrence.is_open(entry.rule(), clock):
        opens = recurrence.fit(entry.rule(), clock)
        text = _("Entry %(number)d may run again at %(at)s only: its schedule says so.")
        raise Refused(text % {"number": entry_id, "at": moment(opens)})
    held = entry.recurring and (entry.status == Status.ON_HOLD or entry.hold_reason)
    reason = entry.hold_reason or _("Set on hold.")
    return _start(entry, clock, by_id, hold_reason=reason if held else "")


def hold(entry_id: int, *, reason: str = "") -> JobQueueEntry:
    """Park the entry. A run that is under way ends normally and is not followed by another."""
    entry = _entry(entry_id)
    held = JobQueueEntry.objects.filter(pk=entry_id).exclude(status=Status.FINISHED)
    with database.write():
        if not held.update(
            status=_unless_it_runs("status", Status.ON_HOLD),
            hold_reason=reason or _("Set on hold."),
            hint_until=None,
            changed=Now(),
        ):
            _entry(entry_id)
            raise Refused(_("Entry %d is finished. Restart it to run it again.") % entry_id)
        lanes.wake(entry.category, entry.lock_key)
    return _entry(entry_id)


def cancel(entry_id: int) -> JobQueueEntry:
    """Stop the run at its next checkpoint, or take the entry out of the line."""
    entry = _entry(entry_id)
    stopped = JobQueueEntry.objects.filter(pk=entry_id, status__in=[*QUEUED, Status.IN_PROCESS])
    with database.write():
        if not stopped.update(
            status=_unless_it_runs("status", Status.ON_HOLD),
            hold_reason=_unless_it_runs("hold_reason", _("Cancelled.")),
            cancel_requested=Q(status=Status.IN_PROCESS),
            hint_until=None,
            changed=Now(),
        ):
            _entry(entry_id)
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
        if not removal.remove(JobQueueEntry.objects.filter(pk=entry_id, status__in=IDLE)):
            raise _runs(entry)
        lanes.wake(entry.category, entry.lock_key)


def remove_failed(*, of_id: int | None = None) -> int:
    """Delete one-off entries in Error, but for those that failed just now; returns their number.

    With `of_id` only that user's. Their log stays.
    """
    with database.write():
        return removal.remove(failed(of_id=of_id))


def failed(*, of_id: int | None = None) -> QuerySet[JobQueueEntry]:
    """The entries that `remove_failed` would delete."""
    recent = JobQueueLogEntry.objects.filter(entry=OuterRef("pk"))
    recent = recent.filter(Q(ended=None) | Q(ended__gte=Now() - SETTLED))
    entries = JobQueueEntry.objects.filter(~Exists(recent), status=Status.ERROR, recurring=False)
    return entries if of_id is None else entries.filter(requested_by_id=of_id)


def _unless_it_runs(column: str, value: str) -> Case:
    """`value`, but what the column holds while the entry runs.

    Not two statements for the two cases: a claim between them would hide the entry from both.
    """
    kept = When(status=Status.IN_PROCESS, then=F(column))
    return Case(kept, default=Value(value), output_field=TextField())


def _at_its_time(entry: JobQueueEntry) -> datetime:
    earliest = max(entry.earliest_start, database.clock() + SOON)
    return recurrence.first_run(entry.rule(), earliest) if entry.recurring else earliest


def _taken_back(entry: JobQueueEntry) -> bool:
    """Whether the entry was to go on hold after its run, and now is not."""
    if not entry.hold_reason:
        return False
    held = JobQueueEntry.objects.filter(pk=entry.pk, status__in=[Status.READY, Status.IN_PROCESS])
    with database.write():
        return bool(held.exclude(hold_reason="").update(hold_reason="", changed=Now()))


def _start(
    entry: JobQueueEntry, at: datetime, by_id: int | None, *, hold_reason: str = ""
) -> JobQueueEntry:
    if entry.expiration is not None and entry.expiration <= at:
        text = _("Entry %(number)d expires at %(at)s, before it could run. Change that first.")
        raise Refused(text % {"number": entry.pk, "at": moment(entry.expiration)})
    values = FRESH | {"earliest_start": at, "urgency": entry.priority, "hold_reason": hold_reason}
    if by_id is not None:
        values["requested_by_id"] = by_id
    try:
        with database.write():
            startable = JobQueueEntry.objects.filter(pk=entry.pk, status__in=IDLE)
            if not startable.update(changed=Now(), **values):
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
    entry = _entry(entry.pk)
    since = moment(entry.started) if entry.started else "–"
    return Refused(
        _("Entry %(number)d has been running since %(since)s. Cancel it first.")
        % {"number": entry.pk, "since": since}
    )
