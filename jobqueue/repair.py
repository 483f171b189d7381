"""Repair: what a dead worker, a lost message or a passed time left behind. Any number may do it.

Reads first and writes only where there is something to mend, for even a write that changes nothing
takes SQLite's write lock.
"""

from __future__ import annotations

import logging

from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from jobqueue import database, endings, expiry, hints, lanes, owners, pauses
from jobqueue.errors import ClaimLost
from jobqueue.models import JobQueueEntry, Priority
from jobqueue.models.entry import QUEUED

logger = logging.getLogger(__name__)

LEVEL = 1000  # from one priority to the next
AGES = 1800  # s of waiting that raise an entry by one level

ORPHANS = """SELECT id, owner, node, CASE WHEN lease_until < {now} THEN 1 ELSE 0 END
  FROM jobqueue_entry WHERE status = 'in_process'"""
# Nobody may hold the row: on PostgreSQL a transaction that does is proof of life.
LOCK = """SELECT id FROM jobqueue_entry
 WHERE id = %(entry_id)s AND fence = %(fence)s AND status = 'in_process' {skip locked}"""
AGED = """ FROM jobqueue_entry
 WHERE status IN ('ready', 'waiting') AND urgency > %(best)s
   AND earliest_start <= {now+since} AND urgency = priority - %(gained)s"""


def repair() -> None:
    """One pass over all of it."""
    take_over()
    ring_again()
    expire()
    age()
    pauses.expire()
    lanes.park_all()
    lanes.wake_all()


def take_over() -> int:
    """End the runs whose process has died or fell silent; each counts as an attempt."""
    ended = 0
    for entry_id, owner, node, silent in database.rows(ORPHANS):
        if node == owners.node() and owners.is_dead(owner):
            ended += _take_over(entry_id, owner, _("The worker process died during the run."))
        elif silent:
            ended += _take_over(entry_id, owner, _("The worker fell silent during the run."))
    return ended


def ring_again() -> bool:
    """Forget all hints when a process has died here: its messages may have died with it.

    A lane would stay idle until the hint of its lost message ends. Doubled messages do no harm.
    """
    if not owners.bury():
        return False
    hints.drop_all()
    return True


def _take_over(entry_id: int, owner: str, why: str) -> int:
    with database.write(durable=False):
        entry = JobQueueEntry.objects.running().filter(pk=entry_id, owner=owner).first()
        if entry is None or not database.rows(LOCK, entry_id=entry_id, fence=entry.fence):
            return 0
        try:
            if entry.cancel_requested:
                endings.cancel(entry)
            else:
                endings.fail(entry, endings.Failure(why, at_once=True))
        except ClaimLost:
            return 0
    logger.warning("run taken over", extra={"entry": entry_id, "owner": owner, "why": why})
    return 1


def expire() -> int:
    """End queued entries whose expiration has passed, whether or not their turn came."""
    past = JobQueueEntry.objects.filter(
        status__in=QUEUED, expiration__isnull=False, expiration__lte=Now()
    )
    ended = 0
    for entry in past:
        with database.write(durable=False):
            ended += expiry.expire(entry)
    return ended


def age() -> int:
    """Raise entries by one level for each half hour they wait, so that none waits for ever."""
    raised = 0
    for gained in (0, LEVEL):
        since = -AGES * (gained // LEVEL + 1)
        params = {"best": Priority.HIGH.value, "since": since, "gained": gained}
        if database.rows("SELECT 1" + AGED + " LIMIT 1", **params):
            found = [pk for (pk,) in database.rows("SELECT id" + AGED, **params)]
            with database.write(durable=False):
                raised += JobQueueEntry.objects.filter(
                    Q(pk__in=found, status__in=QUEUED, urgency=F("priority") - gained)
                ).update(urgency=F("urgency") - LEVEL)
    return raised
