"""Runs one entry and writes down how it ended. The only place that catches every exception."""

from __future__ import annotations

import logging
import time
import traceback
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial

from django.db import close_old_connections, connection
from django.utils import translation
from django.utils.translation import gettext as _

from jobqueue import database, endings, lease, orphans, parts, shutdown
from jobqueue.claim import Claim, claim, claim_next
from jobqueue.endings import Failure, Next, Then
from jobqueue.errors import (
    Cancelled,
    ClaimLost,
    Halt,
    Retry,
    ShuttingDown,
    Snooze,
    TimedOut,
    UnknownKind,
)
from jobqueue.lease import Lease
from jobqueue.models import JobQueueEntry
from jobqueue.registry import kind_named
from jobqueue.running import Outcome, RunningJob

logger = logging.getLogger(__name__)

IN_A_ROW = 8  # runs of one shop, then another's turn comes
End = Callable[[Then], Next]  # writes the ending; given what to do in the same transaction
Stop = Callable[[JobQueueEntry, Mapping[str, int]], None]  # given what was counted so far


def run_entry(entry_id: int, *, until: float | None = None, stop: Stop = endings.give_back) -> None:
    """Claim and run one entry here and now; returns at once if it may not run now.

    While it is not yet `until` (monotonic seconds), go on with what is next in line. `stop` ends a
    run that a KeyboardInterrupt breaks off, which is raised on. Raises nothing else but when the
    database cannot be reached.
    """
    claimed_at = time.monotonic()
    found = _claimed(entry_id)
    in_a_row = 1
    while found is not None:
        others_than = None if in_a_row % IN_A_ROW else found.entry
        following, ended_at = _complete(
            found, claimed_at, partial(_following, until, others_than), stop
        )
        if following is not None:
            in_a_row = in_a_row + 1 if following.entry.shop == found.entry.shop else 1
        found, claimed_at = following, ended_at


def _claimed(entry_id: int) -> Claim | None:
    try:
        return claim(entry_id)
    except database.AWAY:
        # Nothing was claimed; the entry is Ready and the dispatcher rings again.
        logger.warning("claim failed", exc_info=True, extra={"entry": entry_id})
        _hang_up()
        return None


def _complete(found: Claim, claimed_at: float, then: Then, stop: Stop) -> tuple[Next, float]:
    """Run a claimed entry and write its end; returns the successor and when it was claimed."""
    entry = found.entry
    # What the end of the run says is in the language of the person, too.
    with (
        lease.held(entry.pk, entry.fence, claimed_at, parts.time_left(entry)) as held,
        translation.override(entry.language or None),
    ):
        job = RunningJob(entry, found.log_id, found.started, held)
        try:
            end = _run(found, job)
            held.leaving = True
            ended_at = time.monotonic()
            return _leave(found, end, held, then), ended_at
        except KeyboardInterrupt:
            held.leaving = True
            with suppress(ClaimLost):  # it had ended by then
                stop(entry, job.counts)
            raise


def _following(until: float | None, others_than: JobQueueEntry | None) -> Next:
    if until is None or time.monotonic() >= until or shutdown.announced():
        return None
    return claim_next(others_than)


def _run(found: Claim, job: RunningJob) -> End:
    """Call the handler; returns what is to be written."""
    try:
        outcome = _handle(found.entry, job)
    except Exception as error:  # noqa: BLE001 - a handler's bug must not lose the entry
        return _ending_of(found, job, error)
    return lambda then: _succeed(found, outcome, then)


def _succeed(found: Claim, outcome: Outcome, then: Then) -> Next:
    try:
        return endings.succeed(found.entry, outcome, then=then)
    except ClaimLost:
        orphans.succeed(found.log_id, outcome)
        raise


def _handle(entry: JobQueueEntry, job: RunningJob) -> Outcome:
    kind = kind_named(entry.kind)
    if entry.parameters_version > kind.version:
        raise Halt(_("A newer version made this entry. Update this one to run it."))
    return kind.handler(job)


def _ending_of(found: Claim, job: RunningJob, error: Exception) -> End:
    """Translate what a handler raised. The one seam where errors become states."""
    entry = found.entry
    match error:
        case ClaimLost():
            logger.warning("run lost its claim", extra={"entry": entry.pk, "fence": entry.fence})
            return lambda _then: orphans.stop(found.log_id)
        case ShuttingDown():
            return lambda _then: endings.give_back(entry, job.counts)
        case Cancelled():
            return lambda _then: endings.cancel(entry)
        case Snooze():
            return lambda _then: endings.snooze(entry, error.after, str(error), job.counts)
        case _:
            failure = _failure(entry, error)
            return lambda then: endings.fail(entry, failure, then=then)


def _failure(entry: JobQueueEntry, error: Exception) -> Failure:
    match error:
        case Retry():
            return Failure(str(error), after=error.after, about_shop=error.about_shop)
        case Halt() | UnknownKind():
            return Failure(str(error), final=True)
        case TimedOut():
            return endings.timed_out(entry)
        case _:
            logger.error(
                "run failed", exc_info=error, extra={"entry": entry.pk, "kind": entry.kind}
            )
            what = ": ".join(filter(None, [type(error).__name__, str(error)]))
            return Failure(_("An unexpected error stopped the run (%s).") % what, _trace(error))


def _trace(error: Exception) -> str:
    return "".join(traceback.format_exception(error))


def _leave(found: Claim, end: End, held: Lease, then: Then) -> Next:
    """Write the ending; while the database is away, try until the lease is nearly over.

    An ending that cannot be written at all is a failure, which is written in its stead.
    """
    unwritable = False
    while True:
        try:
            return end(then)
        except ClaimLost:
            logger.warning("run was taken over", extra={"entry": held.entry_id})
            return None
        except database.AWAY:
            _hang_up()
            if held.overdue():
                raise
            time.sleep(0.05)
        except Exception as error:
            if unwritable:
                raise
            unwritable = True
            end = _unwritten(found.entry, error)


def _unwritten(entry: JobQueueEntry, error: Exception) -> End:
    """What is written instead of an ending that cannot be: no retry would end better."""
    logger.error("end not written", exc_info=error, extra={"entry": entry.pk, "kind": entry.kind})
    message = _("The end of the run could not be written: %s") % ascii(error)
    failure = Failure(message, _trace(error), final=True)
    return lambda then: endings.fail(entry, failure, then=then)


def _hang_up() -> None:
    """Drop a broken connection, so that the next statement opens a new one."""
    if connection.in_atomic_block:
        close_old_connections()
    else:
        connection.close()
