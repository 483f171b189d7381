"""The dispatcher: repairs what broke and rings for what is due.

A thread of the one worker when there is no broker, else a process; any number may run, and none
remembers anything. Without a broker it looks every 20 ms whether another process has written.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection

from jobqueue import database, heartbeats, hints, repair, tasks
from jobqueue.broker import Depth
from jobqueue.forks import guard
from jobqueue.models import WorkerHeartbeat
from jobqueue.models.heartbeat import EVERY

logger = logging.getLogger(__name__)

BUSY = 0.005  # s between looks while there is something to ring for
QUICK = 0.02  # s between looks without a broker
UNHEARD = 2  # s that messages may be on their way from the broker to a process of the pool
CALM = 0.2  # s between looks for what became due


class Rhythm:
    """Something done at most every so many seconds."""

    def __init__(self, every: float) -> None:
        self.every = every
        self.last = float("-inf")

    def due(self) -> bool:
        now = time.monotonic()
        if now - self.last < self.every:
            return False
        self.last = now
        return True


class Dispatcher:
    def __init__(self, *, embedded: bool | None = None) -> None:
        self.embedded = settings.QUEUE_EMBEDDED if embedded is None else embedded
        self.depth = Depth(embedded=self.embedded)
        self.repairs = Rhythm(1.0)  # s; UNHEARD counts in it
        self.looks = Rhythm(CALM)
        self.beats = Rhythm(EVERY.total_seconds())
        self.checkpoints = Rhythm(10.0)
        self.version = -1
        self.rang = False
        self.unheard = 0  # looks in a row that found messages gone
        self.window = hints.SMALLEST_WINDOW

    def run(self, stop: threading.Event) -> None:
        """Work until `stop` is set. A database that is away is waited for."""
        if self.embedded:
            self._safely(hints.drop_all)
        while not stop.is_set():
            self.rang = False
            self._safely(self.once)
            stop.wait(self._pause())
        connection.close()

    def _pause(self) -> float:
        if not self.embedded:
            return CALM
        return BUSY if self.rang else QUICK

    def _safely(self, action: Callable[[], object]) -> None:
        try:
            with guard:
                action()
        except (DatabaseError, InterfaceError):
            logger.warning("database away", exc_info=True)
            connection.close()
            time.sleep(CALM)

    def once(self) -> None:
        """One look; cheap when nothing has changed."""
        repairs = self.repairs.due()
        if repairs:
            repair.repair()
            self.window = hints.window()
            if tasks.broker_rests() and self.depth.answers():
                tasks.end_rest()
            self._miss()
        if self._has_changed() or self.looks.due() or repairs:
            self._ring()
        if self.beats.due():
            heartbeats.tell(WorkerHeartbeat.Kind.DISPATCHER)
        self._keep_house()

    def _miss(self) -> None:
        """Forget the hints when their messages are neither in the broker nor with a busy pool.

        It lost them: it was killed or emptied, or a worker that had taken them hangs.
        """
        hinted = 0 if self.embedded else hints.outstanding()
        gone = hinted > 0 and hints.is_pool_free() and hinted > self.depth.messages()
        self.unheard = self.unheard + 1 if gone else 0
        if self.unheard == UNHEARD:
            logger.warning("messages lost", extra={"hinted": hinted})
            hints.drop_all()
            self.unheard = 0

    def _ring(self) -> None:
        if tasks.broker_rests():
            return
        hinted = hints.outstanding()
        depth = self.depth.messages() if hinted or self.embedded else 0
        for entry_id in hints.choose(self.window - max(hinted, depth)):
            self.rang = tasks.publish(entry_id) or self.rang

    def _has_changed(self) -> bool:
        """Whether another connection has written to the SQLite file since the last look."""
        if connection.vendor != "sqlite":
            return self.embedded
        [(version,)] = database.rows("PRAGMA data_version")
        changed: bool = version != self.version
        self.version = version
        return changed

    def _keep_house(self) -> None:
        if connection.vendor == "sqlite" and self.checkpoints.due():
            # The dispatcher alone does: two that checkpoint back to back can corrupt the file in
            # SQLite before 3.51.3.
            database.rows("PRAGMA wal_checkpoint(PASSIVE)")
