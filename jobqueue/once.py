"""Run once: a copy of an entry, whatever its schedule and its category say.

The entry itself stays as it is. The copy keeps the lock key, so it overlaps with no run that does
the same work; it is never tried again. In a terminal it runs here and now, and only its row in the
log remains; from a page it goes in line, and stays in the list like any other entry that ran once.
"""

from __future__ import annotations

import time
from datetime import timedelta
from hashlib import sha256
from uuid import uuid4

from django.conf import settings
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from jobqueue import database, endings, removal, runner
from jobqueue.errors import Refused
from jobqueue.models import JobQueueEntry, JobQueueLogEntry, Status
from jobqueue.models.entry import QUEUED
from jobqueue.reasons import around, why, why_not_running
from jobqueue.requests import put

POLL = 0.2  # s
DESCRIBED = 200  # characters of the entry's description, so that the words of the copy fit behind


def run_once(entry_id: int, *, by_id: int | None = None) -> JobQueueLogEntry:
    """Run the entry's work in this process and return its row in the log.

    Raises Refused, with nothing run, while the same work is done or the shop is paused.
    """
    copy = _copy(_entry(entry_id), by_id)
    copy.parameters_hash = uuid4().hex  # the twin of none: what waits goes on waiting
    # So that no worker takes it.
    copy.hint_until = Now() + timedelta(seconds=settings.QUEUE_HINT)
    with database.write():
        copy.save(force_insert=True)
    copy.refresh_from_db()
    try:
        while copy.status in {*QUEUED, Status.IN_PROCESS}:
            _go_on(copy)
        log_id = copy.log_entries.order_by("-fence").values_list("pk", flat=True)[0]
    finally:
        with database.write():
            idle = JobQueueEntry.objects.exclude(status=Status.IN_PROCESS)
            removal.remove(idle.filter(pk=copy.pk))
    return JobQueueLogEntry.objects.get(pk=log_id)


def ask_once(entry_id: int, *, by_id: int | None = None) -> JobQueueEntry:
    """Put the copy in line for the next free worker, and return it.

    Who asks again while it waits or runs gets the same one. Raises Refused, with nothing put in
    line, while the same work is done or the shop is paused.
    """
    entry = _entry(entry_id)
    copy = _copy(entry, by_id)
    copy.parameters_hash = sha256(f"once {entry.parameters_hash}".encode()).hexdigest()
    before = JobQueueEntry.objects
    if not (before.running_alike(copy).exists() or before.twins_of(copy).exists()):
        _refuse_what_waits(copy)
    asked, _created = put(copy, join=True)
    return asked


def _refuse_what_waits(copy: JobQueueEntry) -> None:
    surroundings = around([copy], copy.earliest_start)
    if surroundings.paused(copy) or surroundings.blocker(copy):
        raise Refused(why(copy, surroundings))


def _entry(entry_id: int) -> JobQueueEntry:
    entry = JobQueueEntry.objects.filter(pk=entry_id).first()
    if entry is None:
        raise Refused(_("There is no entry %d.") % entry_id)
    return entry


def _copy(entry: JobQueueEntry, by_id: int | None) -> JobQueueEntry:
    return JobQueueEntry(
        kind=entry.kind,
        number=entry.number,
        description=_("%s (run once)") % entry.description[:DESCRIBED],
        parameters=entry.parameters,
        parameters_version=entry.parameters_version,
        shop=entry.shop,
        lock_key=entry.lock_key,
        requested_by_id=by_id or entry.requested_by_id,
        language=entry.language,
        job_timeout=entry.job_timeout,
        max_attempts=0,
        earliest_start=database.clock(),
        status=Status.READY,
    )


def _go_on(copy: JobQueueEntry) -> None:
    """Run the copy, or its next part; it may be put off in between."""
    fence, wait = copy.fence, (copy.earliest_start - database.clock()).total_seconds()
    if copy.status == Status.IN_PROCESS or wait > 0:
        time.sleep(min(POLL, wait) if wait > 0 else POLL)
        copy.refresh_from_db()
        return
    runner.run_entry(copy.pk, stop=lambda copy, _counts: endings.cancel(copy))
    copy.refresh_from_db()
    if copy.fence == fence and copy.status in QUEUED:
        raise Refused(why_not_running(copy, database.clock()))
