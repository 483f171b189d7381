"""Why an entry does not run, in one sentence for people. Reads only.

A page of entries is answered with as many queries as a single one: first what is around all of
them, then a sentence for each.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from jobqueue import lanes
from jobqueue.models import (
    JobQueueCategory,
    JobQueueEntry,
    JobQueuePause,
    Status,
    WorkerHeartbeat,
)
from jobqueue.models.entry import QUEUED
from jobqueue.moments import moment

MadeBy = JobQueuePause.MadeBy


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What entries may wait for."""

    now: datetime
    pauses: tuple[JobQueuePause, ...] = ()  # those that hold now, a rest first
    running: tuple[JobQueueEntry, ...] = ()  # the longest first; `limit` is its category's
    promised: tuple[JobQueueEntry, ...] = ()  # those whose turn a lock is, in line
    workers: bool = True  # whether one is alive

    def paused(self, entry: JobQueueEntry) -> JobQueuePause | None:
        return next((p for p in self.pauses if p.shop in {entry.shop, ""}), None)

    def blocker(self, entry: JobQueueEntry) -> JobQueueEntry | None:
        """The running entry that has the lock or, in a full category, the oldest place."""
        for other in self.running:
            if entry.lock_key and other.lock_key == entry.lock_key:
                return other
        same = [o for o in self.running if entry.category and o.category == entry.category]
        full = same and len(same) >= same[0].__dict__["limit"]
        return same[0] if full else self._before(entry)

    def _before(self, entry: JobQueueEntry) -> JobQueueEntry | None:
        """The waiting entry to which the lock is promised."""
        of_lock = (o for o in self.promised if o.lock_key == entry.lock_key)
        before = (o for o in of_lock if _place(o) < _place(entry) and self.paused(o) is None)
        return next(before, None)


def around(entries: Iterable[JobQueueEntry], now: datetime) -> Surroundings:
    """Four queries at most, however many the entries; none where all are at rest."""
    queued = [entry for entry in entries if entry.status in QUEUED]
    if not queued:
        return Surroundings(now)
    holds = Q(until__isnull=True) | Q(until__gt=now)
    pauses = JobQueuePause.objects.filter(holds, shop__in={"", *(e.shop for e in queued)})
    due = [entry for entry in queued if entry.earliest_start <= now]
    return Surroundings(
        now,
        tuple(sorted(pauses.order_by("pk"), key=lambda paused: paused.made_by != MadeBy.REST)),
        _running(due) if due else (),
        _promised(due, now),
        not due or WorkerHeartbeat.objects.alive().filter(kind="worker").exists(),
    )


def _running(due: list[JobQueueEntry]) -> tuple[JobQueueEntry, ...]:
    places = Q(category__in={e.category for e in due if e.category}) | Q(
        lock_key__in={e.lock_key for e in due if e.lock_key}
    )
    limit = JobQueueCategory.objects.filter(code=OuterRef("category")).values("limit")
    running = JobQueueEntry.objects.running().filter(places).order_by("started", "pk")
    return tuple(running.annotate(limit=Coalesce(Subquery(limit), 1)))


def _promised(due: list[JobQueueEntry], now: datetime) -> tuple[JobQueueEntry, ...]:
    locks = {entry.lock_key for entry in due if entry.lock_key}
    if not locks:
        return ()
    for_long = now - timedelta(seconds=lanes.PATIENCE)
    waiting = JobQueueEntry.objects.filter(status=Status.WAITING, lock_key__in=locks)
    waiting = waiting.filter(earliest_start__lte=for_long)
    return tuple(waiting.order_by("lock_key", "urgency", "earliest_start", "pk"))


def _place(entry: JobQueueEntry) -> tuple[int, datetime, int]:
    return entry.urgency, entry.earliest_start, entry.pk


def why_not_running(entry: JobQueueEntry, now: datetime) -> str:
    """The sentence for a single entry."""
    return why(entry, around([entry], now))


def why(entry: JobQueueEntry, surroundings: Surroundings) -> str:
    """What the entry waits for; "" when it runs on, or did what it was asked for."""
    if entry.status in QUEUED:
        waits = (
            _paused(surroundings.paused(entry))
            or _later(entry, surroundings.now)
            or _behind(entry, surroundings.blocker(entry))
            or _free(surroundings)
        )
        return f"{waits} {_held_after(entry)}".strip()
    if entry.status == Status.IN_PROCESS:
        stops = _("Is being cancelled.") if entry.cancel_requested else ""
        return f"{stops} {_held_after(entry)}".strip()
    return _at_rest(entry)


def _held_after(entry: JobQueueEntry) -> str:
    return _("Goes on hold when this run ends.") if entry.hold_reason else ""


def _at_rest(entry: JobQueueEntry) -> str:
    match entry.status:
        case Status.ERROR:
            return _("It failed: %s Restart it to try again.") % _end(entry.error_message)
        case Status.ON_HOLD:
            return _end(entry.hold_reason) or _("On hold. Set it ready to let it run.")
        case Status.INACTIVE:
            again = moment(entry.earliest_start)
            return _("There was nothing to do. It looks again at %s.") % again
        case _:
            return entry.error_message


def _paused(paused: JobQueuePause | None) -> str:
    if paused is None:
        return ""
    words = {
        "shop": paused.shop,
        "reason": _end(paused.reason),
        "until": moment(paused.until) if paused.until else "",
    }
    return _form(paused) % words


def _form(paused: JobQueuePause) -> str:
    if paused.made_by == MadeBy.REST:
        return _("Shop %(shop)s rests: %(reason)s")
    if paused.shop and paused.until:
        return _("Shop %(shop)s is paused until %(until)s: %(reason)s")
    if paused.shop:
        return _("Shop %(shop)s is paused: %(reason)s")
    if paused.until:
        return _("All shops are paused until %(until)s: %(reason)s")
    return _("All shops are paused: %(reason)s")


def _later(entry: JobQueueEntry, now: datetime) -> str:
    if entry.earliest_start <= now:
        return ""
    words = {
        "at": moment(entry.earliest_start),
        "number": entry.attempts,
        "most": entry.max_attempts,
        "message": _end(entry.error_message),
    }
    if entry.attempts:
        return _("Retry %(number)d of %(most)d starts at %(at)s. %(message)s") % words
    return _("Starts at %(at)s.") % words


def _behind(entry: JobQueueEntry, blocker: JobQueueEntry | None) -> str:
    if blocker is None:
        return ""
    words = {
        "number": blocker.pk,
        "what": blocker.description or blocker.kind,
        "category": entry.category,
        "since": moment(entry.earliest_start),
    }
    if entry.category and blocker.category == entry.category:
        text = _("Waits for entry %(number)d (%(what)s) in category %(category)s since %(since)s.")
    else:
        text = _("Waits for entry %(number)d (%(what)s), the same task, since %(since)s.")
    return text % words


def _free(surroundings: Surroundings) -> str:
    if surroundings.workers:
        return _("Starts as soon as a worker is free.")
    return _("No worker is alive. It starts when one does.")


def _end(text: str) -> str:
    return text if not text or text.endswith((".", "!", "?")) else f"{text}."
