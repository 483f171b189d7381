"""Who lives takes over from who died: without dispatcher and beat."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from django.db import connection

from benchmarks.chaos.broker import PROGRAM, OwnBroker
from benchmarks.processes import children_of
from jobqueue.models import JobQueueEntry, Status, WorkerHeartbeat
from jobqueue.registry import Kind
from jobqueue.requests import request
from tests.jobqueue import kinds
from tests.jobqueue.conftest import logged, status_of
from tests.workers import Worker, wait_for

PATIENCE = 90.0  # s with a busy machine, no measure of speed
GIVEN = os.environ.get("TEST_BROKER_URL", "")

pytestmark = [
    pytest.mark.skipif(
        not PROGRAM and not GIVEN, reason="no Redis: install redis-server or set TEST_BROKER_URL"
    ),
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture
def given_redis(tmp_path: Path) -> Iterator[str]:
    if not PROGRAM:
        yield GIVEN
        return
    own = OwnBroker(tmp_path)
    server = subprocess.Popen(own.command, stdout=subprocess.DEVNULL)
    try:
        own.wait()
        yield own.url
    finally:
        server.kill()
        server.wait()


@pytest.fixture
def given_two_workers(given_redis: str, tmp_path: Path, elsewhere: bool) -> Iterator[list[Worker]]:
    """Not started yet; `elsewhere`: each on a machine of its own."""
    folders = [tmp_path / name for name in ("first", "second")]
    common = {"BROKER_URL": given_redis, "QUEUE_NAME": uuid4().hex, "QUEUE_LEASE": "3"}
    include = ("--include", "tests.jobqueue.kinds", "-n")
    workers = []
    for folder in folders:
        folder.mkdir()
        machine = {"QUEUE_NODE": folder.name, "QUEUE_LOCK_DIR": str(folder / "locks")}
        environment = common | (machine if elsewhere else {})
        workers.append(Worker(folder, *include, f"{folder.name}@%h", **environment))
    yield workers
    for worker in workers:
        if worker.process is not None and worker.process.poll() is None:
            worker.signal_all(signal.SIGCONT)
            worker.kill()


def given_a_running_entry(worker: Worker, oracle: Path, kind: Kind = kinds.STAY) -> JobQueueEntry:
    """It runs for ever the first time, and ends at once when it runs again."""
    entry, _created = request(
        kind.name,
        parameters={"file": str(oracle)},
        category="X",
        lock_key="DEMO/stay",
    )
    worker.start()
    wait_for(oracle.exists, PATIENCE)
    return entry


def start_beside(worker: Worker) -> None:
    worker.start()
    alive = WorkerHeartbeat.objects.filter(kind=WorkerHeartbeat.Kind.WORKER)
    wait_for(lambda: alive.count() == 2, PATIENCE)


def assert_taken_over(entry: JobQueueEntry, oracle: Path, by: Worker) -> None:
    wait_for(lambda: status_of(entry) == Status.FINISHED, PATIENCE)
    assert logged(entry) == ["error", "success"]
    [first, second] = [line.split() for line in oracle.read_text().splitlines()]
    assert (first[0], second[0]) == ("1", "2")
    assert by.process is not None
    assert int(second[1]) in children_of(by.process.pid)


@pytest.mark.parametrize(
    ("elsewhere", "harm"),
    [
        pytest.param(False, signal.SIGKILL, id="killed"),
        pytest.param(True, signal.SIGKILL, id="killed-on-another-machine"),
        pytest.param(False, signal.SIGSTOP, id="frozen"),
    ],
)
def test_a_worker_that_lives_takes_over_from_one_that_was(
    harm: signal.Signals, given_two_workers: list[Worker], tmp_path: Path
) -> None:
    first, second = given_two_workers
    entry = given_a_running_entry(first, tmp_path / "oracle")
    start_beside(second)

    first.signal_all(harm)

    assert_taken_over(entry, tmp_path / "oracle", by=second)


@pytest.mark.skipif(
    connection.vendor == "sqlite", reason="SQLite has one writer: all wait for one that is frozen"
)
@pytest.mark.parametrize("elsewhere", [True])
def test_a_worker_that_lives_takes_over_from_one_that_was_frozen_while_it_wrote(
    given_two_workers: list[Worker], tmp_path: Path
) -> None:
    """What it holds in PostgreSQL, its own entry among it, must not be held for ever."""
    first, second = given_two_workers
    entry = given_a_running_entry(first, tmp_path / "oracle", kinds.STAY_WRITING)
    start_beside(second)

    first.signal_all(signal.SIGSTOP)

    assert_taken_over(entry, tmp_path / "oracle", by=second)


@pytest.mark.parametrize("elsewhere", [False])
def test_a_worker_hears_of_a_death_in_its_pool(
    given_two_workers: list[Worker], tmp_path: Path
) -> None:
    """It does not wait until it looks after the queue again."""
    worker, _not_started = given_two_workers
    worker.arguments += ("--include", "tests.jobqueue.unhurried")
    entry = given_a_running_entry(worker, tmp_path / "oracle")
    [first] = [line.split() for line in (tmp_path / "oracle").read_text().splitlines()]

    os.kill(int(first[1]), signal.SIGKILL)

    assert_taken_over(entry, tmp_path / "oracle", by=worker)
