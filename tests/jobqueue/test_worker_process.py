"""A real worker is killed, and the entry runs again, once, to its end."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.processes import children_of
from jobqueue import worker
from jobqueue.models import JobQueueEntry, Status
from jobqueue.requests import request
from tests.jobqueue import kinds
from tests.jobqueue.conftest import logged, status_of
from tests.workers import Worker, wait_for

RECOVERY = 60.0  # s; patience with a busy machine, no measure of speed


@pytest.fixture
def given_a_worker(tmp_path: Path) -> Iterator[Worker]:
    worker = Worker(tmp_path, "--include", "tests.jobqueue.kinds")
    worker.start()
    yield worker
    if worker.process is not None and worker.process.poll() is None:
        worker.kill()


def given_a_long_entry(folder: Path, seconds: float) -> tuple[JobQueueEntry, Path]:
    oracle = folder / "signed"
    entry, _ = request(
        kinds.SIGN.name,
        parameters={"file": str(oracle), "seconds": seconds},
        category="X",
        lock_key="DEMO/sign",
    )
    return entry, oracle


def lines(oracle: Path, word: str) -> list[list[str]]:
    if not oracle.exists():
        return []
    return [line.split() for line in oracle.read_text().splitlines() if line.startswith(word)]


def assert_ran_to_the_end_once(entry: JobQueueEntry, oracle: Path) -> None:
    assert status_of(entry) == Status.FINISHED
    assert logged(entry) == ["error", "success"]
    assert [line[2] for line in lines(oracle, "start")] == ["1", "2"]
    assert [line[2] for line in lines(oracle, "end")] == ["2"]


@pytest.mark.django_db(transaction=True)
def test_an_entry_whose_pool_process_is_killed_runs_again(
    given_a_worker: Worker, tmp_path: Path
) -> None:
    entry, oracle = given_a_long_entry(tmp_path, seconds=1.0)
    wait_for(lambda: lines(oracle, "start"), RECOVERY)

    os.kill(int(lines(oracle, "start")[0][3]), signal.SIGKILL)

    wait_for(lambda: len(lines(oracle, "start")) == 2, RECOVERY)
    wait_for(lambda: status_of(entry) == Status.FINISHED, RECOVERY)
    assert_ran_to_the_end_once(entry, oracle)


@pytest.mark.django_db(transaction=True)
def test_a_worker_whose_idle_pool_was_killed_still_works(
    given_a_worker: Worker, tmp_path: Path
) -> None:
    """One of them waits for the next message, whatever it holds while it does."""
    process = given_a_worker.process
    assert process is not None
    first, _ = given_a_long_entry(tmp_path, seconds=0)
    wait_for(lambda: status_of(first) == Status.FINISHED, RECOVERY)
    pool = children_of(process.pid)
    assert len(pool) == 2

    for pid in pool:
        os.kill(pid, signal.SIGKILL)
    wait_for(lambda: len(set(children_of(process.pid)) - set(pool)) == 2, RECOVERY)
    second, _ = given_a_long_entry(tmp_path, seconds=0)

    wait_for(lambda: status_of(second) == Status.FINISHED, RECOVERY)


@pytest.mark.django_db(transaction=True)
def test_an_entry_whose_whole_worker_is_killed_runs_again_in_the_next(
    given_a_worker: Worker, tmp_path: Path
) -> None:
    entry, oracle = given_a_long_entry(tmp_path, seconds=1.0)
    wait_for(lambda: lines(oracle, "start"), RECOVERY)

    given_a_worker.kill()
    given_a_worker.start()

    wait_for(lambda: len(lines(oracle, "start")) == 2, RECOVERY)
    wait_for(lambda: status_of(entry) == Status.FINISHED, RECOVERY)
    assert_ran_to_the_end_once(entry, oracle)


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_is_asked_to_stop_gives_its_entry_back(
    given_a_worker: Worker, tmp_path: Path
) -> None:
    entry, oracle = given_a_long_entry(tmp_path, seconds=60)
    wait_for(lambda: lines(oracle, "start"), RECOVERY)

    given_a_worker.stop()

    entry.refresh_from_db()
    assert (entry.status, entry.attempts) == (Status.READY, 0)
    assert logged(entry) == ["interrupted"]
    assert not lines(oracle, "end")


def test_a_pool_process_whose_worker_died_before_it_looked_ends_itself(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ended: list[int] = []
    monkeypatch.setattr(os, "_exit", ended.append)

    worker._end_with(main=-1)  # no parent of ours

    assert ended == [worker.ORPHANED]
