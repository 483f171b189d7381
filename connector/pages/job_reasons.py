"""Why an entry stands as it does: what it waits for, when it starts, what holds it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext as _

from connector.ui.moments import moment_text
from jobqueue.models import JobQueueEntry, Status
from shops.models import Shop


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the entries of a page may wait for."""

    now: datetime
    running: tuple[JobQueueEntry, ...] = ()
    disabled: frozenset[str] = field(default_factory=frozenset)  # codes of shops

    def blocker(self, entry: JobQueueEntry) -> JobQueueEntry | None:
        """The running entry that has the place; None when it has just become free."""
        for other in self.running:
            if entry.lock_key and other.lock_key == entry.lock_key:
                return other
        same = (o for o in self.running if entry.category and o.category == entry.category)
        return next(same, None)


def around(
    entries: Iterable[JobQueueEntry], now: datetime, disabled: Iterable[str] | None = None
) -> Surroundings:
    """One query for a whole page of entries, and one for the shops that are `disabled`."""
    waiting = [entry for entry in entries if entry.status == Status.WAITING]
    places = Q(category__in={e.category for e in waiting if e.category}) | Q(
        lock_key__in={e.lock_key for e in waiting if e.lock_key}
    )
    running = JobQueueEntry.objects.running().filter(places).order_by("started") if waiting else ()
    if disabled is None:
        disabled = Shop.objects.filter(enabled=False).values_list("code", flat=True)
    return Surroundings(now, tuple(running), frozenset(disabled))


def why(entry: JobQueueEntry, surroundings: Surroundings) -> str:
    """The reason for the entry's status, or "" where the status says all."""
    if entry.status == Status.IN_PROCESS:
        return _("Is being cancelled.") if entry.cancel_requested else ""
    if entry.status == Status.ON_HOLD:
        return entry.hold_reason
    if entry.status not in {Status.READY, Status.WAITING}:
        return entry.error_message
    if entry.shop in surroundings.disabled:
        return _("Shop %s is disabled: enable it on the shop card.") % entry.shop
    if entry.status == Status.WAITING:
        return _waits(entry, surroundings.blocker(entry))
    return _starts(entry, surroundings.now)


def _waits(entry: JobQueueEntry, blocker: JobQueueEntry | None) -> str:
    if blocker is None:
        return _("Starts as soon as a worker is free.")
    words = {
        "number": blocker.pk,
        "what": blocker.description or blocker.kind,
        "category": entry.category,
        "since": moment_text(entry.earliest_start),
    }
    if entry.category and blocker.category == entry.category:
        return (
            _("Waits for entry %(number)d (%(what)s) in category %(category)s since %(since)s.")
            % words
        )
    return _("Waits for entry %(number)d (%(what)s), the same task, since %(since)s.") % words


def _starts(entry: JobQueueEntry, now: datetime) -> str:
    at = moment_text(entry.earliest_start)
    if entry.attempts:
        return _("Retry %(number)d of %(most)d at %(at)s: %(reason)s") % {
            "number": entry.attempts,
            "most": entry.max_attempts,
            "at": at,
            "reason": entry.error_message,
        }
    if entry.earliest_start > now:
        return _("Starts at %s.") % at
    return _("Starts as soon as a worker is free.")
