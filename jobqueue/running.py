"""What a handler is given, and what it gives back."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from jobqueue import database, parts, shutdown
from jobqueue.errors import SliceOver
from jobqueue.lease import Lease
from jobqueue.models import JobQueueEntry, Status


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a run went that did not fail."""

    counts: Mapping[str, int] = field(default_factory=dict)  # read, created, … → number
    message: str = ""
    issues: int = 0  # records that need a person; any make the run "Succeeded with issues"
    idle: bool = False  # nothing was there to do: what recurs rests for its inactivity timeout


def slice_length() -> float:
    """The seconds after which a run gives its worker up at the next checkpoint."""
    length: float = settings.QUEUE_SLICE
    return length


class RunningJob:
    """One run of an entry, for its handler."""

    def __init__(self, entry: JobQueueEntry, log_id: int, started: datetime, lease: Lease) -> None:
        self.entry_id = entry.pk
        self.log_id = log_id
        self.fence = entry.fence
        self.kind = entry.kind
        self.shop = entry.shop
        self.parameters: dict[str, Any] = dict(entry.parameters)
        self.started = started  # aware, UTC; database clock
        self.before = parts.before(entry)  # what earlier parts of this run counted
        self._lease = lease
        self._slice_ends = time.monotonic() + slice_length()
        self._progress: dict[str, Any] = {}
        self._written = 0.0  # monotonic
        self._unshown: dict[str, Any] | None = None
        lease.on_beat = self._show_when_due

    def checkpoint(self) -> None:
        """Call it at every record or page. Reads memory only.

        Raises ClaimLost, Cancelled, TimedOut, ShuttingDown or SliceOver: let them through, the
        runner knows. After SliceOver the handler is called anew, so let it go on from a cursor, or
        ask for what is not done yet, and add what was counted `before`.
        """
        self._lease.check()
        shutdown.check()
        if time.monotonic() > self._slice_ends:
            raise SliceOver(_("Long runs give way to others now and then. The rest follows."))

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """The transaction for what the job writes: it commits only while the entry is ours.

        Raises ClaimLost before anything is written. Keep it short: on SQLite nobody else writes
        meanwhile.
        """
        with self._lease.transaction():
            yield

    def progress(
        self,
        *,
        phase: str = "",
        done: int | None = None,
        total: int | None = None,
        counts: Mapping[str, int] | None = None,
    ) -> None:
        """Show how far the run is. Written at most once a second; raises what checkpoint does.

        `counts` is kept, not copied: what the caller goes on to count in it is known when this
        part of the run has to end.
        """
        news = {"phase": phase or None, "done": done, "total": total, "counts": counts}
        self._progress.update({key: value for key, value in news.items() if value is not None})
        # A copy: the lease's thread may write it while the caller goes on to count.
        self._unshown = {key: copy(value) for key, value in self._progress.items()}
        self.checkpoint()
        self._show_when_due()

    def _show_when_due(self) -> None:
        """The lease's thread asks too: what was told last is shown even if nothing follows it."""
        unshown = self._unshown
        if unshown is not None and time.monotonic() - self._written >= 1.0:
            self._written = time.monotonic()
            self._unshown = None
            self._show(unshown)

    @property
    def counts(self) -> Mapping[str, int]:
        """What this part of the run has counted so far."""
        told: Mapping[str, int] = self._progress.get("counts", {})
        return told

    def _show(self, progress: dict[str, Any]) -> None:
        with database.write(durable=False):
            JobQueueEntry.objects.filter(
                pk=self.entry_id, fence=self.fence, status=Status.IN_PROCESS
            ).update(progress=progress, last_progress_at=Now())
