"""What the job queue does now, did not manage, and does next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from jobqueue.models import JobQueueEntry, Status, WorkerHeartbeat

SHOWN = 5


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


def next_runs() -> list[Job]:
    """What is in line, the earliest first; a retry among them says so."""
    entries = JobQueueEntry.objects.queued().order_by("earliest_start", "pk")
    return [Job.of(entry) for entry in entries[:SHOWN]]


def failed() -> list[Job]:
    """Entries that need a person before they run again, the latest first."""
    entries = JobQueueEntry.objects.filter(status=Status.ERROR).order_by("-changed", "-pk")
    return [Job.of(entry) for entry in entries[:SHOWN]]


def workers_alive() -> int:
    return WorkerHeartbeat.objects.alive().filter(kind=WorkerHeartbeat.Kind.WORKER).count()
