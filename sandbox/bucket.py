"""Shopify's leaky bucket: points that come back by themselves, at the plan's pace."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sandbox.clock import Clock


@dataclass(frozen=True, slots=True)
class Plan:
    maximum: int  # points
    restore_rate: int  # points a second


# Source: recorded throttleStatus (2000/100); larger plans are 20 seconds of their restore rate.
PLANS = {"basic": Plan(2_000, 100), "plus": Plan(20_000, 1_000)}


MICRO = 1_000_000


class Bucket:
    """The points of one app in one shop. Not safe for threads: the caller holds a lock.

    Kept in millionths, as time is: whole numbers, so that ten tenths of a second are a second.
    """

    def __init__(self, plan: Plan, clock: Clock, *, unlimited: bool = False) -> None:
        self.plan = plan
        self.unlimited = unlimited
        self._clock = clock
        self._seen = clock.now()
        self._level = plan.maximum * MICRO

    @property
    def available(self) -> int:
        now = self._clock.now()
        passed = max(timedelta(), now - self._seen) // timedelta(microseconds=1)
        self._seen = now
        self._raise(passed * self.plan.restore_rate)
        return self._level // MICRO

    def take(self, points: int) -> bool:
        """Take the points if there are enough; say whether."""
        if self.unlimited:
            return True
        if self.available < points:
            return False
        self._level -= points * MICRO
        return True

    def give_back(self, points: int) -> None:
        """Return what a call did not use after all."""
        if not self.unlimited:
            self._raise(points * MICRO)

    def fill(self) -> None:
        self._level = self.plan.maximum * MICRO

    def drain(self) -> None:
        """Leave nothing, as after a burst of another client."""
        self._level, self._seen = 0, self._clock.now()

    def status(self) -> dict[str, float]:
        return {
            "maximumAvailable": float(self.plan.maximum),
            "currentlyAvailable": self.available,
            "restoreRate": float(self.plan.restore_rate),
        }

    def _raise(self, by: int) -> None:
        self._level = min(self.plan.maximum * MICRO, self._level + by)
