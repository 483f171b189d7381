"""Decides whether a failed call is sent again, and waits before it is. Sends nothing itself."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass

from connector.shopify.errors import TimedOut, Unavailable


@dataclass(frozen=True, slots=True)
class Retry:
    """At most `attempts` in all, with pauses that double and are drawn at random up to `longest`.

    Random, so that workers which failed together do not come back together. What is not to be had
    within seconds is the queue's to try again, not ours.
    """

    attempts: int = 4
    first: float = 0.5  # seconds
    longest: float = 20.0  # seconds; a Retry-After beyond it ends the attempts
    sleep: Callable[[float], None] = time.sleep
    random: Callable[[], float] = random.random  # in [0, 1)

    def again(self, error: Unavailable, *, attempt: int, repeatable: bool) -> bool:
        """Sleep and return True if the call may be sent again; `attempt` counts from 1.

        A call that timed out is not: it would most likely time out again. Nor is one that cannot be
        repeated and may have been carried out.
        """
        if attempt >= self.attempts or isinstance(error, TimedOut):
            return False
        if error.maybe_done and not repeatable:
            return False
        if error.retry_after > self.longest:
            return False
        drawn = self.random() * min(self.longest, self.first * 2**attempt)
        self.sleep(max(error.retry_after, drawn))
        return True
