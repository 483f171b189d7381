"""Which pauses hold now, as the pages say it: who paused what, why, and until when. Reads only."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from jobqueue.models import JobQueuePause
from jobqueue.moments import moment

MadeBy = JobQueuePause.MadeBy


@dataclass(frozen=True, slots=True)
class Notice:
    """A pause that holds; a rest ends with the shop card's switch and not by resuming."""

    shop: str  # "" for all
    title: str
    reason: str
    facts: tuple[str, ...]  # since when, until when
    resumable: bool


def holding(now: datetime) -> list[Notice]:
    """What keeps the queue from beginning work, that of all shops first. One query.

    Disabled shops are left out: their cards say so, and nobody waits for them.
    """
    return _notices(_active(now).exclude(made_by=MadeBy.REST))


def holding_for(shop: str, now: datetime) -> list[Notice]:
    """What keeps the entries of this shop from beginning, its own rest among it. One query."""
    return _notices(_active(now).filter(shop__in={shop, ""}))


def _active(now: datetime) -> QuerySet[JobQueuePause]:
    lasting = Q(until__isnull=True) | Q(until__gt=now)
    return JobQueuePause.objects.filter(lasting).order_by("shop", "pk")


def _notices(rows: Iterable[JobQueuePause]) -> list[Notice]:
    return [
        Notice(
            shop=row.shop,
            title=_title(row),
            reason=row.reason,
            facts=(_("Since %s") % moment(row.since), _until(row)),
            resumable=row.made_by != MadeBy.REST,
        )
        for row in rows
    ]


def _title(row: JobQueuePause) -> str:
    if row.made_by == MadeBy.REST:
        return _("Nothing of shop %s begins while it is disabled.") % row.shop
    if row.made_by == MadeBy.BREAKER:
        return _("Shop %s is left alone for a while: its runs kept failing.") % row.shop
    if row.shop:
        return _("Shop %s is paused: nothing of it begins.") % row.shop
    return _("All shops are paused: nothing begins.")


def _until(row: JobQueuePause) -> str:
    if row.made_by == MadeBy.REST:
        return _("Until it is enabled")
    if row.until is None:
        return _("Until somebody resumes it")
    if row.made_by == MadeBy.BREAKER:
        return _("One task tries again at %s") % moment(row.until)
    return _("Until %s") % moment(row.until)
