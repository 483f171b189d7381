"""Makes of an entry, or of a page of them, what the API tells."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Max, QuerySet

from connector.api.entry_shapes import (
    Entry,
    EntryDetails,
    LastRun,
    Progress,
    Recurrence,
    Schedule,
)
from connector.api.shapes import Report
from connector.pages import job_words
from connector.pages.schedule_form import next_starts
from jobqueue import database, reasons
from jobqueue.errors import UnknownKind
from jobqueue.models import JobQueueEntry, JobQueueLogEntry, Priority
from jobqueue.models.entry import QUEUED
from jobqueue.recurrence_columns import WEEKDAYS
from jobqueue.registry import kind_named


def told_all(entries: Iterable[JobQueueEntry]) -> list[Entry]:
    """Entries with their last runs and why they wait: five queries at most, however many."""
    rows = list(entries)
    runs = _last_runs([row.pk for row in rows])
    surroundings = reasons.around(rows, database.clock())
    return [Entry(**_values(row, runs.get(row.pk), surroundings)) for row in rows]


def told(entry: JobQueueEntry) -> EntryDetails:
    """All there is to know of one entry."""
    now = database.clock()
    return EntryDetails(
        **_values(entry, _last_runs([entry.pk]).get(entry.pk), reasons.around([entry], now)),
        parameters=entry.parameters,
        expiration=entry.expiration,
        rerun_delay=entry.rerun_delay,
        job_timeout=int(entry.job_timeout.total_seconds()),
        consecutive_failures=entry.consecutive_failures,
        schedule=_schedule(entry, now) if entry.recurring else None,
    )


def report(kind: str, number: int | None = None) -> Report:
    """A report by the name its rows keep, also one that does not exist any more."""
    try:
        known = kind_named(kind)
    except UnknownKind:
        return Report(number=number, name=kind, label=kind)
    return Report(number=known.number, name=known.name, label=str(known.label))


def _values(
    entry: JobQueueEntry, run: JobQueueLogEntry | None, surroundings: reasons.Surroundings
) -> dict[str, Any]:
    queued = entry.status in QUEUED
    return {
        "id": entry.pk,
        "report": report(entry.kind, entry.number),
        "description": entry.description,
        "shop": entry.shop,
        "category": entry.category,
        "status": entry.status,
        "why": reasons.why(entry, surroundings),
        "priority": Priority(entry.priority).name.lower(),
        "recurring": entry.recurring,
        "earliest_start": entry.earliest_start,
        "next_start": entry.earliest_start if queued else None,
        "started": entry.started,
        "attempts": entry.attempts,
        "max_attempts": entry.max_attempts,
        "error": entry.error_message,
        "hold_reason": entry.hold_reason,
        "cancel_requested": entry.cancel_requested,
        "progress": Progress(**entry.progress) if entry.progress else None,
        "last_run": _last_run(run) if run else None,
        "requested_by": entry.requested_by.get_username() if entry.requested_by else None,
        "created": entry.created,
        "changed": entry.changed,
    }


def _last_runs(entry_ids: list[int]) -> dict[int | None, JobQueueLogEntry]:
    """Entry → its newest log entry."""
    logged: QuerySet[JobQueueLogEntry] = JobQueueLogEntry.objects.filter(entry__in=entry_ids)
    newest = logged.order_by().values("entry").annotate(newest=Max("pk")).values("newest")
    return {run.entry_id: run for run in JobQueueLogEntry.objects.filter(pk__in=newest)}


def _last_run(run: JobQueueLogEntry) -> LastRun:
    status: Any = run.status  # one of the names, by the model's choices
    return LastRun(
        log_id=run.pk,
        status=status,
        started=run.started,
        ended=run.ended,
        counts=run.counts,
        issues=run.issues,
        message=run.message,
        error=run.error_message,
    )


def _schedule(entry: JobQueueEntry, now: datetime) -> Schedule:
    values: dict[str, Any] = {
        name: getattr(entry, name) for name in Recurrence.model_fields if name != "weekdays"
    }
    values["weekdays"] = [day for day in WEEKDAYS if getattr(entry, day)]
    words, starts = job_words.recurrence(entry), next_starts(entry, now)
    return Schedule(words=words, next_starts=starts, **values)
