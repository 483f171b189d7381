"""Kinds for the tests. A worker process gets them with `--include tests.jobqueue.kinds`."""

from __future__ import annotations

import os
import time
from datetime import timedelta
from pathlib import Path

from django.db import connection

from jobqueue import registry
from jobqueue.registry import Kind
from jobqueue.running import Outcome, RunningJob


def count(job: RunningJob) -> Outcome:
    """Report what the parameters say."""
    return Outcome(job.parameters.get("counts", {}), issues=job.parameters.get("issues", 0))


def sign(job: RunningJob) -> Outcome:
    """Append “start” and “end” lines to a file, `seconds` apart: an oracle outside the queue."""
    path = Path(job.parameters["file"])
    note(path, f"start {job.entry_id} {job.fence} {os.getpid()} {time.time()}")
    until = time.monotonic() + float(job.parameters.get("seconds", 0))
    while time.monotonic() < until:
        job.checkpoint()
        time.sleep(0.01)
    note(path, f"end {job.entry_id} {job.fence} {os.getpid()} {time.time()}")
    return Outcome({"signed": 1})


def stay(job: RunningJob) -> Outcome:
    """Note run and process in a file; the first run goes on until it is stopped."""
    note(Path(job.parameters["file"]), f"{job.fence} {os.getpid()}")
    while job.fence == 1:
        job.checkpoint()
        time.sleep(0.01)
    return Outcome()


def stay_writing(job: RunningJob) -> Outcome:
    """As above, but in a transaction, which holds the entry's row, and with statements in it."""
    with job.transaction(), connection.cursor() as cursor:
        note(Path(job.parameters["file"]), f"{job.fence} {os.getpid()}")
        while job.fence == 1:
            cursor.execute("SELECT 1")
            time.sleep(0.01)
    return Outcome()


def note(path: Path, line: str) -> None:
    with path.open("a", encoding="ascii") as file:  # one write of a short line is atomic
        file.write(line + "\n")


COUNT = Kind(90001, "test-count", "Count", count)
SIGN = Kind(90002, "test-sign", "Sign", sign, time_limit=timedelta(minutes=5))
STAY = Kind(90003, "test-stay", "Stay", stay)
STAY_WRITING = Kind(90004, "test-stay-writing", "Stay writing", stay_writing)

for kind in (COUNT, SIGN, STAY, STAY_WRITING):
    registry.unregister(kind.name)
    registry.register(kind)
