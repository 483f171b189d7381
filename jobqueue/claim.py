"""Claiming: one entry, one worker.

A claim is one UPDATE that names the fence and the state it leaves. The fence it sets marks all
that this run writes; a later run has a higher one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError

from jobqueue import database, endings, lanes, lease, owners, recurrence
from jobqueue.models import JobQueueEntry, JobQueueLogEntry
from jobqueue.models.entry import QUEUED

TRIES = 3

TAKE = """UPDATE jobqueue_entry
   SET status = 'in_process', fence = fence + 1, slot = %(slot)s, owner = %(owner)s,
       node = %(node)s, started = {now}, lease_until = {now+lease}, hint_until = NULL,
       last_progress_at = NULL, progress = '{}', cancel_requested = %(no)s, hold_reason = '',
       error_message = '', error_trace = '', changed = {now}
 WHERE id = %(entry_id)s AND fence = %(fence)s AND status IN ('ready', 'waiting')
   AND earliest_start <= {now}"""


@dataclass(frozen=True, slots=True)
class Claim:
    """An entry that is ours to run, as it was claimed."""

    entry: JobQueueEntry
    log_id: int
    started: datetime  # database clock


def claim(entry_id: int) -> Claim | None:
    """Take the entry if it may run now; otherwise put it where it belongs and return None.

    A full lane makes it Waiting, a closed time window moves it to the next opening, a passed
    expiration ends it.
    """
    for _ in range(TRIES):
        try:
            with database.write():
                return _take(entry_id)
        except IntegrityError:
            continue  # another took the place or the lock between our look and our write
    return None


def _take(entry_id: int) -> Claim | None:
    clock = database.clock()
    found = JobQueueEntry.objects.queued().filter(pk=entry_id).first()
    if found is None or found.earliest_start > clock or not _may_run(found, clock):
        return None
    slot = lanes.free_place(found.category)
    if slot is None or lanes.is_locked(found.lock_key):
        lanes.park(found)
        return None
    if not database.change(
        TAKE,
        entry_id=entry_id,
        fence=found.fence,
        slot=slot,
        owner=owners.me(),
        node=owners.node(),
        lease=lease.seconds(),
        no=False,
    ):
        return None
    found.fence += 1
    found.slot, found.owner, found.node = slot, owners.me(), owners.node()
    return Claim(found, _open_log(found, clock), clock)


def _may_run(entry: JobQueueEntry, clock: datetime) -> bool:
    if entry.expiration is not None and entry.expiration <= clock:
        endings.expire(entry)
        return False
    if entry.recurring and not recurrence.is_open(entry.rule(), clock):
        JobQueueEntry.objects.filter(pk=entry.pk, status__in=QUEUED).update(
            status="ready", hint_until=None, earliest_start=recurrence.fit(entry.rule(), clock)
        )
        return False
    return True


def _open_log(entry: JobQueueEntry, clock: datetime) -> int:
    log = JobQueueLogEntry(
        entry_id=entry.pk,
        fence=entry.fence,
        kind=entry.kind,
        description=entry.description,
        shop=entry.shop,
        owner=entry.owner,
        node=entry.node,
        parameters=entry.parameters,
        started=clock,
    )
    log.save(force_insert=True)
    return log.pk
