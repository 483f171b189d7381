"""Lanes: which entries may start beside those that run.

A category lets `limit` entries run at once, each in a numbered place; a lock key lets one. Partial
unique indexes make more impossible; what stands here only saves trying.

An entry needs a place and its lock at once. Others might take the one or the other for ever, so who
has waited for some seconds is promised the lock: whoever comes after it in line leaves it alone.
The first in line is behind nobody, so it starts as soon as those end that run.
"""

from __future__ import annotations

from jobqueue import database
from jobqueue.models import JobQueueEntry, Status

PATIENCE = 15  # s after which a lock is promised

# Whether the lock of entry e is promised to one before it in line, whose shop nobody paused.
PROMISED = """EXISTS (SELECT 1 FROM jobqueue_entry w
    WHERE w.status = 'waiting' AND w.lock_key = e.lock_key AND NOT (w.lock_key = '')
      AND (w.urgency, w.earliest_start, w.id) < (e.urgency, e.earliest_start, e.id)
      AND w.earliest_start <= {now-PATIENCE} AND NOT EXISTS (
        SELECT 1 FROM jobqueue_pause y WHERE y.shop IN (w.shop, '')
          AND (y.until IS NULL OR y.until > {now})))""".replace("PATIENCE", str(PATIENCE))

# Whether entry e could start now as far as its category and its lock are concerned.
OPEN = """(e.lock_key = '' OR NOT {promised}) AND (e.lock_key = '' OR NOT EXISTS (
    SELECT 1 FROM jobqueue_entry k WHERE k.status = 'in_process' AND k.lock_key = e.lock_key
      AND NOT (k.lock_key = '')))
  AND (e.category = '' OR (
    SELECT count(*) FROM jobqueue_entry p
     WHERE p.status = 'in_process' AND p.category = e.category AND NOT (p.category = ''))
    < coalesce((SELECT c."limit" FROM jobqueue_category c WHERE c.code = e.category), 1))"""

# Whether nobody paused the shop of entry e. A breaker's pause that is over lets one through: claim.
UNPAUSED = """NOT EXISTS (SELECT 1 FROM jobqueue_pause z
    WHERE z.shop IN (e.shop, '') AND (z.until IS NULL OR z.until > {now}))"""

TAKEN = """SELECT p.slot, coalesce((SELECT c."limit" FROM jobqueue_category c
                                     WHERE c.code = %(category)s), 1)
  FROM jobqueue_entry p
 WHERE p.status = 'in_process' AND p.category = %(category)s AND NOT (p.category = '')"""

# Only lanes and locks that somebody runs in can be full; they are few, the Ready entries may be many.
PARKABLE = """e.id IN (
   SELECT r.id FROM jobqueue_entry p
     JOIN jobqueue_entry r ON r.category = p.category AND r.status = 'ready'
      AND NOT (r.category = '') AND r.earliest_start <= {now}
    WHERE p.status = 'in_process' AND NOT (p.category = '')
   UNION
   SELECT r.id FROM jobqueue_entry p
     JOIN jobqueue_entry r ON r.lock_key = p.lock_key AND r.status = 'ready'
      AND NOT (r.lock_key = '') AND r.earliest_start <= {now}
    WHERE p.status = 'in_process' AND NOT (p.lock_key = ''))
 AND e.status = 'ready' AND NOT ({open})"""


def spell(sql: str) -> str:
    """Write out `{open}`, `{promised}`, `{unpaused}` and `{parkable}` in a statement about entry e."""
    text = sql.replace("{parkable}", PARKABLE).replace("{open}", OPEN)
    return text.replace("{promised}", PROMISED).replace("{unpaused}", UNPAUSED)


PARK = spell(
    "UPDATE jobqueue_entry AS e SET status = 'waiting', hint_until = NULL WHERE {parkable}"
)
ANY_PARKABLE = spell("SELECT 1 FROM jobqueue_entry e WHERE {parkable} LIMIT 1")

WAKE = spell("""UPDATE jobqueue_entry SET status = 'ready', hint_until = NULL
 WHERE status = 'waiting' AND id = (
   SELECT e.id FROM jobqueue_entry e WHERE e.status = 'waiting' AND {chosen} AND {open}
     AND {unpaused}
    ORDER BY e.urgency, e.earliest_start, e.id LIMIT 1 {skip locked})""")
WAKE_CATEGORY = WAKE.replace("{chosen}", "e.category = %(category)s")
WAKE_LOCK = WAKE.replace("{chosen}", "e.lock_key = %(lock_key)s AND e.lock_key <> ''")

IS_PROMISED = spell("SELECT 1 FROM jobqueue_entry e WHERE e.id = %(entry_id)s AND {promised}")

ASLEEP = spell("""SELECT DISTINCT e.category, e.lock_key FROM jobqueue_entry e
 WHERE e.status = 'waiting' AND NOT EXISTS (
   SELECT 1 FROM jobqueue_entry r WHERE r.status = 'ready' AND r.category = e.category
      AND r.category <> '' AND r.earliest_start <= {now} AND NOT EXISTS (
        SELECT 1 FROM jobqueue_pause z WHERE z.shop IN (r.shop, '')
          AND (z.until IS NULL OR z.until > {now}))) AND {open} AND {unpaused}""")


def free_place(category: str) -> int | None:
    """The lowest free place of a category; 0 without category; None when all are taken."""
    if not category:
        return 0
    taken = database.rows(TAKEN, category=category)
    if not taken:
        return 1
    used, limit = {slot for slot, _ in taken}, taken[0][1]
    if len(used) >= limit:  # those above a limit that was lowered count, too
        return None
    return next((place for place in range(1, limit + 1) if place not in used), None)


def is_locked(lock_key: str) -> bool:
    """Whether an entry with this key runs."""
    return bool(lock_key) and JobQueueEntry.objects.running().filter(lock_key=lock_key).exists()


def is_promised(entry: JobQueueEntry) -> bool:
    """Whether its lock is promised to one that waits for longer."""
    return bool(entry.lock_key) and bool(database.rows(IS_PROMISED, entry_id=entry.pk))


def is_open(category: str, lock_key: str) -> bool:
    return free_place(category) is not None and not is_locked(lock_key)


def park(entry: JobQueueEntry) -> None:
    """Let a due entry wait for its lane; whoever leaves the lane wakes the best one."""
    JobQueueEntry.objects.filter(pk=entry.pk, fence=entry.fence, status=Status.READY).update(
        status=Status.WAITING, hint_until=None
    )


def park_all() -> int:
    """Make all due entries behind a full lane Waiting, so that looking for work skips them."""
    if not database.rows(ANY_PARKABLE):  # a write that changes nothing still locks SQLite
        return 0
    with database.write(durable=False):
        return database.change(PARK)


def wake(category: str, lock_key: str) -> int:
    """Make the best entry that waits for this lane, and the best for this lock, Ready."""
    woken = 0
    if category:
        woken += database.change(WAKE_CATEGORY, category=category)
    if lock_key:
        woken += database.change(WAKE_LOCK, lock_key=lock_key)
    return woken


def wake_all() -> int:
    """Wake lanes that nobody woke: the limit was raised, or an entry left by a person's hand."""
    woken = 0
    for category, lock_key in database.rows(ASLEEP):
        with database.write(durable=False):
            woken += wake(category, lock_key)
    return woken
