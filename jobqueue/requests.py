"""Asking the queue to run something."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from jobqueue import database, lanes, recurrence, tasks
from jobqueue.errors import Refused
from jobqueue.models import JobQueueCategory, JobQueueEntry, Priority, Status
from jobqueue.registry import Kind, kind_named

TRIES = 5


def request(  # noqa: PLR0913 - the options of one request; all but the kind by name
    kind: str | int,
    *,
    shop: str = "",
    parameters: Mapping[str, Any] | None = None,
    category: str = "",
    lock_key: str = "",
    description: str = "",
    owner_id: int | None = None,
    priority: Priority = Priority.NORMAL,
    earliest_start: datetime | None = None,
    idem_key: str | None = None,
    **more: Any,
) -> tuple[JobQueueEntry, bool]:
    """Put an entry in line and return (entry, created).

    If an entry with equal lock key, kind and parameters waits already, or one with this
    `idem_key` exists, that one is returned. One that was to start later is brought forward, unless
    it waits to be retried. `more` are further columns: weekdays, starting_time,
    minutes_between_runs, fixed_grid, zone, expiration, max_attempts, rerun_delay …
    Rings after commit. Raises UnknownKind, and Refused with a sentence when the values make no
    sense together.
    """
    wanted = kind_named(kind)
    values = dict(parameters or {})
    entry = JobQueueEntry(
        kind=wanted.name,
        number=wanted.number,
        description=description or str(wanted.label),
        parameters=values,
        parameters_version=wanted.version,
        parameters_hash=fingerprint(wanted, values),
        shop=shop,
        category=category,
        lock_key=lock_key,
        requested_by_id=owner_id,
        language=get_language() or "",
        priority=priority,
        urgency=priority,
        idem_key=idem_key,
        earliest_start=earliest_start or database.clock(),
        **{"max_attempts": wanted.max_attempts, "job_timeout": wanted.time_limit, **more},
    )
    return _put(_settled(entry, chosen=earliest_start is not None))


def fingerprint(kind: Kind, parameters: Mapping[str, Any]) -> str:
    """Equal for requests that ask for the same work, whatever the order of their parameters."""
    text = json.dumps([kind.name, kind.version, parameters], sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def _settled(entry: JobQueueEntry, *, chosen: bool) -> JobQueueEntry:
    """Check the entry and give a recurring one its first start; `chosen`: a person named it."""
    try:
        entry.settle()
    except ValidationError as error:
        raise Refused(" ".join(error.messages)) from error
    if entry.recurring:
        first = recurrence.first_run if chosen else recurrence.opening
        entry.earliest_start = first(entry.rule(), entry.earliest_start)
    return entry


def _put(entry: JobQueueEntry) -> tuple[JobQueueEntry, bool]:
    for _try in range(TRIES):
        if (twin := _twin(entry)) is not None:
            return _brought_forward(twin, entry.earliest_start), False
        try:
            with database.write():
                _insert(entry)
        except IntegrityError:
            entry.pk = None
            continue  # the twin came between our look and our write, or was claimed since
        return entry, True
    raise Refused(_("The queue is too busy for this request. Try again."))


def _insert(entry: JobQueueEntry) -> None:
    if entry.category and not JobQueueCategory.objects.filter(pk=entry.category).exists():
        JobQueueCategory.objects.get_or_create(code=entry.category)
    due = entry.earliest_start <= database.clock()
    waits = due and not lanes.is_open(entry.category, entry.lock_key)
    entry.status = Status.WAITING if waits else Status.READY
    entry.save(force_insert=True)
    if due and not waits:
        tasks.ring(entry.pk)


def _twin(entry: JobQueueEntry) -> JobQueueEntry | None:
    entries = JobQueueEntry.objects
    if entry.idem_key is not None:
        found = entries.filter(idem_key=entry.idem_key).first()
        if found is not None:
            return found
    return None if entry.recurring else entries.twins_of(entry).first()


def _brought_forward(twin: JobQueueEntry, start: datetime) -> JobQueueEntry:
    if twin.earliest_start <= start or twin.attempts or twin.recurring:
        return twin
    with database.write():
        moved = JobQueueEntry.objects.queued().filter(
            pk=twin.pk, earliest_start__gt=start, attempts=0
        )
        if moved.update(earliest_start=start):
            tasks.ring(twin.pk)
    twin.refresh_from_db()
    return twin
