"""The client of a chaos run: asks for entries, keeps what was acknowledged, waits for the end."""

from __future__ import annotations

import random
import threading
import time
from pathlib import Path

from django.db import DatabaseError, InterfaceError, connection
from django.db.models import Count

from benchmarks.chaos import job
from benchmarks.chaos.verdict import Told
from jobqueue.models import JobQueueEntry, JobQueueLogEntry, LogStatus, Status
from jobqueue.requests import request

CATEGORIES = 10
SHOPS = 3
BACKLOG = 0.6  # of the entries are there at once, the others come while the work goes on
PACE = 0.03  # s between those


class Client:
    def __init__(self, marks: Path, entries: int, dice: random.Random) -> None:
        self.marks = marks
        self.plan = [(n, round(dice.uniform(0.05, 0.35), 3)) for n in range(entries)]
        self.acknowledged: dict[int, str] = {}  # entry → category

    def ask(self, deadline: float) -> None:
        """Ask for all entries, by two threads at once."""
        cut = int(len(self.plan) * BACKLOG)
        threads = [
            threading.Thread(target=self._ask, args=(self.plan[:cut], 0.0, deadline)),
            threading.Thread(target=self._ask, args=(self.plan[cut:], PACE, deadline)),
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def _ask(self, plan: list[tuple[int, float]], pace: float, deadline: float) -> None:
        for number, seconds in plan:
            while not self._acknowledged(number, seconds) and time.monotonic() < deadline:
                connection.close()
                time.sleep(0.1)
            time.sleep(pace)
        connection.close()

    def _acknowledged(self, number: int, seconds: float) -> bool:
        """The key makes a request safe to repeat whose answer was lost."""
        category = f"L{number % CATEGORIES}"
        try:
            entry, _created = request(
                job.NAME,
                shop=f"S{number % SHOPS}",
                category=category,
                parameters={"marks": str(self.marks), "seconds": seconds},
                idem_key=f"chaos-{number}",
            )
        except (DatabaseError, InterfaceError):
            return False
        self.acknowledged[entry.pk] = category
        return True

    def wait(self, deadline: float) -> bool:
        """Whether all that was asked for was finished in time."""
        while time.monotonic() < deadline:
            if len(self.acknowledged) == len(self.plan) and not left():
                return True
            time.sleep(0.2)
        return False


def left() -> bool:
    return JobQueueEntry.objects.exclude(status=Status.FINISHED).exists()


def told() -> Told:
    """What the queue says."""
    logs = JobQueueLogEntry.objects.exclude(entry=None)
    succeeded = logs.filter(status=LogStatus.SUCCESS).values_list("entry_id")
    return Told(
        statuses=dict(JobQueueEntry.objects.values_list("pk", "status")),
        successes=dict(succeeded.annotate(runs=Count("pk"))),
        ended={
            (entry, fence): ended.timestamp()
            for entry, fence, ended in logs.values_list("entry_id", "fence", "ended")
            if ended
        },
    )
