"""How a run ends: every move out of In Process, and the one row a run leaves in the log.

    In Process ──▶ Finished                       success of a one-off entry
               ──▶ Ready (next time)              success or failure of a recurring one
               ──▶ On Hold with Inactivity Timeout, of a recurring one that had nothing to do
               ──▶ Ready (retry, snooze, back)    something may mend itself
               ──▶ Error | On Hold                a person must look

Each is one UPDATE that names the fence it leaves, so a run that was taken over changes nothing:
all functions raise ClaimLost then. The run that leaves wakes whoever waited for its lane.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from types import MappingProxyType
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from jobqueue import breaker, database, lanes, parts, recurrence, retries, signals
from jobqueue.claim import Claim
from jobqueue.errors import ClaimLost
from jobqueue.models import JobQueueEntry, LogStatus, Status
from jobqueue.running import Outcome
from jobqueue.texts import storable

FAILURES_TO_HOLD = 5  # of a recurring entry, in a row
TRIES = 3
AHEAD = 1  # of its priority: what was broken off goes on before others begin
NONE: Mapping[str, int] = MappingProxyType({})  # counted
KEPT = ("attempts", "consecutive_failures", "earliest_start", "planned_start", "misfires")

# A person may have put the entry on hold during its run: then it stays parked, however it ended. So
# does a schedule that was run while on hold, but not between two parts of that run.
LEAVE = """UPDATE jobqueue_entry
   SET status = CASE WHEN hold_reason NOT IN ('', %(carried)s) THEN 'on_hold'
                     ELSE %(status)s END,
       hold_reason = coalesce(%(hold_reason)s, hold_reason), owner = '', lease_until = NULL,
       hint_until = NULL, cancel_requested = %(no)s, urgency = priority - %(ahead)s, changed = {now},
       attempts = %(attempts)s, consecutive_failures = %(consecutive_failures)s,
       earliest_start = %(earliest_start)s, planned_start = %(planned_start)s,
       misfires = %(misfires)s, so_far = %(so_far)s, error_message = %(error_message)s,
       error_trace = %(error_trace)s
 WHERE id = %(entry_id)s AND fence = %(fence)s AND status = 'in_process'"""

CLOSE_LOG = """UPDATE jobqueue_log
   SET status = %(log_status)s, ended = {now}, counts = %(log_counts)s, issues = %(log_issues)s,
       message = %(log_message)s, error_message = %(log_error_message)s,
       error_trace = %(log_error_trace)s, will_retry = %(log_will_retry)s
 WHERE entry_id = %(entry_id)s AND fence = %(fence)s AND status = 'in_process'"""

LEAVE_AND_CLOSE = """WITH moved AS ({leave} RETURNING id),
 closed AS ({close_log} AND EXISTS (SELECT 1 FROM moved)) SELECT id FROM moved"""
LEAVE_AND_CLOSE = LEAVE_AND_CLOSE.replace("{leave}", LEAVE).replace("{close_log}", CLOSE_LOG)


Tell = Callable[[JobQueueEntry], None]  # what the breaker hears of the run
Next = Claim | None  # the successor
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

    def __post_init__(self) -> None:
        object.__setattr__(self, "message", storable(self.message))
        object.__setattr__(self, "trace", storable(self.trace))


def succeed(entry: JobQueueEntry, outcome: Outcome, *, then: Then = nothing) -> Next:
    """End a run that did its work. Returns what `then` returns, in the same transaction."""
    log = LogStatus.ISSUES if outcome.issues else LogStatus.SUCCESS
    told = {
        "counts": dict(outcome.counts),
        "message": "\n".join(filter(None, [storable(str(outcome.message)), parts.told(entry)])),
        "issues": outcome.issues,
    }
    values = {"attempts": 0, "consecutive_failures": 0}

    def ending() -> Ending:
        if not entry.recurring:
            return Ending(Status.FINISHED, log, values, told)
        if outcome.idle:
            return Ending(Status.INACTIVE, log, values | _rest(entry, database.clock()), told)
        return Ending(Status.READY, log, values | _next_time(entry, database.clock()), told)

    return _leave(entry, ending, breaker.succeeded, then=then)


def fail(entry: JobQueueEntry, failure: Failure, *, then: Then = nothing) -> Next:
    """End a run that failed: retry, next regular time, On Hold or Error, in this order."""
    tell: Tell = breaker.undecided
    if failure.about_shop:
        tell = partial(breaker.failed, why=failure.message)
    return _leave(entry, lambda: _failed(entry, failure, database.clock()), tell, then=then)


def timed_out(entry: JobQueueEntry) -> Failure:
    """What a run has failed of that took longer than its job timeout."""
    limit = str(timedelta(seconds=int(entry.job_timeout.total_seconds())))
    return Failure(_("The run took longer than %s and was stopped.") % limit)


def snooze(
    entry: JobQueueEntry, after: timedelta, message: str, counts: Mapping[str, int] = NONE
) -> None:
    """Go on later, after this part has counted so much; no attempt is counted."""

    def ending() -> Ending:
        clock = database.clock()
        this = parts.and_this(entry, counts, clock)
        later = {"earliest_start": clock + after, "so_far": this}
        return _part(LogStatus.SNOOZED, counts, message, later)

    _leave(entry, ending)


def give_back(entry: JobQueueEntry, counts: Mapping[str, int] = NONE) -> None:
    """Put the entry back in line at once, uncounted: its worker is asked to stop."""
    message = _("The worker was stopped. The entry goes on with another one.")

    def ending() -> Ending:
        this = parts.and_this(entry, counts, database.clock())
        values = {"so_far": this, "ahead": AHEAD}
        return _part(LogStatus.INTERRUPTED, counts, message, values)

    _leave(entry, ending)


def _part(
    log: LogStatus, counts: Mapping[str, int], message: str, values: dict[str, Any]
) -> Ending:
    told = {"message": storable(message), "counts": dict(counts)}
    return Ending(Status.READY, log, values, told)


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


def mark(entry: JobQueueEntry, message: str) -> None:
    """End a run that a person takes for dead: no retry, and no next time of what recurs."""
    told = {"error_message": storable(message)}
    _leave(entry, lambda: Ending(Status.ERROR, LogStatus.ERROR, told, told))


def _failed(entry: JobQueueEntry, failure: Failure, clock: datetime) -> Ending:
    values: dict[str, Any] = {"error_message": failure.message, "error_trace": failure.trace}
    told = dict(values)
    regular = _next_time(entry, clock) if entry.recurring else {}
    retry_at = None if failure.final else _retry_at(entry, failure, clock)
    if retry_at is not None and (not regular or retry_at < regular["earliest_start"]):
        values |= {"attempts": entry.attempts + 1, "earliest_start": retry_at}
        values["ahead"] = AHEAD if failure.at_once else 0
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


def _rest(entry: JobQueueEntry, clock: datetime) -> dict[str, Any]:
    """Until it looks again whether there is something to do, unless a person wakes it before."""
    wakes = recurrence.fit(entry.rule(), clock + timedelta(minutes=entry.inactivity_timeout))
    return {"earliest_start": wakes, "planned_start": wakes}


def _next_time(entry: JobQueueEntry, clock: datetime) -> dict[str, Any]:
    rule, planned = entry.rule(), entry.planned
    start = recurrence.next_run(rule, planned=planned, completed=clock, started=entry.started)
    missed = recurrence.missed_starts(rule, planned=planned, now=clock)
    return {"earliest_start": start, "planned_start": start, "misfires": entry.misfires + missed}


def _leave(
    entry: JobQueueEntry,
    ending: Callable[[], Ending],
    tell: Tell = breaker.undecided,
    *,
    then: Then = nothing,
) -> Next:
    for tries_left in reversed(range(TRIES)):
        try:
            with database.write(durable=False, patient=True):
                ended = _give_way(entry, ending())
                _write(entry, ended)
                signals.tell(_as_told(entry, ended))
                tell(entry)  # before any other entry is locked, as in a claim
                lanes.wake(entry.category, entry.lock_key)
                return then() if tries_left else None
        except IntegrityError:  # a twin was requested, or the successor's lane taken, meanwhile
            if not tries_left:
                raise  # it is the ending itself that cannot be written
    raise AssertionError("the last try returns or raises")


def _as_told(entry: JobQueueEntry, ended: Ending) -> signals.RunEnded:
    log = ended.log_values
    return signals.RunEnded(
        entry,
        entry.fence,
        ended.status,
        ended.log,
        ended.entry_values.get("consecutive_failures", entry.consecutive_failures),
        log.get("counts", {}),
        log.get("issues", 0),
        log.get("error_message") or log.get("message", ""),
    )


def _give_way(entry: JobQueueEntry, ending: Ending) -> Ending:
    """Let a queued twin do the work instead, for two must not wait with equal parameters."""
    if ending.status != Status.READY or entry.recurring:
        return ending
    twin = JobQueueEntry.objects.twins_of(entry).values_list("pk", flat=True).first()
    if twin is None:
        return ending
    note = _("Entry %(number)d with the same parameters does the work.") % {"number": twin}
    values = ending.entry_values | {"error_message": note}
    for name in ("earliest_start", "ahead"):
        values.pop(name, None)
    return Ending(Status.FINISHED, ending.log, values, ending.log_values | {"will_retry": False})


def _write(entry: JobQueueEntry, ending: Ending) -> None:
    values = {
        "hold_reason": None,
        "error_message": "",
        "error_trace": "",
        "so_far": {},
        "ahead": 0,
    } | {name: getattr(entry, name) for name in KEPT}
    values |= ending.entry_values
    values["carried"] = entry.hold_reason if values["so_far"] else ""
    values["so_far"] = json.dumps(values["so_far"])
    values |= {"entry_id": entry.pk, "fence": entry.fence, "status": ending.status.value}
    told = {"message": "", "error_message": "", "error_trace": "", "issues": 0, "will_retry": False}
    told |= {"counts": {}, "status": ending.log.value} | ending.log_values
    told["counts"] = json.dumps(told["counts"])
    log_values = {f"log_{name}": value for name, value in told.items()}
    if not _moved(values | {"no": False}, log_values):
        raise ClaimLost(f"entry {entry.pk} was taken over")
    if ending.log == LogStatus.ERROR:
        _tell_of_failure(entry, told)


def _moved(values: dict[str, Any], log_values: dict[str, Any]) -> bool:
    """Write both rows, unless the entry is another's by now."""
    if database.takes_several():
        return bool(database.rows(LEAVE_AND_CLOSE, **values, **log_values))
    if not database.change(LEAVE, **values):
        return False
    run = {name: values[name] for name in ("entry_id", "fence")}
    database.change(CLOSE_LOG, **run, **log_values)
    return True


def _tell_of_failure(entry: JobQueueEntry, told: dict[str, Any]) -> None:
    news = {"kind": entry.kind, "shop": entry.shop, "message": told["error_message"]}
    news |= {"entry_id": entry.pk, "fence": entry.fence, "will_retry": told["will_retry"]}
    transaction.on_commit(lambda: signals.run_failed.send_robust(JobQueueEntry, **news))
