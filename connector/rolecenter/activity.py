"""What the job queue does now, did not manage, and does next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from jobqueue import recurrence
from jobqueue.models import JobQueueEntry, Status

SHOWN = 5
LOOKED_AT = 50  # in line; what has fallen behind is among the first
BEHIND = 3  # intervals


@dataclass(frozen=True, slots=True)
class Job:
    """An entry as the role center shows it."""

    id: int
    title: str
    shop: str
    status: str
    phase: str
    done: int | None
    total: int | None
    at: datetime | None  # since when it runs, or when it is to start
    retry: bool  # an attempt has failed already
    error: str

    @classmethod
    def of(cls, entry: JobQueueEntry) -> Job:
        progress = entry.progress or {}
        return cls(
            id=entry.pk,
            title=entry.description or entry.kind,
            shop=entry.shop,
            status=entry.status,
            phase=progress.get("phase", ""),
            done=progress.get("done"),
            total=progress.get("total"),
            at=entry.started if entry.status == Status.IN_PROCESS else entry.earliest_start,
            retry=entry.attempts > 0,
            error=entry.error_message,
        )


def running() -> list[Job]:
    entries = JobQueueEntry.objects.running().order_by("started", "pk")
    return [Job.of(entry) for entry in entries[: 2 * SHOWN]]


@dataclass(frozen=True, slots=True)
class Line:
    """What waits for its time or its turn, the earliest first. One query."""

    entries: list[JobQueueEntry]

    @classmethod
    def now(cls) -> Line:
        entries = JobQueueEntry.objects.queued().order_by("earliest_start", "pk")
        return cls(list(entries[:LOOKED_AT]))

    def next_runs(self) -> list[Job]:
        """A retry among them says so."""
        return [Job.of(entry) for entry in self.entries[:SHOWN]]

    def behind(self, now: datetime, resting: set[str]) -> list[Job]:
        """Schedules that missed three starts, but for shops that rest by a person's will."""
        late = (entry for entry in self.entries if entry.recurring and entry.planned < now)
        return [
            Job.of(entry)
            for entry in late
            if resting.isdisjoint({entry.shop, ""}) and _fallen_behind(entry, now)
        ]


def _fallen_behind(entry: JobQueueEntry, now: datetime) -> bool:
    rule = entry.rule()
    if rule.is_planned:
        return recurrence.missed_starts(rule, planned=entry.planned, now=now) >= BEHIND
    return now - entry.planned > BEHIND * timedelta(minutes=entry.minutes_between_runs)


def failed() -> list[Job]:
    """Entries that need a person before they run again, the latest first."""
    entries = JobQueueEntry.objects.filter(status=Status.ERROR).order_by("-changed", "-pk")
    return [Job.of(entry) for entry in entries[:SHOWN]]
