"""Runs one entry and writes down how it ended. The only place that catches every exception."""

from __future__ import annotations

import logging
import time
import traceback
from collections.abc import Callable
from datetime import timedelta

from django.conf import settings
from django.db import close_old_connections, connection
from django.utils import translation
from django.utils.translation import gettext as _

from jobqueue import database, endings, hints, lease, shutdown
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

End = Callable[[Then], Next]  # writes the ending; given what to do in the same transaction


def run_entry(entry_id: int, *, until: float | None = None) -> int | None:
    """Claim and run one entry here and now; returns at once if it may not run now.

    While it is not yet `until` (monotonic seconds), go on with what is next in line. After that,
    return the next entry, hinted: ring for it. Raises only when the database cannot be reached.
    """
    claimed_at = time.monotonic()
    found = _claimed(entry_id)
    while found is not None:
        following, ended_at = _complete(found, claimed_at, until)
        if not isinstance(following, Claim):
            return following
        found, claimed_at = following, ended_at
    return None


def _claimed(entry_id: int) -> Claim | None:
    try:
        return claim(entry_id)
    except database.AWAY:
        # Nothing was claimed; the entry is Ready and the dispatcher rings again.
        logger.warning("claim failed", exc_info=True, extra={"entry": entry_id})
        _hang_up()
        return None


def _complete(found: Claim, claimed_at: float, until: float | None) -> tuple[Next, float]:
    """Run a claimed entry and write its end; returns the successor and when it was claimed."""
    entry = found.entry
    with lease.held(entry.pk, entry.fence, claimed_at, entry.job_timeout) as held:
        end = _run(found, held)
        held.leaving = True
        ended_at = time.monotonic()
        return _leave(end, held, lambda: _following(until)), ended_at


def _following(until: float | None) -> Next:
    if until is None or shutdown.announced():
        return None
    if time.monotonic() < until:
        return claim_next()
    # Without a broker the dispatcher sees by itself that there is room for another message.
    return None if settings.QUEUE_EMBEDDED else hints.successor()


def _run(found: Claim, held: Lease) -> End:
    """Call the handler; returns what is to be written."""
    job = RunningJob(found.entry, found.log_id, found.started, held)
    with translation.override(found.entry.language or None):
        try:
            outcome = _handle(found.entry, job)
        except Exception as error:  # noqa: BLE001 - a handler's bug must not lose the entry
            return _ending_of(found.entry, error)
    return lambda then: endings.succeed(found.entry, outcome, then=then)


def _handle(entry: JobQueueEntry, job: RunningJob) -> Outcome:
    kind = kind_named(entry.kind)
    if entry.parameters_version > kind.version:
        raise Halt(_("A newer version made this entry. Update this one to run it."))
    return kind.handler(job)


def _ending_of(entry: JobQueueEntry, error: Exception) -> End:
    """Translate what a handler raised. The one seam where errors become states."""
    match error:
        case ClaimLost():
            logger.warning("run lost its claim", extra={"entry": entry.pk, "fence": entry.fence})
            return lambda _then: None
        case ShuttingDown():
            return lambda _then: endings.give_back(entry)
        case Cancelled():
            return lambda _then: endings.cancel(entry)
        case Snooze():
            return lambda _then: endings.snooze(entry, error.after, str(error))
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
            limit = str(timedelta(seconds=int(entry.job_timeout.total_seconds())))
            return Failure(_("The run took longer than %s and was stopped.") % limit)
        case _:
            logger.error(
                "run failed", exc_info=error, extra={"entry": entry.pk, "kind": entry.kind}
            )
            trace = "".join(traceback.format_exception(error))
            return Failure(f"{type(error).__name__}: {error}", trace)


def _leave(end: End, held: Lease, then: Then) -> Next:
    """Write the ending; while the database is away, try until the lease is nearly over."""
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


def _hang_up() -> None:
    """Drop a broken connection, so that the next statement opens a new one."""
    if connection.in_atomic_block:
        close_old_connections()
    else:
        connection.close()
