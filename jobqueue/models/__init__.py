"""The queue's tables. The entry row is the truth; a message is only a doorbell."""

from __future__ import annotations

from jobqueue.models.category import JobQueueCategory
from jobqueue.models.entry import JobQueueEntry, Priority, Status
from jobqueue.models.heartbeat import WorkerHeartbeat
from jobqueue.models.log import JobQueueLogEntry, LogStatus
from jobqueue.models.pause import JobQueuePause, JobQueueTrouble

__all__ = [
    "JobQueueCategory",
    "JobQueueEntry",
    "JobQueueLogEntry",
    "JobQueuePause",
    "JobQueueTrouble",
    "LogStatus",
    "Priority",
    "Status",
    "WorkerHeartbeat",
]
