"""The work of a chaos run. A worker gets it by `--include benchmarks.chaos.job`."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from celery.signals import worker_ready
from django.conf import settings

from benchmarks.chaos import marks
from benchmarks.chaos.stack import READY
from jobqueue import registry
from jobqueue.errors import ClaimLost
from jobqueue.running import Outcome, RunningJob

NAME = "chaos"
EVERY = 0.004  # s between marks
MARKS_A_WRITE = 10
MARKS = "marks"  # the folder of them


def work(job: RunningJob) -> Outcome:
    """Mark every few milliseconds, for `seconds`, that this run goes on, and write now and then."""
    from benchmarks.chaos import writes  # needs the models

    pen = marks.Pen(Path(job.parameters["marks"]), job.entry_id, job.fence)
    try:
        until = time.monotonic() + float(job.parameters["seconds"])
        turn = 0
        while time.monotonic() < until:
            job.checkpoint()
            pen.write(marks.WORKING)
            if turn % MARKS_A_WRITE == 0:
                writes.step(job)
            turn += 1
            time.sleep(EVERY)
        writes.document(job)
        pen.write(marks.ENDED)
    except ClaimLost:
        pen.write(marks.REFUSED)
        raise
    finally:
        pen.close()
    return Outcome({"worked": 1})


@worker_ready.connect
def _begin(**_signal: Any) -> None:
    """Say that this worker listens. Without a broker nobody else can send it a message: do so."""
    ready = settings.DATA_DIR / READY
    ready.mkdir(exist_ok=True)
    (ready / str(os.getpid())).touch()
    if settings.QUEUE_EMBEDDED:
        from benchmarks.chaos.messages import Noise

        noise = Noise(settings.DATA_DIR)
        threading.Thread(target=noise.run, args=(threading.Event(),), daemon=True).start()


def marked(handler: Callable[[RunningJob], Outcome], job: RunningJob) -> Outcome:
    """Run a real handler; mark its begin, and that it goes on wherever it may hear to stop."""
    pen = marks.Pen(settings.DATA_DIR / MARKS, job.entry_id, job.fence)
    checkpoint = job.checkpoint

    def going_on() -> None:
        checkpoint()
        pen.write(marks.WORKING)

    job.checkpoint = going_on  # type: ignore[method-assign]
    try:
        pen.write(marks.WORKING)
        outcome = handler(job)
        pen.write(marks.ENDED)
    except ClaimLost:
        pen.write(marks.REFUSED)
        raise
    finally:
        pen.close()
    return outcome


registry.unregister(NAME)
for real in registry.kinds():
    registry.unregister(real.name)
    registry.register(replace(real, handler=partial(marked, real.handler)))
registry.register(registry.Kind(99998, NAME, "Chaos", work, max_attempts=10))
