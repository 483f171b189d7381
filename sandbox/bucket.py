"""Shopify's leaky bucket: points that come back by themselves, at the plan's pace."""

from __future__ import annotations

from dataclasses import dataclass

from sandbox.clock import Clock


@dataclass(frozen=True, slots=True)
class Plan:
    maximum: int  # points
    restore_rate: int  # points a second


# Source: recorded throttleStatus (2000/100); larger plans are 20 seconds of their restore rate.
PLANS = {"basic": Plan(2_000, 100), "plus": Plan(20_000, 1_000)}


class Bucket:
    """The points of one app in one shop. Not safe for threads: the caller holds a lock."""

    def __init__(self, plan: Plan, clock: Clock, *, unlimited: bool = False) -> None:
        self.plan = plan
        self.unlimited = unlimited
        self._clock = clock
        self._level = float(plan.maximum)
        self._seen = clock.seconds()

    @property
    def available(self) -> int:
        now = self._clock.seconds()
        gained = max(0.0, now - self._seen) * self.plan.restore_rate
        self._level = min(float(self.plan.maximum), self._level + gained)
        self._seen = now
        return int(self._level)

    def take(self, points: int) -> bool:
        """Take the points if there are enough; say whether."""
        if self.unlimited:
            return True
        if self.available < points:
            return False
        self._level -= points
        return True

    def give_back(self, points: int) -> None:
        """Return what a call did not use after all."""
        if not self.unlimited:
            self._level = min(float(self.plan.maximum), self._level + points)

    def fill(self) -> None:
        self._level = float(self.plan.maximum)

    def drain(self) -> None:
        """Leave nothing, as after a burst of another client."""
        self._level, self._seen = 0.0, self._clock.seconds()

    def status(self) -> dict[str, float]:
        return {
            "maximumAvailable": float(self.plan.maximum),
            "currentlyAvailable": self.available,
            "restoreRate": float(self.plan.restore_rate),
        }
