"""What the queue tells whoever listens; it knows nobody.

What a receiver raises is logged and harms nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.dispatch import Signal

from jobqueue.models import JobQueueEntry, LogStatus, Status

# sender: JobQueueEntry; ended: RunEnded. Also of an entry that expired.
# Sent in the transaction that ends the run: what a receiver writes is there if, and only if, the
# run has ended. It must be quick and call nobody else.
run_ended = Signal()

# Sent once for each run that failed, after its end is committed, also when it is tried again:
#   entry_id: int, fence: int    the run; its row in the log is found by them
#   kind, shop, message: str     what failed, and why in a sentence for people
#   will_retry: bool             whether the entry runs again without a person
run_failed = Signal()


@dataclass(frozen=True, slots=True)
class RunEnded:
    """How one run ended. `entry` is as it was when the run began, its fence names the run."""

    entry: JobQueueEntry
    fence: int
    status: Status  # in which the entry is now
    outcome: LogStatus
    failures: int = 0  # of a recurring entry in a row, with this run
    counts: Mapping[str, int] = field(default_factory=dict)
    issues: int = 0
    message: str = ""  # of the run, or why it failed


def tell(ended: RunEnded) -> None:
    """Call it in the write() that ends the run."""
    run_ended.send_robust(JobQueueEntry, ended=ended)
