"""Pausing a shop, or all: by a person, by a rest while it is disabled, or by the breaker."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext as _

from jobqueue import database, lanes, misfires, recurrence
from jobqueue.errors import Refused
from jobqueue.models import JobQueueEntry, JobQueuePause, JobQueueTrouble

MadeBy = JobQueuePause.MadeBy

# Once the breaker's pause is over, the first to run moves it on, so that it runs alone.
PROBE = """UPDATE jobqueue_pause SET until = {now+length}, probe = %(entry_id)s
 WHERE shop = %(shop)s AND made_by = 'breaker' AND until <= {now}"""


def pause(
    shop: str = "",
    *,
    reason: str = "",
    until: datetime | None = None,
    made_by: JobQueuePause.MadeBy = MadeBy.PERSON,
) -> JobQueuePause:
    """Let nothing of the shop begin (of any, if it is ""), until then or until resumed."""
    reason = reason or _("Paused.")
    values = {"reason": reason, "until": until, "since": database.clock(), "probe": None}
    with database.write():
        paused, _created = JobQueuePause.objects.update_or_create(
            shop=shop, made_by=made_by, defaults=values
        )
    return paused


def resume(shop: str = "") -> None:
    """Take off what a person or the breaker paused. Raises Refused if there is nothing to take off.

    Of several pauses only that of the same scope is taken off: a shop that is resumed while all
    are paused goes on waiting.
    """
    with database.write():
        JobQueueTrouble.objects.filter(shop=shop).delete()
    if not _take_off(shop, MadeBy.PERSON, MadeBy.BREAKER):
        raise Refused(_still(shop))


def rest(shop: str, reason: str) -> None:
    """The shop is disabled: its entries and schedules wait, and nothing of it fails meanwhile."""
    pause(shop, reason=reason, made_by=MadeBy.REST)


def end_rest(shop: str) -> None:
    """The shop is enabled again. One that did not rest stays as it is."""
    _take_off(shop, MadeBy.REST)


def probing(shop: str, entry_id: int, length: float) -> bool:
    """Whether the entry may begin, as the one that tries a shop after the breaker's pause.

    It pauses the others for `length` seconds more. Call it in write(), for an entry that is not
    paused and begins in the same transaction.
    """
    if not JobQueuePause.objects.filter(shop=shop, made_by=MadeBy.BREAKER).exists():
        return True
    return bool(database.change(PROBE, shop=shop, entry_id=entry_id, length=length))


def of(shop: str, now: datetime) -> list[JobQueuePause]:
    """The pauses under which entries of the shop wait at `now`; a rest comes first."""
    active = Q(until__isnull=True) | Q(until__gt=now)
    found = JobQueuePause.objects.filter(active, shop__in={shop, ""}).order_by("pk")
    return sorted(found, key=lambda paused: paused.made_by != MadeBy.REST)


def expire() -> int:
    """Remove pauses whose time is over; the breaker's stay until a run has shown that it works."""
    over = JobQueuePause.objects.filter(until__lte=database.clock()).exclude(made_by=MadeBy.BREAKER)
    if not over.exists():
        return 0
    with database.write():
        return over.delete()[0]


def _take_off(shop: str, *made_by: JobQueuePause.MadeBy) -> int:
    with database.write():
        removed, _models = JobQueuePause.objects.filter(shop=shop, made_by__in=made_by).delete()
        if removed:
            _fit_schedules(shop)
    if removed:
        lanes.wake_all()
    return removed


def _fit_schedules(shop: str) -> None:
    """What was missed becomes one run, now or when the entry's window opens, or is left out."""
    clock = database.clock()
    missed = JobQueueEntry.objects.queued().filter(recurring=True, earliest_start__lt=clock)
    for entry in missed.filter(shop=shop) if shop else missed:
        if misfires.leave_out(entry, clock):
            continue
        queued = JobQueueEntry.objects.queued().filter(pk=entry.pk)
        queued.update(earliest_start=recurrence.fit(entry.rule(), clock), hint_until=None)


def _still(shop: str) -> str:
    resting = JobQueuePause.objects.filter(shop=shop, made_by=MadeBy.REST).first()
    if resting is not None:
        return _("Shop %(shop)s rests: %(reason)s") % {"shop": shop, "reason": resting.reason}
    return _("Shop %s is not paused.") % shop if shop else _("The queue is not paused.")
