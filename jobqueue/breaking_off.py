"""Breaking off a run that goes on in a terminal: by Ctrl-C, SIGTERM or SIGHUP.

Workers end otherwise, see `shutdown`: a pool process is told at its next checkpoint.
"""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class BrokenOff(KeyboardInterrupt):
    """The process is to end. No handler's bug, so the runner lets it pass, with its run put away."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.status = 128 + number  # as a shell tells it


@contextmanager
def by_signals() -> Iterator[None]:
    """Inside, the first of these signals raises BrokenOff. Call it in the main thread.

    Those that follow do not disturb the putting away.
    """
    before = [signal.signal(number, _raise) for number in SIGNALS]
    try:
        yield
    finally:
        for number, handler in zip(SIGNALS, before, strict=True):
            signal.signal(number, handler)


def _raise(number: int, _frame: FrameType | None) -> None:
    for other in SIGNALS:
        signal.signal(other, signal.SIG_IGN)
    raise BrokenOff(number)
