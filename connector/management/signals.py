"""Turns a request to end into an exception, so that everything is put away on the way out."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class EndRequested(BaseException):
    """Somebody pressed Ctrl-C or sent SIGTERM; only the command itself may catch it."""


def _raise(number: int, frame: FrameType | None) -> None:
    raise EndRequested


@contextmanager
def end_requests() -> Iterator[None]:
    """Inside, SIGINT, SIGTERM and SIGHUP raise EndRequested; afterwards they mean what they meant."""
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = [signal.signal(number, _raise) for number in numbers]
    try:
        yield
    finally:
        for number, handler in zip(numbers, before, strict=True):
            signal.signal(number, handler)


@contextmanager
def undisturbed() -> Iterator[None]:
    """Inside, a second Ctrl-C does not interrupt the putting away."""
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = [signal.signal(number, signal.SIG_IGN) for number in numbers]
    try:
        yield
    finally:
        for number, handler in zip(numbers, before, strict=True):
            signal.signal(number, handler)
