"""The breaker: a shop that keeps failing is left alone for a while, then tried by one entry.

It hears how each run of a shop ended. Five failures of the shop's in a row pause it; the pause
over, `claim` lets one entry probe. Its success, or any, closes the breaker.
"""

from __future__ import annotations

from django.utils.translation import gettext as _

from jobqueue import database
from jobqueue.models import JobQueueEntry

FAILURES_TO_PAUSE = 5
PAUSE = 900.0  # s

COUNT = """INSERT INTO jobqueue_trouble (shop, failures) VALUES (%(shop)s, 1)
 ON CONFLICT (shop) DO UPDATE SET failures = jobqueue_trouble.failures + 1 RETURNING failures"""
OPEN = """INSERT INTO jobqueue_pause (shop, made_by, reason, since, until, probe)
 VALUES (%(shop)s, 'breaker', %(reason)s, {now}, {now+length}, NULL)
 ON CONFLICT (shop, made_by) DO UPDATE
   SET reason = excluded.reason, until = excluded.until, probe = NULL"""
CLOSE = "DELETE FROM jobqueue_trouble WHERE shop = %(shop)s"
RESUME = "DELETE FROM jobqueue_pause WHERE shop = %(shop)s AND made_by = 'breaker'"
# It was stopped before it could tell: the next one tries.
UNDECIDED = "UPDATE jobqueue_pause SET until = {now}, probe = NULL WHERE probe = %(entry_id)s"


def failed(entry: JobQueueEntry, why: str) -> None:
    """A run failed because of its shop. Call this and what follows in the ending's write()."""
    if not entry.shop:
        return
    [(failures,)] = database.rows(COUNT, shop=entry.shop)
    if failures >= FAILURES_TO_PAUSE:
        reason = _("%(count)d runs in a row failed. The last one: %(message)s")
        told = reason % {"count": failures, "message": why}
        database.change(OPEN, shop=entry.shop, reason=told, length=PAUSE)


def succeeded(entry: JobQueueEntry) -> None:
    """A run of the shop did its work: the shop answers."""
    if entry.shop and database.change(CLOSE, shop=entry.shop):
        database.change(RESUME, shop=entry.shop)
        waiting = JobQueueEntry.objects.queued().filter(shop=entry.shop, hint_until__isnull=False)
        waiting.update(hint_until=None)  # messages that came during the pause were spent


def undecided(entry: JobQueueEntry) -> None:
    """A run ended otherwise and tells nothing of its shop."""
    if entry.shop:
        database.change(UNDECIDED, entry_id=entry.pk)
