"""Claiming: one entry, one worker.

A claim is one UPDATE that names the fence and the state it leaves. The fence it sets marks all
that this run writes; a later run has a higher one.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db import IntegrityError, connection

from jobqueue import database, expiry, hints, lanes, lease, owners, recurrence
from jobqueue.models import JobQueueEntry
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
            return _claim(entry_id)
        except IntegrityError:
            continue  # another took the place or the lock between our look and our write
    return None


def claim_next() -> Claim | None:
    """Take the best due entry of all lanes that nobody was rung for. Call it inside write().

    Not the best of the caller's own lane: that would starve the others.
    """
    found, clock = _look(BEST, {})
    return _take(found, clock) if found is not None else None


def _claim(entry_id: int) -> Claim | None:
    found, clock = _look(LOOK, {"entry_id": entry_id})
    if found is None or found.earliest_start > clock:
        return None
    with database.write(durable=False):
        return _take(found, clock)


LOOK = """SELECT e.*, {now} AS clock FROM jobqueue_entry e
 WHERE e.id = %(entry_id)s AND e.status IN ('ready', 'waiting')"""

BEST = hints.spell("""SELECT e.*, {now} AS clock FROM jobqueue_entry e
 WHERE {unhinted} AND {open}
 ORDER BY e.urgency, e.earliest_start, e.id LIMIT 1 {skip locked}""")

OPEN_LOG = """INSERT INTO jobqueue_log (entry_id, fence, kind, description, shop, status, will_retry,
   counts, issues, message, error_message, error_trace, started, owner, node, parameters)
 VALUES (%(entry_id)s, %(fence)s, %(kind)s, %(description)s, %(shop)s, 'in_process', %(no)s,
   '{}', 0, '', '', '', %(started)s, %(owner)s, %(node)s, %(parameters)s) RETURNING id"""


def _take(found: JobQueueEntry, clock: datetime) -> Claim | None:
    if not _may_run(found, clock):
        return None
    slot = lanes.free_place(found.category)
    if slot is None or lanes.is_locked(found.lock_key):
        lanes.park(found)
        return None
    if not database.change(
        TAKE,
        entry_id=found.pk,
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


def _look(sql: str, params: dict[str, int]) -> tuple[JobQueueEntry | None, datetime]:
    """A queued entry and the time; raw, for these are the queue's busiest queries."""
    for entry in JobQueueEntry.objects.raw(database.spell(sql, connection.vendor), params):
        return entry, database.moment(vars(entry)["clock"])
    return None, datetime.max.replace(tzinfo=UTC)


def _may_run(entry: JobQueueEntry, clock: datetime) -> bool:
    if entry.expiration is not None and entry.expiration <= clock:
        expiry.expire(entry)
        return False
    if entry.recurring and not recurrence.is_open(entry.rule(), clock):
        JobQueueEntry.objects.filter(pk=entry.pk, status__in=QUEUED).update(
            status="ready", hint_until=None, earliest_start=recurrence.fit(entry.rule(), clock)
        )
        return False
    return True


def _open_log(entry: JobQueueEntry, clock: datetime) -> int:
    [(log_id,)] = database.rows(
        OPEN_LOG,
        entry_id=entry.pk,
        fence=entry.fence,
        kind=entry.kind,
        description=entry.description,
        shop=entry.shop,
        no=False,
        started=clock,
        owner=entry.owner,
        node=entry.node,
        parameters=json.dumps(entry.parameters),
    )
    return int(log_id)
