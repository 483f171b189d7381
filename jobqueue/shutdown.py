"""Tells the pool processes that their worker shuts down.

One byte of memory shared between a worker and the processes it forks: Celery tells the worker of
a warm shutdown, but not its pool, which would run a job of hours to its end.
"""

from __future__ import annotations

import mmap

from jobqueue.errors import ShuttingDown

_flag = mmap.mmap(-1, 1)


def announce() -> None:
    _flag[0] = 1


def withdraw() -> None:
    _flag[0] = 0


def announced() -> bool:
    return _flag[0] == 1


def check() -> None:
    """Raises ShuttingDown when the worker is to stop."""
    if announced():
        raise ShuttingDown("the worker shuts down")
