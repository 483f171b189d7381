"""Why an entry does not run, in one sentence for people. Reads only."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from jobqueue import lanes, pauses
from jobqueue.models import JobQueueEntry, JobQueuePause, Status
from jobqueue.models.entry import QUEUED

MadeBy = JobQueuePause.MadeBy


def why_not_running(entry: JobQueueEntry, now: datetime) -> str:
    """What the entry waits for at `now`; "" when it runs, is finished, or may start any moment."""
    if entry.status == Status.ERROR:
        return _("It failed: %s Restart it to try again.") % _sentence(entry.error_message)
    if entry.status in {Status.ON_HOLD, Status.INACTIVE}:
        return _("On hold: %s") % _sentence(entry.hold_reason)
    if entry.status not in QUEUED:
        return ""
    return _paused(entry, now) or _later(entry, now) or _behind(entry)


def _paused(entry: JobQueueEntry, now: datetime) -> str:
    for paused in pauses.of(entry.shop, now):
        return _pause(paused)
    return ""


def _pause(paused: JobQueuePause) -> str:
    words = {
        "shop": paused.shop,
        "reason": _sentence(paused.reason),
        "until": _moment(paused.until) if paused.until else "",
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
        "at": _moment(entry.earliest_start),
        "number": entry.attempts,
        "most": entry.max_attempts,
        "message": _sentence(entry.error_message),
    }
    if entry.attempts:
        return _("Retry %(number)d of %(most)d starts at %(at)s. %(message)s") % words
    return _("Starts at %(at)s.") % words


def _behind(entry: JobQueueEntry) -> str:
    lane = Q(category=entry.category) & ~Q(category="")
    lock = Q(lock_key=entry.lock_key) & ~Q(lock_key="")
    running = JobQueueEntry.objects.running()
    other = running.filter(lock).first()
    if other is None and not lanes.is_open(entry.category, entry.lock_key):
        other = running.filter(lane).order_by("started", "pk").first()
    if other is None or other.started is None:
        return ""
    words = {"number": other.pk, "since": _moment(other.started), "category": entry.category}
    if entry.category and other.category == entry.category:
        text = _("Waits for entry %(number)d in category %(category)s, running since %(since)s.")
    else:
        text = _("Waits for entry %(number)d, which does the same work, since %(since)s.")
    return text % words


def _moment(moment: datetime) -> str:
    return date_format(timezone.localtime(moment), "DATETIME_FORMAT")


def _sentence(text: str) -> str:
    return text if not text or text.endswith((".", "!", "?")) else f"{text}."
