"""How an entry stands now, as its row and its page show it: in words, in numbers, how fresh."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.http import HttpRequest
from django.utils import timezone

from connector.pages import job_words
from connector.ui.fragments import version
from jobqueue.models import JobQueueEntry, Status
from jobqueue.reasons import Surroundings, around, why

LIVE = (Status.IN_PROCESS, Status.READY, Status.WAITING)  # may change while one looks
ABOUT_TO_START = timedelta(minutes=1)
OFTEN, SELDOM = "tick-3", "tick-30"
TELLING = timedelta(seconds=5)  # before, and before a tenth is done, nobody can tell the rest


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast a run works, and how long it will still take if it goes on like that."""

    elapsed: timedelta
    per_minute: int | None
    remaining: timedelta | None

    @classmethod
    def of(cls, entry: JobQueueEntry, now: datetime) -> Pace | None:
        """None while it does not run."""
        if entry.status != Status.IN_PROCESS or entry.started is None:
            return None
        elapsed = max(now - entry.started, timedelta())
        done, total = entry.progress.get("done"), entry.progress.get("total")
        if not isinstance(done, int) or done <= 0 or elapsed < TELLING:
            return cls(elapsed, None, None)
        remaining = None
        if isinstance(total, int) and total >= done >= total / 10:
            remaining = elapsed * (total - done) / done
        return cls(elapsed, round(done * 60 / elapsed.total_seconds()), remaining)


def add_words(
    entry: JobQueueEntry, request: HttpRequest, surroundings: Surroundings | None = None
) -> None:
    """Give the row what its template says about it."""
    now = timezone.now()
    reason = why(entry, surroundings or around([entry], now))
    state = (entry.status, entry.attempts, entry.cancel_requested, entry.fence, reason)
    entry.__dict__["words"] = {
        "why": reason,
        "recurrence": job_words.recurrence(entry),
        "actions": job_words.actions_for(entry),
        "allowed": job_words.may_change(request.user, entry),
        "beat": beat(entry, now),
        "pace": Pace.of(entry, now),
        "state": version((*state, entry.earliest_start)),
        "version": version((*state, entry.earliest_start, entry.progress)),
    }


def beat(entry: JobQueueEntry, now: datetime) -> str:
    """How often to ask for news: often while it runs or is about to; "" when at rest."""
    if entry.status not in LIVE:
        return ""
    soon = entry.status == Status.IN_PROCESS or entry.earliest_start <= now + ABOUT_TO_START
    return OFTEN if soon else SELDOM
