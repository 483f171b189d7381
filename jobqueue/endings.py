"""How a run ends: every move out of In Process, and the one row a run leaves in the log.

    In Process ──▶ Finished                       success of a one-off entry
               ──▶ Ready (next time)              success or failure of a recurring one
               ──▶ Ready (retry, snooze, back)    something may mend itself
               ──▶ Error | On Hold                a person must look

Each is one UPDATE that names the fence it leaves, so a run that was taken over changes nothing:
all functions raise ClaimLost then. The run that leaves wakes whoever waited for its lane.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError
from django.db.models import Case, Q, Value, When
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from jobqueue import database, hints, lanes, recurrence, retries
from jobqueue.errors import ClaimLost
from jobqueue.models import JobQueueEntry, JobQueueLogEntry, LogStatus, Status
from jobqueue.models.entry import QUEUED
from jobqueue.running import Outcome

FAILURES_TO_HOLD = 5  # of a recurring entry, in a row
TRIES = 3

# A person put the entry on hold during its run: the run ends as it does, the entry stays parked.
HELD = ~Q(hold_reason="")


@dataclass(frozen=True, slots=True)
class Ending:
    """What becomes of the entry and of its log row."""

    status: Status
    log: LogStatus
    entry_values: dict[str, Any] = field(default_factory=dict)
    log_values: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a run failed."""

    message: str  # a sentence for people
    trace: str = ""
    final: bool = False  # no retry helps
    after: timedelta | None = None  # the least wait that the other side asked for
    at_once: bool = False  # the retry does not wait: the worker died, not the work


def succeed(entry: JobQueueEntry, outcome: Outcome, *, run_on: bool = False) -> int | None:
    """End a run that did its work. Returns the hinted successor if the caller wants to run on."""
    log = LogStatus.ISSUES if outcome.issues else LogStatus.SUCCESS
    told = {
        "counts": dict(outcome.counts),
        "message": str(outcome.message),
        "issues": outcome.issues,
    }
    values = {"attempts": 0, "consecutive_failures": 0}

    def ending() -> Ending:
        if entry.recurring:
            return Ending(Status.READY, log, values | _next_time(entry, database.clock()), told)
        return Ending(Status.FINISHED, log, values, told)

    return _leave(entry, ending, run_on=run_on)


def fail(entry: JobQueueEntry, failure: Failure, *, run_on: bool = False) -> int | None:
    """End a run that failed: retry, next regular time, On Hold or Error, in this order."""
    return _leave(entry, lambda: _failed(entry, failure, database.clock()), run_on=run_on)


def snooze(entry: JobQueueEntry, after: timedelta, message: str) -> None:
    """Go on later; nothing is counted."""

    def ending() -> Ending:
        later = {"earliest_start": database.clock() + after}
        return Ending(Status.READY, LogStatus.SNOOZED, later, {"message": message})

    _leave(entry, ending)


def give_back(entry: JobQueueEntry) -> None:
    """Put the entry back in line at once, uncounted: its worker is asked to stop."""
    told = {"message": _("The worker was stopped. The entry goes on with another one.")}
    _leave(entry, lambda: Ending(Status.READY, LogStatus.INTERRUPTED, {}, told))


def cancel(entry: JobQueueEntry) -> None:
    """End a run that a person stopped. A recurring entry goes on at its next time."""
    told = {"message": _("Cancelled.")}

    def ending() -> Ending:
        if entry.recurring:
            later = _next_time(entry, database.clock())
            return Ending(Status.READY, LogStatus.CANCELLED, later, told)
        held = {"hold_reason": _("Cancelled.")}
        return Ending(Status.ON_HOLD, LogStatus.CANCELLED, held, told)

    _leave(entry, ending)


def expire(entry: JobQueueEntry) -> bool:
    """End a queued entry whose expiration has passed, with a row in the log. Call it in write()."""
    message = _("The entry expired before it could run.")
    ended = JobQueueEntry.objects.filter(
        pk=entry.pk, fence=entry.fence, status__in=QUEUED
    ).update(
        status=Status.FINISHED, fence=entry.fence + 1, hint_until=None, error_message=message,
        changed=Now(),
    )  # fmt: skip
    if ended:
        JobQueueLogEntry(
            entry_id=entry.pk,
            fence=entry.fence + 1,
            kind=entry.kind,
            description=entry.description,
            shop=entry.shop,
            parameters=entry.parameters,
            status=LogStatus.EXPIRED,
            message=message,
            started=database.clock(),
            ended=database.clock(),
        ).save(force_insert=True)
    return bool(ended)


def _failed(entry: JobQueueEntry, failure: Failure, clock: datetime) -> Ending:
    values: dict[str, Any] = {"error_message": failure.message, "error_trace": failure.trace}
    told = dict(values)
    regular = _next_time(entry, clock) if entry.recurring else {}
    retry_at = None if failure.final else _retry_at(entry, failure, clock)
    if retry_at is not None and (not regular or retry_at < regular["earliest_start"]):
        values |= {"attempts": entry.attempts + 1, "earliest_start": retry_at}
        return Ending(Status.READY, LogStatus.ERROR, values, told | {"will_retry": True})
    if not regular:
        return Ending(Status.ERROR, LogStatus.ERROR, values, told)
    in_a_row = entry.consecutive_failures + 1
    values |= regular | {"attempts": 0, "consecutive_failures": in_a_row}
    if in_a_row < FAILURES_TO_HOLD:
        return Ending(Status.READY, LogStatus.ERROR, values, told | {"will_retry": True})
    values["hold_reason"] = _(
        "On hold after %(count)d failures in a row. The last one: %(message)s"
    ) % {"count": in_a_row, "message": failure.message}
    return Ending(Status.ON_HOLD, LogStatus.ERROR, values, told)


def _retry_at(entry: JobQueueEntry, failure: Failure, clock: datetime) -> datetime | None:
    if entry.attempts >= entry.max_attempts:
        return None
    if failure.at_once:
        return clock
    first = timedelta(seconds=entry.rerun_delay)
    return clock + retries.pause(entry.attempts + 1, first, failure.after)


def _next_time(entry: JobQueueEntry, clock: datetime) -> dict[str, Any]:
    return {
        "earliest_start": recurrence.next_run(
            entry.rule(), planned=entry.earliest_start, completed=clock
        )
    }


def _leave(
    entry: JobQueueEntry, ending: Callable[[], Ending], *, run_on: bool = False
) -> int | None:
    for _try in range(TRIES):
        try:
            with database.write():
                _write(entry, _give_way(entry, ending()))
                lanes.wake(entry.category, entry.lock_key)
                return hints.successor() if run_on else None
        except IntegrityError:
            continue  # a twin was requested between our look and our write
    raise ClaimLost(f"entry {entry.pk} could not leave In Process")


def _give_way(entry: JobQueueEntry, ending: Ending) -> Ending:
    """Let a queued twin do the work instead, for two must not wait with equal parameters."""
    if ending.status != Status.READY or entry.recurring:
        return ending
    twin = JobQueueEntry.objects.twins_of(entry).values_list("pk", flat=True).first()
    if twin is None:
        return ending
    note = _("Entry %(number)d with the same parameters does the work.") % {"number": twin}
    values = ending.entry_values | {"error_message": note}
    values.pop("earliest_start", None)
    return Ending(Status.FINISHED, ending.log, values, ending.log_values | {"will_retry": False})


def _write(entry: JobQueueEntry, ending: Ending) -> None:
    status: Any = Case(When(HELD, then=Value(Status.ON_HOLD)), default=Value(ending.status))
    if "hold_reason" in ending.entry_values:
        status = ending.status
    left = JobQueueEntry.objects.filter(
        pk=entry.pk, fence=entry.fence, status=Status.IN_PROCESS
    ).update(
        status=status, owner="", lease_until=None, hint_until=None, cancel_requested=False,
        urgency=entry.priority, changed=Now(), **ending.entry_values,
    )  # fmt: skip
    if not left:
        raise ClaimLost(f"entry {entry.pk} was taken over")
    JobQueueLogEntry.objects.filter(
        entry_id=entry.pk, fence=entry.fence, status=LogStatus.IN_PROCESS
    ).update(status=ending.log, ended=Now(), **ending.log_values)
