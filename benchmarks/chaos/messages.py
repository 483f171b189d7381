"""Messages that nobody asked for: for entries at random, twice, and late."""

from __future__ import annotations

import logging
import os
import random
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import DatabaseError, InterfaceError, connection

from jobqueue import tasks
from jobqueue.models import JobQueueEntry, Status

logger = logging.getLogger(__name__)

PAUSE = 0.25  # s between messages
LATE = 5.0  # s; a message may come after its entry has run, or for one that runs just now
TALLY = "messages"  # a file with one byte for each


class Noise:
    """Sends each message twice: at once, and some seconds later."""

    def __init__(self, folder: Path) -> None:
        self.tally = folder / TALLY
        self.dice = random.Random()
        self.late: list[tuple[float, int]] = []

    @contextmanager
    def going_on(self) -> Iterator[None]:
        over = threading.Event()
        thread = threading.Thread(target=self.run, args=(over,), daemon=True)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()

    def run(self, over: threading.Event) -> None:
        while not over.wait(PAUSE):
            try:
                self._send()
            except (DatabaseError, InterfaceError):
                logger.warning("no message sent", exc_info=True)
                connection.close()
        connection.close()

    def _send(self) -> None:
        statuses = [Status.READY, Status.WAITING, Status.IN_PROCESS]
        found = JobQueueEntry.objects.filter(status__in=statuses).values_list("pk", flat=True)
        now = time.monotonic()
        ring = [entry for due, entry in self.late if due <= now]
        self.late = [(due, entry) for due, entry in self.late if due > now]
        for entry in self.dice.sample(list(found), min(1, len(found))):
            ring.append(entry)
            self.late.append((now + self.dice.uniform(0, LATE), entry))
        for entry in ring:
            if tasks.publish(entry):
                self._count()

    def _count(self) -> None:
        file = os.open(self.tally, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        os.write(file, b".")
        os.close(file)


def sent(folder: Path) -> int:
    tally = folder / TALLY
    return tally.stat().st_size if tally.exists() else 0
