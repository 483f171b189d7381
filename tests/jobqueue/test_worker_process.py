"""A real worker is killed, and the entry runs again, once, to its end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection

from jobqueue.models import JobQueueEntry, Status
from jobqueue.requests import request
from tests.jobqueue import kinds
from tests.jobqueue.conftest import logged, status_of

ROOT = Path(__file__).resolve().parents[2]
RECOVERY = 10.0  # s


class Worker:
    """`celery -A connector worker` on the test's database, without a broker."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        log = (self.folder / "worker.log").open("ab")
        command = [sys.executable, "-m", "celery", "-A", "connector", "worker", "-c", "2"]
        command += ["--include", "tests.jobqueue.kinds", "--loglevel", "WARNING"]
        with log:
            self.process = subprocess.Popen(
                command, cwd=ROOT, env=self._environment(), stdout=log, stderr=log
            )

    def _environment(self) -> dict[str, str]:
        values = connection.settings_dict
        url = f"sqlite:///{values['NAME']}"
        if connection.vendor == "postgresql":
            url = "postgres://{USER}@{HOST}:{PORT}/{NAME}".format(**values)
        ours = {
            "DATABASE_URL": url,
            "BROKER_URL": "memory://",
            "DATA_DIR": str(self.folder),
            "QUEUE_LOCK_DIR": str(settings.QUEUE_LOCK_DIR),
            "DJANGO_SETTINGS_MODULE": "connector.settings",
        }
        return os.environ | ours

    def kill(self) -> None:
        assert self.process is not None
        self.process.kill()
        self.process.wait(10)

    def stop(self) -> None:
        assert self.process is not None
        self.process.terminate()
        self.process.wait(20)


@pytest.fixture
def given_a_worker(tmp_path: Path) -> Iterator[Worker]:
    worker = Worker(tmp_path)
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


def wait_for(condition: Callable[[], Any], within: float) -> float:
    """Seconds until `condition` held."""
    began = time.monotonic()
    while not condition():
        assert time.monotonic() - began < within, f"not within {within} s"
        time.sleep(0.02)
    return time.monotonic() - began


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
    wait_for(lambda: lines(oracle, "start"), 15)

    os.kill(int(lines(oracle, "start")[0][3]), signal.SIGKILL)

    wait_for(lambda: len(lines(oracle, "start")) == 2, RECOVERY)
    wait_for(lambda: status_of(entry) == Status.FINISHED, RECOVERY)
    assert_ran_to_the_end_once(entry, oracle)


@pytest.mark.django_db(transaction=True)
def test_an_entry_whose_whole_worker_is_killed_runs_again_in_the_next(
    given_a_worker: Worker, tmp_path: Path
) -> None:
    entry, oracle = given_a_long_entry(tmp_path, seconds=1.0)
    wait_for(lambda: lines(oracle, "start"), 15)

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
    wait_for(lambda: lines(oracle, "start"), 15)

    given_a_worker.stop()

    entry.refresh_from_db()
    assert (entry.status, entry.attempts) == (Status.READY, 0)
    assert logged(entry) == ["interrupted"]
    assert not lines(oracle, "end")
