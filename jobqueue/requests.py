"""Asking the queue to run something."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.db.models.functions import Least, Now
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from jobqueue import database, lanes, recurrence, tasks
from jobqueue.errors import Refused
from jobqueue.models import JobQueueCategory, JobQueueEntry, Priority, Status
from jobqueue.recurrence_columns import columns
from jobqueue.recurrence_rule import MINUTES_A_DAY
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
    join: bool = False,
    **more: Any,
) -> tuple[JobQueueEntry, bool]:
    """Put an entry in line and return (entry, created).

    If an entry with equal lock key, kind and parameters waits already, or one with this
    `idem_key` exists, that one is returned; so is a schedule with equal days and times. One that
    was to start later is brought forward (`planned_before` tells from when), unless it waits to be
    retried, and takes on a higher priority. With `join` one that runs already is returned as well: for a person who
    asks twice, not for news that the run may have passed by. `more` are further columns: weekdays, starting_time,
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
    return put(_settled(entry, chosen=earliest_start is not None), join=join)


def put(entry: JobQueueEntry, *, join: bool = False) -> tuple[JobQueueEntry, bool]:
    """Put an entry that is whole in line, as `request` does; returns (entry, created)."""
    running = JobQueueEntry.objects.running_alike(entry).first() if join else None
    return (running, False) if running else _put(entry)


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
        entry.planned_start = entry.earliest_start
    return entry


def _put(entry: JobQueueEntry) -> tuple[JobQueueEntry, bool]:
    for _try in range(TRIES):
        if (twin := _twin(entry)) is not None:
            return _joined(twin, entry), False
        try:
            with database.write():
                if entry.recurring and (twin := _came_since(entry)) is not None:
                    return twin, False
                _insert(entry)
        except IntegrityError:
            entry.pk = None
            continue  # the twin came between our look and our write, or was claimed since
        return entry, True
    raise Refused(_("The queue is too busy for this request. Try again."))


def _came_since(entry: JobQueueEntry) -> JobQueueEntry | None:
    """An equal schedule; none can come any more before ours is committed."""
    database.take_turns(f"schedule {entry.lock_key} {entry.parameters_hash}")
    return _equal_schedule(entry)


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
    return _equal_schedule(entry) if entry.recurring else entries.twins_of(entry).first()


def _equal_schedule(entry: JobQueueEntry) -> JobQueueEntry | None:
    """A schedule that does the same work at the same times already, even if it is on hold."""
    alike = JobQueueEntry.objects.exclude(status__in=[Status.FINISHED, Status.ERROR]).filter(
        recurring=True,
        lock_key=entry.lock_key,
        parameters_hash=entry.parameters_hash,
        expiration=entry.expiration,
    )
    found = alike.exclude(lock_key="").order_by("pk")
    return next((twin for twin in found if _starts_alike(twin, entry)), None)


def _starts_alike(one: JobQueueEntry, other: JobQueueEntry) -> bool:
    if any(getattr(one, name) != getattr(other, name) for name in columns()):
        return False
    # A formula and steps of days count from their first start, the others from nothing but time.
    counted = one.date_formula or one.minutes_between_runs > MINUTES_A_DAY
    return not counted or one.planned_start == other.planned_start


def _joined(twin: JobQueueEntry, entry: JobQueueEntry) -> JobQueueEntry:
    """Let the twin, if it still waits, start as early and be as urgent as `entry` was to be."""
    if twin.recurring:
        return twin
    start, before = entry.earliest_start, twin.earliest_start
    queued = JobQueueEntry.objects.queued().filter(pk=twin.pk)
    with database.write():
        raised = queued.filter(priority__gt=entry.priority).update(
            priority=entry.priority, urgency=Least("urgency", entry.priority), changed=Now()
        )
        moved = queued.filter(earliest_start__gt=start, attempts=0).update(
            earliest_start=start, changed=Now()
        )
        if raised or moved:
            tasks.ring(twin.pk)
    twin.refresh_from_db()
    if moved:
        twin.planned_before = before
    return twin
