"""What the tests of the queue are given."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection

from jobqueue import claim as claiming
from jobqueue import database, lease, owners, registry, shutdown
from jobqueue.claim import Claim
from jobqueue.models import JobQueueEntry, JobQueueLogEntry
from jobqueue.registry import Kind
from jobqueue.requests import request
from jobqueue.running import Outcome, RunningJob

Handler = Callable[[RunningJob], Outcome]
KIND = "test-work"


@pytest.fixture(autouse=True)
def _a_queue_of_its_own(settings: Any, tmp_path: Path) -> Iterator[None]:
    """Own lock files, no broker, the test kind; and no lease thread left at the end."""
    settings.QUEUE_LOCK_DIR = tmp_path / "locks"
    settings.QUEUE_EMBEDDED = True
    settings.QUEUE_LEASE = 30.0
    owners.resign()
    given_handler(lambda _job: Outcome())
    yield
    shutdown.withdraw()
    registry.unregister(KIND)
    lease.keeper.rest()
    owners.resign()


def given_handler(handler: Handler, **more: Any) -> None:
    """Let `handler` do the work of the test kind."""
    registry.unregister(KIND)
    registry.register(Kind(90000, KIND, "Test work", handler, **more))


def given_entry(**values: Any) -> JobQueueEntry:
    entry, created = request(KIND, **values)
    assert created
    return entry


def given_claimed(entry: JobQueueEntry) -> Claim:
    claimed = claiming.claim(entry.pk)
    assert claimed is not None
    return claimed


def in_the_past(minutes: float = 0.0, *, seconds: float = 1.0) -> Any:
    """A moment before now, by the database's clock."""
    return database.clock() - timedelta(minutes=minutes, seconds=seconds)


def status_of(entry: JobQueueEntry) -> str:
    return JobQueueEntry.objects.values_list("status", flat=True).get(pk=entry.pk)


def logged(entry: JobQueueEntry) -> list[str]:
    """How the entry's runs ended, first to last."""
    runs = JobQueueLogEntry.objects.filter(entry=entry).order_by("fence")
    return list(runs.values_list("status", flat=True))


def at_once(*actions: Callable[[], Any]) -> list[Any]:
    """Run the actions in threads that start together; returns their results, or what they raised."""
    barrier = Barrier(len(actions))
    results: list[Any] = [None] * len(actions)

    def act(place: int, action: Callable[[], Any]) -> None:
        try:
            barrier.wait(10)
            results[place] = action()
        except Exception as error:  # noqa: BLE001 - the test looks at it
            results[place] = error
        finally:
            connection.close()

    threads = [Thread(target=act, args=pair) for pair in enumerate(actions)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return results
