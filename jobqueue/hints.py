"""Hints: which Ready entries a message goes out for. A message is a doorbell, the row the truth.

`hint_until` says until when a message is believed under way; after that the dispatcher rings
again. Only a window of entries is hinted at once, so that a message never waits long and what
came later but is more urgent starts early.
"""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db.models import Sum
from django.db.models.functions import Now

from jobqueue import database, lanes
from jobqueue.models import JobQueueEntry, Status, WorkerHeartbeat

SMALLEST_WINDOW = 16

UNHINTED = """e.status = 'ready' AND e.earliest_start <= {now}
   AND (e.hint_until IS NULL OR e.hint_until < {now}) AND {unpaused}"""


def spell(sql: str) -> str:
    """Write out `{unhinted}` and what lanes.spell() does, in a statement about entry e."""
    return lanes.spell(sql.replace("{unhinted}", UNHINTED))


# Round robin over the shops inside one urgency; never more of a lane than it has room for.
CHOOSE = spell("""SELECT id FROM (
    SELECT d.*,
      row_number() OVER (PARTITION BY urgency, shop ORDER BY earliest_start, id) AS turn,
      row_number() OVER (PARTITION BY category ORDER BY urgency, earliest_start, id) AS place,
      row_number() OVER (PARTITION BY lock_key ORDER BY urgency, earliest_start, id) AS in_lock
    FROM (
      SELECT e.id, e.urgency, e.earliest_start, e.shop, e.category, e.lock_key,
        CASE WHEN e.category = '' THEN 1 ELSE
          coalesce((SELECT c."limit" FROM jobqueue_category c WHERE c.code = e.category), 1)
          - (SELECT count(*) FROM jobqueue_entry p
              WHERE p.status = 'in_process' AND p.category = e.category AND NOT (p.category = ''))
          - (SELECT count(*) FROM jobqueue_entry h
              WHERE h.status = 'ready' AND h.category = e.category AND h.hint_until IS NOT NULL
                AND h.hint_until >= {now}) END AS room
      FROM jobqueue_entry e WHERE {unhinted} AND {open}
       AND (e.lock_key = '' OR NOT EXISTS (
         SELECT 1 FROM jobqueue_entry h WHERE h.status = 'ready' AND h.lock_key = e.lock_key
            AND h.hint_until IS NOT NULL AND h.hint_until >= {now}))
      ORDER BY e.urgency, e.earliest_start, e.id LIMIT 500) d) chosen
  WHERE (category = '' OR place <= room) AND (lock_key = '' OR in_lock = 1)
  ORDER BY urgency, turn, earliest_start, id LIMIT %(room)s""")

SUCCESSOR = spell("""UPDATE jobqueue_entry SET hint_until = {now+ttl}
 WHERE status = 'ready' AND id = (
  SELECT e.id FROM jobqueue_entry e WHERE {unhinted} AND {open}
   ORDER BY e.urgency, e.earliest_start, e.id LIMIT 1 {skip locked}) RETURNING id""")

RING = spell("""UPDATE jobqueue_entry AS e SET hint_until = {now+ttl}
 WHERE e.id = %(entry_id)s AND {unhinted} AND {open} AND NOT EXISTS (
  SELECT 1 FROM jobqueue_entry b WHERE b.status = 'ready' AND b.earliest_start <= {now}
     AND b.category = e.category AND e.category <> ''
     AND (b.urgency, b.earliest_start, b.id) < (e.urgency, e.earliest_start, e.id))
 AND (SELECT count(*) FROM jobqueue_entry h WHERE h.status = 'ready'
       AND h.hint_until IS NOT NULL AND h.hint_until >= {now}) < %(window)s""")


def window() -> int:
    """How many messages may be under way: two for each pool process that lives, and never few."""
    workers = WorkerHeartbeat.objects.alive().filter(kind=WorkerHeartbeat.Kind.WORKER)
    pool = workers.aggregate(total=Sum("concurrency"))["total"] or settings.QUEUE_CONCURRENCY
    return max(SMALLEST_WINDOW, 2 * int(pool))


def outstanding() -> int:
    """Hints whose message is believed to be under way."""
    return JobQueueEntry.objects.filter(status=Status.READY, hint_until__gte=Now()).count()


def choose(room: int) -> list[int]:
    """Hint up to `room` due entries and return them in the order in which they should ring."""
    if room <= 0:
        return []
    chosen = [entry_id for (entry_id,) in database.rows(CHOOSE, room=room)]
    if chosen:
        ttl = timedelta(seconds=settings.QUEUE_HINT)
        with database.write(durable=False):
            JobQueueEntry.objects.filter(pk__in=chosen, status=Status.READY).update(
                hint_until=Now() + ttl
            )
    return chosen


def successor() -> int | None:
    """Hint the best due entry of all lanes, for a worker that just became free.

    Not the best of the worker's own lane: that would starve the others. Call it inside write().
    """
    found = database.rows(SUCCESSOR, ttl=settings.QUEUE_HINT)
    return found[0][0] if found else None


def take(entry_id: int) -> bool:
    """Hint this entry if it is the next of its lane and the window has room."""
    room = window()
    with database.write(durable=False):
        return bool(database.change(RING, entry_id=entry_id, window=room, ttl=settings.QUEUE_HINT))


def drop(entry_id: int) -> None:
    """Take a hint back: no message will come of it."""
    with database.write(durable=False):
        JobQueueEntry.objects.filter(pk=entry_id, status=Status.READY).update(hint_until=None)


def drop_all() -> None:
    """Forget all hints: the messages may be lost. Those that are not do no harm."""
    with database.write(durable=False):
        JobQueueEntry.objects.filter(status=Status.READY, hint_until__isnull=False).update(
            hint_until=None
        )
