"""How a run ends: every move out of In Process, and the one row a run leaves in the log.

    In Process ──▶ Finished                       success of a one-off entry
               ──▶ Ready (next time)              success or failure of a recurring one
               ──▶ Ready (retry, snooze, back)    something may mend itself
               ──▶ Error | On Hold                a person must look

Each is one UPDATE that names the fence it leaves, so a run that was taken over changes nothing:
all functions raise ClaimLost then. The run that leaves wakes whoever waited for its lane.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db import IntegrityError
from django.utils.translation import gettext as _

from jobqueue import breaker, database, lanes, recurrence, retries
from jobqueue.claim import Claim
from jobqueue.errors import ClaimLost
from jobqueue.models import JobQueueEntry, LogStatus, Status
from jobqueue.running import Outcome

FAILURES_TO_HOLD = 5  # of a recurring entry, in a row
TRIES = 3

# A person may have put the entry on hold during its run: then it stays parked, however it ended.
LEAVE = """UPDATE jobqueue_entry
   SET status = CASE WHEN hold_reason <> '' THEN 'on_hold' ELSE %(status)s END,
       hold_reason = coalesce(%(hold_reason)s, hold_reason), owner = '', lease_until = NULL,
       hint_until = NULL, cancel_requested = %(no)s, urgency = priority, changed = {now},
       attempts = %(attempts)s, consecutive_failures = %(consecutive_failures)s,
       earliest_start = %(earliest_start)s, error_message = %(error_message)s,
       error_trace = %(error_trace)s
 WHERE id = %(entry_id)s AND fence = %(fence)s AND status = 'in_process'"""

CLOSE_LOG = """UPDATE jobqueue_log
   SET status = %(status)s, ended = {now}, counts = %(counts)s, issues = %(issues)s,
       message = %(message)s, error_message = %(error_message)s, error_trace = %(error_trace)s,
       will_retry = %(will_retry)s
 WHERE entry_id = %(entry_id)s AND fence = %(fence)s AND status = 'in_process'"""


Tell = Callable[[JobQueueEntry], None]  # what the breaker hears of the run
Next = Claim | int | None  # the successor: claimed, or hinted to be rung for
Then = Callable[[], Next]


def nothing() -> None:
    """No successor is asked for."""


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
    at_once: bool = False  # retried without a wait: the worker died, not the work
    about_shop: bool = False  # the shop is to blame; the breaker counts it


def succeed(entry: JobQueueEntry, outcome: Outcome, *, then: Then = nothing) -> Next:
    """End a run that did its work. Returns what `then` returns, in the same transaction."""
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

    return _leave(entry, ending, breaker.succeeded, then=then)


def fail(entry: JobQueueEntry, failure: Failure, *, then: Then = nothing) -> Next:
    """End a run that failed: retry, next regular time, On Hold or Error, in this order."""
    tell: Tell = breaker.undecided
    if failure.about_shop:
        tell = partial(breaker.failed, why=failure.message)
    return _leave(entry, lambda: _failed(entry, failure, database.clock()), tell, then=then)


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
        return entry.earliest_start  # it keeps its place in line
    first = timedelta(seconds=entry.rerun_delay)
    return clock + retries.pause(entry.attempts + 1, first, failure.after)


def _next_time(entry: JobQueueEntry, clock: datetime) -> dict[str, Any]:
    return {
        "earliest_start": recurrence.next_run(
            entry.rule(), planned=entry.earliest_start, completed=clock, started=entry.started
        )
    }


def _leave(
    entry: JobQueueEntry,
    ending: Callable[[], Ending],
    tell: Tell = breaker.undecided,
    *,
    then: Then = nothing,
) -> Next:
    for tries_left in reversed(range(TRIES)):
        try:
            with database.write(durable=False):
                _write(entry, _give_way(entry, ending()))
                tell(entry)  # before any other entry is locked, as in a claim
                lanes.wake(entry.category, entry.lock_key)
                return then() if tries_left else None
        except IntegrityError:
            continue  # a twin was requested, or the successor's lane taken, since we looked
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
    values = {"hold_reason": None, "error_message": "", "error_trace": ""} | {
        name: getattr(entry, name)
        for name in ("attempts", "consecutive_failures", "earliest_start")
    }
    run = {"entry_id": entry.pk, "fence": entry.fence}
    if not database.change(
        LEAVE, **run, status=ending.status.value, no=False, **(values | ending.entry_values)
    ):
        raise ClaimLost(f"entry {entry.pk} was taken over")
    told = {"message": "", "error_message": "", "error_trace": "", "issues": 0, "will_retry": False}
    told |= ending.log_values
    counts = json.dumps(told.pop("counts", {}))
    database.change(CLOSE_LOG, **run, status=ending.log.value, counts=counts, **told)
