"""Repair: what a dead worker, a lost message or a passed time left behind. Any number may do it.

Reads first and writes only where there is something to mend, for even a write that changes nothing
takes SQLite's write lock.
"""

from __future__ import annotations

import logging

from django.db import IntegrityError
from django.db.models import F
from django.utils.translation import gettext as _

from jobqueue import database, endings, expiry, hints, lanes, owners, parts, pauses
from jobqueue.errors import ClaimLost
from jobqueue.models import JobQueueEntry, Priority, Status
from jobqueue.models.entry import AT_REST, QUEUED

logger = logging.getLogger(__name__)

LEVEL = 1000  # from one priority to the next
AGES = 1800  # s of waiting that raise an entry by one level

ORPHANS = """SELECT id, fence, owner, node, CASE WHEN lease_until < {now} THEN 1 ELSE 0 END
  FROM jobqueue_entry WHERE status = 'in_process'"""
# Nobody may hold the row: on PostgreSQL a transaction that does is proof of life. So is a lease that
# was renewed since we looked.
LOCK = """SELECT id FROM jobqueue_entry
 WHERE id = %(entry_id)s AND fence = %(fence)s AND status = 'in_process'
   AND (%(dead)s OR lease_until < {now}) {skip locked}"""
# Values in so many words, one status and one level at a time: else no partial index is used, and
# all that wait are read every second.
AGED = """SELECT id FROM jobqueue_entry
 WHERE status = '{status}' AND urgency IN (%(urgency)s, %(urgency)s - 1) AND priority = %(priority)s
   AND earliest_start <= {now+since} LIMIT 1000"""
PAST = """SELECT id FROM jobqueue_entry
 WHERE status IN ('ready', 'waiting') AND expiration IS NOT NULL AND expiration <= {now}"""
RESTED = """ FROM jobqueue_entry
 WHERE status = 'inactive' AND {at rest} AND earliest_start <= {now}""".replace(
    "{at rest}", AT_REST
)
# The status twice: PostgreSQL asks only the outer condition again of a row that somebody else holds.
WAKE = """UPDATE jobqueue_entry SET status = 'ready', hint_until = NULL, changed = {now}
 WHERE status = 'inactive' AND id IN (SELECT id{rested})""".replace("{rested}", RESTED)


def repair() -> None:
    """One pass over all of it."""
    take_over()
    ring_again()
    expire()
    wake()
    age()
    pauses.expire()
    lanes.park_all()
    lanes.wake_all()


def take_over() -> int:
    """End the runs whose process has died or fell silent; each counts as an attempt."""
    ended = 0
    for entry_id, fence, owner, node, silent in database.rows(ORPHANS):
        if node == owners.node() and owners.is_dead(owner):
            why = _("The worker process died during the run.")
            ended += _take_over(entry_id, fence, why, dead=True)
        elif silent:
            ended += _take_over(entry_id, fence, _("The worker fell silent during the run."))
    return ended


def ring_again() -> bool:
    """Forget all hints when a process has died here: its messages may have died with it.

    A lane would stay idle until the hint of its lost message ends. Doubled messages do no harm.
    """
    if not owners.bury():
        return False
    hints.drop_all()
    return True


def _take_over(entry_id: int, fence: int, why: str, *, dead: bool = False) -> int:
    with database.write(durable=False):
        if not database.rows(LOCK, entry_id=entry_id, fence=fence, dead=dead):
            return 0
        entry = JobQueueEntry.objects.get(pk=entry_id)
        try:
            if entry.cancel_requested:
                endings.cancel(entry)
            else:
                endings.fail(entry, _failure(entry, why))
        except (ClaimLost, IntegrityError):  # the next pass tries again
            return 0
    logger.warning("run taken over", extra={"entry": entry_id, "owner": entry.owner, "why": why})
    return 1


def _failure(entry: JobQueueEntry, why: str) -> endings.Failure:
    """A process that hangs past the job timeout ends itself: then it is the work that failed."""
    assert entry.started is not None
    assert entry.lease_until is not None
    heard_of = min(database.clock(), entry.lease_until)
    if heard_of >= entry.started + parts.time_left(entry):
        return endings.timed_out(entry)
    return endings.Failure(why, at_once=True)


def expire() -> int:
    """End queued entries whose expiration has passed, whether or not their turn came."""
    past = [pk for (pk,) in database.rows(PAST)]
    ended = 0
    for entry in JobQueueEntry.objects.queued().filter(pk__in=past) if past else ():
        with database.write(durable=False):
            ended += expiry.expire(entry)
    return ended


def wake() -> int:
    """Make Ready what rested for inactivity until now."""
    if not database.rows("SELECT 1" + RESTED + " LIMIT 1"):
        return 0
    with database.write(durable=False):
        return database.change(WAKE)


def age() -> int:
    """Raise entries by one level for each half hour they wait, so that none waits for ever."""
    raised = 0
    for priority in (Priority.NORMAL, Priority.LOW):
        for urgency in range(priority, Priority.HIGH, -LEVEL):
            found = [pk for status in QUEUED for pk in _aged(status, priority, urgency)]
            if found:
                with database.write(durable=False):
                    raised += JobQueueEntry.objects.filter(
                        pk__in=found,
                        status__in=QUEUED,
                        urgency__in=(urgency, urgency - endings.AHEAD),
                        priority=priority,
                    ).update(urgency=F("urgency") - LEVEL)
    return raised


def _aged(status: Status, priority: int, urgency: int) -> list[int]:
    """Those that have waited long enough to be raised from this urgency."""
    since = -AGES * ((priority - urgency) // LEVEL + 1)
    sql = AGED.replace("{status}", status.value)
    found = database.rows(sql, priority=int(priority), urgency=urgency, since=since)
    return [pk for (pk,) in found]
