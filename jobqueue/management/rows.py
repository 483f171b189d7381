"""Entries and runs as the command prints them.

Times are ISO 8601 with their offset: of UTC, and of its zone where a schedule starts.
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from jobqueue import database, reasons, recurrence, schedule_words
from jobqueue.models import JobQueueEntry, JobQueueLogEntry
from jobqueue.reasons import Surroundings


def summary(entry: JobQueueEntry, surroundings: Surroundings | None = None) -> dict[str, Any]:
    around_it = surroundings or reasons.around([entry], database.clock())
    return {
        "entry": entry.pk,
        "kind": entry.kind,
        "shop": entry.shop,
        "status": entry.status,
        "category": entry.category,
        "earliest_start": entry.earliest_start.isoformat(),
        "attempts": entry.attempts,
        "error": entry.error_message,
        "hold_reason": entry.hold_reason,
        "why": reasons.why(entry, around_it),
    }


def details(entry: JobQueueEntry) -> dict[str, Any]:
    runs = JobQueueLogEntry.objects.filter(entry=entry)[:10]
    return summary(entry) | {
        "description": entry.description,
        "parameters": entry.parameters,
        "lock_key": entry.lock_key,
        "priority": entry.get_priority_display(),
        "progress": entry.progress,
        "runs": [ran(run) for run in runs],
    }


def ran(run: JobQueueLogEntry) -> dict[str, Any]:
    return {
        "run": run.fence,
        "status": run.status,
        "started": run.started.isoformat(),
        "ended": run.ended and run.ended.isoformat(),
        "counts": run.counts,
        "message": run.message or run.error_message,
    }


def schedule(entry: JobQueueEntry, count: int) -> dict[str, Any]:
    """What the entry's rule means, how many starts it missed, and the next ones in its zone."""
    earliest, planned = entry.earliest_start, entry.planned
    if not entry.recurring:
        start = earliest.isoformat()
        return {"entry": entry.pk, "words": _("Once"), "missed": 0, "starts": [start]}
    rule, now = entry.rule(), database.clock()
    starts = recurrence.next_runs(rule, now, count, planned=planned, earliest=earliest)
    return {
        "entry": entry.pk,
        "words": schedule_words.words(rule),
        "missed": entry.misfires + recurrence.missed_starts(rule, planned=planned, now=now),
        "starts": [rule.local(start).isoformat() for start in starts],
    }
