"""The lease: one thread a process says that its runs live, and ends the process before it lies.

A run is ours until its lease ends by the database's clock. The thread renews it; if it cannot for
80 % of the lease, or if the row says that another run has the entry, a pool process ends itself,
so that no frozen or cut-off process goes on beside its successor. In other processes (web,
commands) the run is only told: its next checkpoint or transaction raises.
"""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection

from jobqueue import database
from jobqueue.errors import Cancelled, ClaimLost, TimedOut

logger = logging.getLogger(__name__)

GRACE = 60.0  # s that a run has to reach a checkpoint once it should stop
EXIT_SILENT, EXIT_LOST, EXIT_STUCK = 86, 87, 88

RENEW = """UPDATE jobqueue_entry SET lease_until = {now+lease}
 WHERE id = %(entry_id)s AND fence = %(fence)s AND status = 'in_process'"""
LOOK = """SELECT cancel_requested FROM jobqueue_entry
 WHERE id = %(entry_id)s AND fence = %(fence)s AND status = 'in_process'"""


def seconds() -> float:
    """The length of a lease."""
    length: float = settings.QUEUE_LEASE
    return length


@dataclass(eq=False)
class Lease:
    """One run's lease, as its own process sees it. Times are monotonic seconds."""

    entry_id: int
    fence: int
    renewed: float  # from before the renewal was sent
    ends: float  # by the job timeout
    lost: bool = False
    cancelled: bool = False
    stop_by: float | None = None  # when a run that should stop is stopped
    leaving: bool = False  # the run's end is being written: losing the row is no loss
    on_beat: Callable[[], None] | None = None  # what else the thread does, once a second
    pinned: bool = False  # a transaction of ours holds the row; nobody can take it
    lock: threading.Lock = field(default_factory=threading.Lock)

    def check(self) -> None:
        """Raise what should stop the run. Reads memory only."""
        if self.lost or time.monotonic() > self.renewed + seconds():
            raise ClaimLost(f"entry {self.entry_id} was taken over")
        if self.cancelled:
            raise Cancelled(f"entry {self.entry_id} was cancelled")
        if time.monotonic() > self.ends:
            raise TimedOut(f"entry {self.entry_id} ran too long")

    def renew(self) -> None:
        """Renew now, in the caller's transaction. Raises ClaimLost; then nothing may be written."""
        sent = time.monotonic()
        if not database.change(RENEW, entry_id=self.entry_id, fence=self.fence, lease=seconds()):
            self.lost = True
            raise ClaimLost(f"entry {self.entry_id} was taken over")
        self.renewed = sent

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """A write transaction that holds the row from its first statement to its commit."""
        with database.write():
            self.renew()
            self.pinned = True
            try:
                yield
                if time.monotonic() - self.renewed > seconds() / 3:
                    self.renew()  # what took long must not be taken over right after its commit
            finally:
                self.pinned = False

    def overdue(self) -> bool:
        """Whether so much of the lease has gone that the process must end."""
        return not self.pinned and time.monotonic() > self.renewed + seconds() * 0.8

    def look(self) -> None:
        """One beat of the thread: renew when a third has gone, and see whether to stop."""
        if self.pinned:
            return
        sent = time.monotonic()
        due = sent > self.renewed + seconds() / 3
        values = {"entry_id": self.entry_id, "fence": self.fence}
        if due:
            with database.write(durable=False):
                held = database.change(RENEW, lease=seconds(), **values)
            if held:
                self.renewed = sent
        found = database.rows(LOOK, **values)
        if not found and not self.leaving and not self.pinned:
            self.lost = True
        self.cancelled = bool(found and found[0][0])
        if found and self.on_beat is not None and not self.leaving:
            self.on_beat()
        if self.stop_by is None and (self.cancelled or sent > self.ends):
            self.stop_by = sent + GRACE


class Keeper:
    """The thread and the leases it keeps. Lives while there is a run."""

    def __init__(self) -> None:
        self.may_exit = False  # whether this process is a pool process, ours to end
        self._forget()

    def _forget(self) -> None:
        self.leases: set[Lease] = set()
        self.lock = threading.Lock()
        self.thread: threading.Thread | None = None
        self.stirred = threading.Event()

    def rest(self) -> None:
        """End the thread if there is no run, without waiting for its next beat."""
        thread = self.thread
        if thread is not None:
            self.stirred.set()
            thread.join(seconds())

    def begin(self, lease: Lease) -> None:
        with self.lock:
            self.leases.add(lease)
            if self.thread is None:
                self.thread = threading.Thread(target=self._keep, name="lease", daemon=True)
                self.thread.start()

    def end(self, lease: Lease) -> None:
        with self.lock:
            self.leases.discard(lease)

    def _keep(self) -> None:
        try:
            while True:
                self.stirred.wait(min(1.0, seconds() / 5))
                with self.lock:
                    self.stirred.clear()
                    leases = list(self.leases)
                    if not leases:
                        self.thread = None
                        return
                for lease in leases:
                    self._beat(lease)
        finally:
            connection.close()

    def _beat(self, lease: Lease) -> None:
        if lease.overdue():  # we were frozen, or the database is away
            self._exit(lease, EXIT_SILENT)
        try:
            lease.look()
        except (DatabaseError, InterfaceError):
            logger.warning("lease not renewed", exc_info=True, extra={"entry": lease.entry_id})
            connection.close()
            return
        if lease.lost:
            self._exit(lease, EXIT_LOST)
        if lease.stop_by is not None and time.monotonic() > lease.stop_by:
            self._exit(lease, EXIT_STUCK)

    def _exit(self, lease: Lease, code: int) -> None:
        with self.lock:
            held = lease in self.leases and not (lease.leaving and code == EXIT_LOST)
        if held and self.may_exit:
            logger.error("process ends itself", extra={"entry": lease.entry_id, "code": code})
            os._exit(code)


keeper = Keeper()
os.register_at_fork(after_in_child=keeper._forget)  # noqa: SLF001 - a child has none of the threads


@contextmanager
def held(entry_id: int, fence: int, claimed: float, timeout: timedelta) -> Iterator[Lease]:
    """Keep the lease of a run while the block lasts. `claimed` is from before the claim."""
    lease = Lease(entry_id, fence, claimed, time.monotonic() + timeout.total_seconds())
    keeper.begin(lease)
    try:
        yield lease
    finally:
        keeper.end(lease)
