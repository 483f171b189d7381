"""The client of a chaos run: asks for entries, keeps what was acknowledged, waits for the end."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from django.db import DatabaseError, InterfaceError, connection
from django.db.models import Count

from benchmarks.chaos import job, writes
from benchmarks.chaos.recovery import Logged
from benchmarks.chaos.verdict import Asked, Told
from jobqueue.models import JobQueueEntry, JobQueueLogEntry, LogStatus, Status
from jobqueue.requests import request

CATEGORIES = 10
SHOPS = 3
LOCKS = 7  # across the categories
BACKLOG = 0.6  # of the entries are there at once, the others come while the work goes on
WENT_WELL = (LogStatus.SUCCESS, LogStatus.ISSUES)
PACE = 0.03  # s between those


class Client:
    def __init__(self, marks: Path, entries: int, dice: random.Random) -> None:
        self.marks = marks
        self.dice = dice
        self.plan: list[tuple[int, float]] = []  # number and seconds of work
        self._plan(entries)
        self.acknowledged: dict[int, Asked] = {}

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

    def ask_while(self, more: Callable[[], bool], deadline: float) -> None:
        """Keep the lanes busy with further entries, while there should be more of them."""
        while more() and time.monotonic() < deadline:
            with suppress(DatabaseError, InterfaceError):
                if left() < CATEGORIES:
                    self._ask(self._plan(CATEGORIES), 0.0, deadline)
            time.sleep(0.2)

    def _plan(self, entries: int) -> list[tuple[int, float]]:
        numbers = range(len(self.plan), len(self.plan) + entries)
        further = [(n, round(self.dice.uniform(0.05, 0.35), 3)) for n in numbers]
        self.plan += further
        return further

    def _ask(self, plan: list[tuple[int, float]], pace: float, deadline: float) -> None:
        for number, seconds in plan:
            while not self._acknowledged(number, seconds) and time.monotonic() < deadline:
                connection.close()
                time.sleep(0.1)
            time.sleep(pace)
        connection.close()

    def _acknowledged(self, number: int, seconds: float) -> bool:
        """The key makes a request safe to repeat whose answer was lost."""
        asked = Asked(f"L{number % CATEGORIES}", f"K{number % LOCKS}" if number % 3 else "")
        try:
            entry, _created = request(
                job.NAME,
                shop=f"S{number % SHOPS}",
                category=asked.category,
                lock_key=asked.lock_key,
                parameters={"number": number, "marks": str(self.marks), "seconds": seconds},
                idem_key=f"chaos-{number}",
            )
        except (DatabaseError, InterfaceError):
            return False
        self.acknowledged[entry.pk] = asked
        return True

    def wait(self, deadline: float) -> bool:
        """Whether all that was asked for was finished in time."""
        while time.monotonic() < deadline:
            with suppress(DatabaseError, InterfaceError):
                if len(self.acknowledged) == len(self.plan) and not left():
                    return True
            time.sleep(0.2)
        return False


def left() -> int:
    """How many entries are not finished."""
    return JobQueueEntry.objects.exclude(status=Status.FINISHED).count()


def told() -> Told:
    """What the queue says."""
    return Told(statuses=statuses(), successes=successes(), written=writes.read())


def statuses() -> dict[int, str]:
    """Of all entries."""
    return dict(JobQueueEntry.objects.values_list("pk", "status"))


def successes() -> dict[int, int]:
    """Entry → how many runs the log has that went well."""
    went_well = JobQueueLogEntry.objects.filter(status__in=WENT_WELL).exclude(entry=None)
    return dict(went_well.values_list("entry_id").annotate(runs=Count("pk")).order_by())


def logged() -> list[Logged]:
    """All runs that are over, as the queue's log has them."""
    columns = ("entry_id", "fence", "entry__category", "entry__lock_key", "owner")
    over = JobQueueLogEntry.objects.exclude(entry=None).exclude(ended=None).exclude(owner="")
    return [
        Logged(
            entry, fence, category, lock, int(owner.split("-")[0]),
            started.timestamp(), ended.timestamp(),
        )
        for entry, fence, category, lock, owner, started, ended in over.values_list(
            *columns, "started", "ended"
        )
    ]  # fmt: skip
