"""Hints: which Ready entries a message goes out for. A message is a doorbell, the row the truth.

`hint_until` says until when a message is believed under way; after that the dispatcher rings
again. Only a window of entries is hinted at once, so that a message never waits long and what
came later but is more urgent starts early.
"""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db import connection
from django.db.models import QuerySet, Sum
from django.db.models.functions import Now

from jobqueue import database, lanes
from jobqueue.models import JobQueueEntry, Status, WorkerHeartbeat

SMALLEST_WINDOW = 16

UNHINTED = """e.status = 'ready' AND e.earliest_start <= {now}
   AND (e.hint_until IS NULL OR e.hint_until < {now}) AND {unpaused}"""


# The first of each shop, so that none is hidden behind another's backlog. Each shop is found by one
# step in an index, however many entries lie between it and the next. Paused ones are among them.
HEADS = """WITH RECURSIVE shops(shop) AS (
    SELECT min(r.shop) FROM jobqueue_entry r WHERE r.status = 'ready'
    UNION ALL
    SELECT (SELECT min(r.shop) FROM jobqueue_entry r WHERE r.status = 'ready' AND r.shop > s.shop)
      FROM shops s WHERE s.shop IS NOT NULL)
  SELECT (SELECT f.id FROM jobqueue_entry f
     WHERE f.status = 'ready' AND f.shop = s.shop AND f.earliest_start <= {now}
       AND (f.hint_until IS NULL OR f.hint_until < {now})
     ORDER BY f.urgency, f.earliest_start, f.id LIMIT 1) FROM shops s WHERE s.shop IS NOT NULL"""


def spell(sql: str) -> str:
    """Write out `{unhinted}`, `{heads}` and what lanes.spell() does, in a statement about entry e."""
    return lanes.spell(sql.replace("{unhinted}", UNHINTED).replace("{heads}", HEADS))


CANDIDATE = """SELECT e.id, e.urgency, e.earliest_start, e.shop, e.category, e.lock_key
   FROM jobqueue_entry e WHERE {unhinted} AND {open}
    AND (e.lock_key = '' OR NOT EXISTS (
      SELECT 1 FROM jobqueue_entry h WHERE h.status = 'ready' AND h.lock_key = e.lock_key
         AND h.hint_until IS NOT NULL AND h.hint_until >= {now}))"""

# Inside one urgency the shop goes first that has the fewest under way; never more of a lane than
# it has room for.
CHOOSE = spell(
    """WITH under_way(shop, number) AS (
    SELECT w.shop, count(*) FROM (
      SELECT r.shop FROM jobqueue_entry r WHERE r.status = 'in_process'
      UNION ALL
      SELECT h.shop FROM jobqueue_entry h
       WHERE h.status = 'ready' AND h.hint_until IS NOT NULL AND h.hint_until >= {now}) w
     GROUP BY w.shop)
  SELECT id FROM (
    SELECT d.id, d.urgency, d.earliest_start, d.category, d.lock_key,
      coalesce(u.number, 0)
        + row_number() OVER (PARTITION BY urgency, d.shop ORDER BY earliest_start, id) AS turn,
      row_number() OVER (PARTITION BY category ORDER BY urgency, earliest_start, id) AS place,
      row_number() OVER (PARTITION BY lock_key ORDER BY urgency, earliest_start, id) AS in_lock,
      CASE WHEN d.category = '' THEN 1 ELSE
        coalesce((SELECT c."limit" FROM jobqueue_category c WHERE c.code = d.category), 1)
        - (SELECT count(*) FROM jobqueue_entry p
            WHERE p.status = 'in_process' AND p.category = d.category AND NOT (p.category = ''))
        - (SELECT count(*) FROM jobqueue_entry h
            WHERE h.status = 'ready' AND h.category = d.category AND h.hint_until IS NOT NULL
              AND h.hint_until >= {now}) END AS room
    FROM (
      SELECT * FROM ({candidate} ORDER BY e.urgency, e.earliest_start, e.id LIMIT 300) firsts
      UNION
      {candidate} AND e.id IN ({heads})) d LEFT JOIN under_way u ON u.shop = d.shop) chosen
  WHERE (category = '' OR place <= room) AND (lock_key = '' OR in_lock = 1)
  ORDER BY urgency, turn, earliest_start, id LIMIT %(room)s""".replace("{candidate}", CANDIDATE)
)

RING = spell("""UPDATE jobqueue_entry AS e SET hint_until = {now+ttl}
 WHERE e.id = %(entry_id)s AND {unhinted} AND {open} AND NOT EXISTS (
  SELECT 1 FROM jobqueue_entry b WHERE b.status = 'ready' AND b.earliest_start <= {now}
     AND b.category = e.category AND e.category <> ''
     AND (b.urgency, b.earliest_start, b.id) < (e.urgency, e.earliest_start, e.id))
 AND (SELECT count(*) FROM jobqueue_entry h WHERE h.status = 'ready'
       AND h.hint_until IS NOT NULL AND h.hint_until >= {now}) < %(window)s""")


OUTSTANDING = """SELECT count(*) FROM jobqueue_entry h
 WHERE h.status = 'ready' AND h.hint_until IS NOT NULL AND h.hint_until >= {now}"""


def window() -> int:
    """How many messages may be under way: two for each pool process that lives, and never few."""
    return max(SMALLEST_WINDOW, 2 * (pool() or settings.QUEUE_CONCURRENCY))


def pool() -> int:
    """How many pool processes were heard of lately."""
    workers = WorkerHeartbeat.objects.alive().filter(kind=WorkerHeartbeat.Kind.WORKER)
    return int(workers.aggregate(total=Sum("concurrency"))["total"] or 0)


def is_pool_free() -> bool:
    """Whether a message would be worked on at once."""
    return JobQueueEntry.objects.running().count() < pool()


def outstanding() -> int:
    """Hints whose message is believed to be under way."""
    [(number,)] = database.rows(OUTSTANDING)
    return int(number)


def choose(room: int) -> list[int]:
    """Hint up to `room` due entries and return them in the order in which they should ring."""
    if room <= 0:
        return []
    chosen = [entry_id for (entry_id,) in database.rows(CHOOSE, room=room)]
    if not chosen:
        return []
    with database.write(durable=False):
        # Another may have chosen the same: who comes second rings for what is left, and waits not.
        free = set(_unhinted(chosen).values_list("pk", flat=True))
        ttl = timedelta(seconds=settings.QUEUE_HINT)
        JobQueueEntry.objects.filter(pk__in=free).update(hint_until=Now() + ttl)
    return [entry_id for entry_id in chosen if entry_id in free]


def _unhinted(chosen: list[int]) -> QuerySet[JobQueueEntry]:
    entries = JobQueueEntry.objects.filter(pk__in=chosen, status=Status.READY)
    entries = entries.exclude(hint_until__gte=Now())
    if connection.features.has_select_for_update_skip_locked:
        return entries.select_for_update(skip_locked=True)
    return entries


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
