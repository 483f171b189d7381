"""The work of a chaos run. A worker gets it by `--include benchmarks.chaos.job`."""

from __future__ import annotations

import time
from pathlib import Path

from benchmarks.chaos import marks
from jobqueue import registry
from jobqueue.running import Outcome, RunningJob

NAME = "chaos"
EVERY = 0.004  # s between marks


def work(job: RunningJob) -> Outcome:
    """Mark every few milliseconds, for `seconds`, that this run goes on."""
    pen = marks.Pen(Path(job.parameters["marks"]), job.entry_id, job.fence)
    try:
        until = time.monotonic() + float(job.parameters["seconds"])
        while time.monotonic() < until:
            pen.write(marks.WORKING)
            job.checkpoint()
            time.sleep(EVERY)
        pen.write(marks.ENDED)
    finally:
        pen.close()
    return Outcome({"worked": 1})


registry.unregister(NAME)
registry.register(registry.Kind(99998, NAME, "Chaos", work, max_attempts=10))
