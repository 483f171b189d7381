"""Claiming: one entry, one worker.

A claim is one UPDATE that names the fence and the state it leaves. The fence it sets marks all
that this run writes; a later run has a higher one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from django.db import IntegrityError

from jobqueue import (
    breaker,
    database,
    expiry,
    hints,
    lanes,
    lease,
    misfires,
    owners,
    pauses,
    recurrence,
    rows,
)
from jobqueue.models import JobQueueEntry
from jobqueue.models.entry import QUEUED

TRIES = 3

OURS = """status = 'in_process', fence = fence + 1, owner = %(owner)s, node = %(node)s,
       started = {now}, lease_until = {now+lease}, hint_until = NULL, last_progress_at = NULL,
       progress = '{}', cancel_requested = %(no)s, error_message = '', error_trace = '',
       changed = {now}"""

TAKE = """UPDATE jobqueue_entry SET slot = %(slot)s, {ours}
 WHERE id = %(entry_id)s AND fence = %(fence)s AND status IN ('ready', 'waiting')
   AND earliest_start <= {now}""".replace("{ours}", OURS)

# What needs a closer look (a time window, an expiration, a lane in which others run, a shop with a
# pause, even one that is over) is left to TAKE:
# the fewer subqueries, the less PostgreSQL plans, which costs more than all the rest.
TAKE_PLAIN = """UPDATE jobqueue_entry
   SET slot = CASE WHEN category = '' THEN 0 ELSE 1 END, {ours}
 WHERE status = 'ready' AND id = (
   SELECT e.id FROM jobqueue_entry e
    WHERE {which} AND e.expiration IS NULL AND NOT e.recurring
      AND NOT EXISTS (SELECT 1 FROM jobqueue_pause z WHERE z.shop IN (e.shop, ''))
      AND e.category NOT IN (SELECT p.category FROM jobqueue_entry p
        WHERE p.status = 'in_process' AND NOT (p.category = ''))
      AND e.lock_key NOT IN (SELECT k.lock_key FROM jobqueue_entry k
        WHERE k.status = 'in_process' AND NOT (k.lock_key = ''))
      AND (e.lock_key = '' OR NOT {promised})
    ORDER BY e.urgency, e.earliest_start, e.id LIMIT 1 {skip locked})
 RETURNING {columns}""".replace("{ours}", OURS).replace("{columns}", rows.COLUMNS)
TAKE_BEST = hints.spell(TAKE_PLAIN.replace("{which}", "{unhinted}"))
TAKE_OF_OTHERS = hints.spell(
    TAKE_PLAIN.replace(
        "{which}",
        "{unhinted} AND e.shop <> %(shop)s AND e.urgency <= %(urgency)s AND e.id IN ({heads})",
    )
)
TAKE_THIS = hints.spell(
    TAKE_PLAIN.replace(
        "{which}", "e.id = %(entry_id)s AND e.status = 'ready' AND e.earliest_start <= {now}"
    )
)

OPEN_LOG = """INSERT INTO jobqueue_log (entry_id, fence, kind, description, shop, status, will_retry,
   counts, issues, message, error_message, error_trace, started, owner, node, parameters)
 SELECT id, fence, kind, description, shop, 'in_process', %(no)s, '{}', 0, '', '', '', started,
   owner, node, parameters
   FROM {taken} RETURNING id"""
OPEN_LOG_OF = OPEN_LOG.replace("{taken}", "jobqueue_entry WHERE id = %(entry_id)s")


TAKE_WITH_LOG = """WITH taken AS ({take}), opened AS ({open_log})
 SELECT taken.*, opened.id FROM taken, opened""".replace(
    "{open_log}", OPEN_LOG.replace("{taken}", "taken")
)


@cache
def with_log(take: str) -> str:
    """Take and open the log in one statement; the number of the log row comes last."""
    return TAKE_WITH_LOG.replace("{take}", take)


@dataclass(frozen=True, slots=True)
class Claim:
    """An entry that is ours to run, as it was claimed."""

    entry: JobQueueEntry
    log_id: int
    started: datetime  # database clock


class _Overtaken(Exception):
    """The entry was moved between our look and our write; what was written with it is undone."""


def claim(entry_id: int) -> Claim | None:
    """Take the entry if it may run now; otherwise put it where it belongs and return None.

    A full lane makes it Waiting, a closed time window moves it to the next opening, a passed
    expiration ends it, a pause of its shop leaves it where it is.
    """
    for _ in range(TRIES):
        try:
            return _claim(entry_id)
        except (IntegrityError, _Overtaken):
            continue  # another took the place or the lock between our look and our write
    return None


def claim_next(others_than: JobQueueEntry | None = None) -> Claim | None:
    """Take the best due entry of all lanes that nobody was rung for. Call it inside write().

    Not the best of the caller's own lane: that would starve the others. After an entry whose shop
    has had many turns, name it as `others_than`: other shops go before, if theirs is as urgent.
    """
    if others_than is not None:
        shop, urgency = others_than.shop, others_than.urgency
        if (found := _plainly(TAKE_OF_OTHERS, shop=shop, urgency=urgency)) is not None:
            return found
    return _plainly(TAKE_BEST)


def _me() -> dict[str, Any]:
    return {"owner": owners.me(), "node": owners.node(), "lease": lease.seconds(), "no": False}


def _claim(entry_id: int) -> Claim | None:
    with database.write(durable=False):
        found = _plainly(TAKE_THIS, entry_id=entry_id)
        if found is not None:
            return found
        queued = JobQueueEntry.objects.queued().filter(pk=entry_id).first()
        return None if queued is None else _take(queued, database.clock())


def _plainly(sql: str, **which: int | str) -> Claim | None:
    """Take what needs no closer look, by one statement."""
    at_once = database.takes_several()
    for row in database.rows(with_log(sql) if at_once else sql, **_me(), **which):
        entry = rows.entry(row)
        assert entry.started is not None
        return Claim(entry, row[-1] if at_once else _open_log(entry.pk), entry.started)
    return None


def _take(found: JobQueueEntry, clock: datetime) -> Claim | None:
    if found.earliest_start > clock or not _may_run(found, clock):
        return None
    slot = lanes.free_place(found.category)
    if slot is None or lanes.is_locked(found.lock_key) or lanes.is_promised(found):
        lanes.park(found)
        return None
    if not pauses.probing(found.shop, found.pk, breaker.PAUSE):
        return None
    if not database.change(TAKE, entry_id=found.pk, fence=found.fence, slot=slot, **_me()):
        raise _Overtaken
    found.fence += 1
    found.slot, found.owner, found.node = slot, owners.me(), owners.node()
    found.started = clock
    return Claim(found, _open_log(found.pk), clock)


def _may_run(entry: JobQueueEntry, clock: datetime) -> bool:
    if entry.expiration is not None and entry.expiration <= clock:
        expiry.expire(entry)
        return False
    if entry.recurring and not recurrence.is_open(entry.rule(), clock):
        JobQueueEntry.objects.filter(pk=entry.pk, status__in=QUEUED).update(
            status="ready", hint_until=None, earliest_start=recurrence.fit(entry.rule(), clock)
        )
        return False
    if pauses.of(entry.shop, clock):
        return False
    return not (entry.recurring and misfires.leave_out_after_outage(entry, clock))


def _open_log(entry_id: int) -> int:
    [(log_id,)] = database.rows(OPEN_LOG_OF, entry_id=entry_id, no=False)
    return int(log_id)
