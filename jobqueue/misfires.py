"""Planned starts that nothing ran at, of schedules that leave such starts out.

A start that passed during a pause is left out when the pause ends. After an outage it is left out
if the next one has passed as well: what is late by less is only late. One that waited because its
shop was busy was not missed, else a shop that is always busy would never get to it.
"""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q
from django.db.models.functions import Now

from jobqueue import recurrence
from jobqueue.models import JobQueueEntry, JobQueueLogEntry
from jobqueue.recurrence_rule import OnMisfire


def leave_out(entry: JobQueueEntry, clock: datetime) -> bool:
    """Move a queued schedule whose start has passed to its next one, if its rule wants that.

    A retry and the rest of a run in parts are no starts: they stay. Call it in write().
    """
    rule = entry.rule()
    skips = rule.is_planned and rule.on_misfire == OnMisfire.SKIP
    begun = entry.attempts or entry.so_far
    if not skips or begun or entry.planned > clock:
        return False
    start = recurrence.following(rule, planned=entry.planned, now=clock)
    missed = 1 + recurrence.missed_starts(rule, planned=entry.planned, now=clock)
    queued = JobQueueEntry.objects.queued().filter(pk=entry.pk, fence=entry.fence)
    return bool(
        queued.update(
            status="ready", hint_until=None, earliest_start=start, planned_start=start,
            misfires=entry.misfires + missed, changed=Now(),
        )
    )  # fmt: skip


def leave_out_after_outage(entry: JobQueueEntry, clock: datetime) -> bool:
    """The same when nobody was there to run it. Call it in write(), before a claim."""
    rule = entry.rule()
    if not rule.is_planned or rule.on_misfire != OnMisfire.SKIP or entry.planned > clock:
        return False
    following = recurrence.following(rule, planned=entry.planned, now=entry.planned)
    if following > clock or _was_busy(entry.shop, entry.planned, following):
        return False
    return leave_out(entry, clock)


def _was_busy(shop: str, since: datetime, until: datetime) -> bool:
    lasted = Q(ended__isnull=True) | Q(ended__gt=since)
    return JobQueueLogEntry.objects.filter(lasted, shop=shop, started__lt=until).exists()
