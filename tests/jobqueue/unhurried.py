"""Lets a worker look after the queue once, at its start, and then only when it hears of something.

A worker process gets it, and the kinds, with `--include tests.jobqueue.unhurried`.
"""

from __future__ import annotations

from datetime import timedelta

import tests.jobqueue.kinds  # noqa: F401 - a worker takes one --include
from jobqueue import worker

vars(worker)["EVERY"] = timedelta(hours=1)
