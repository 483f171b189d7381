"""The points of one shop, as far as we know: what all workers of a shop share, and its arithmetic.

Shopify charges a call's requested points when it admits it, gives back what was not used when it
answers, and restores points steadily up to a maximum. The estimate here is kept at or below the
truth, so that a call we send is a call Shopify admits. One case is let be: where the bucket ran
full while calls were out, what they give back may be points that it had no room for, and the
estimate is too high by no more than that until the next answer. Shopify's refusal is retried.

Both moves are one atomic step, so a bucket can be a row and each move ONE conditional UPDATE:

    level   = LEAST(maximum, available + GREATEST(0, now - at) * restore)
    need    = LEAST(cost + floor, maximum)

    reserve   SET available = level - cost, in_flight = in_flight + cost, at = GREATEST(at, now)
              WHERE level >= need         -- no row: come back in (need - level) / restore seconds
    settle    SET available = LEAST(server, GREATEST(level + refund, server - unseen)),
                  in_flight = GREATEST(0, in_flight - cost), settled = settled + cost,
                  maximum = …, restore = …, at = GREATEST(at, now)
              where unseen = settled + in_flight - mark - cost, with the row's old values

`mark` is the row's `settled` when the call was reserved. It may be read before the UPDATE: an older
mark only makes `unseen` bigger and the estimate more careful.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Protocol, Self


@dataclass(frozen=True, slots=True)
class CallCost:
    """What Shopify says a call cost, and what is left: `extensions.cost` of an answer."""

    requested: int
    actual: int | None  # None: not carried out, nothing was charged
    maximum: float
    available: float  # when Shopify answered, after it gave back what was not used
    restore: float  # points a second

    @classmethod
    def from_node(cls, node: dict[str, Any]) -> Self:
        """Raises KeyError or TypeError when the answer has another shape."""
        status = node["throttleStatus"]
        return cls(
            requested=node["requestedQueryCost"],
            actual=node["actualQueryCost"],
            maximum=float(status["maximumAvailable"]),
            available=float(status["currentlyAvailable"]),
            restore=float(status["restoreRate"]),
        )


@dataclass(frozen=True, slots=True)
class Reservation:
    """Points set aside for one call that is about to be sent."""

    cost: int
    mark: float  # the level's `settled` when they were set aside


@dataclass(frozen=True, slots=True)
class Shortfall:
    """Not enough points: nothing was set aside."""

    seconds: float  # until there would be enough if nobody else took any


@dataclass(frozen=True, slots=True)
class Level:
    """The estimate at one moment. Defaults: the standard plan, half full, corrected on answers."""

    available: float = 1000.0
    at: float = 0.0  # seconds; any clock that all who share the bucket share too
    maximum: float = 2000.0
    restore: float = 100.0  # points a second
    in_flight: float = 0.0  # reserved, not yet answered
    settled: float = 0.0  # reserved and answered, since the bucket began


def ticked(level: Level, now: float) -> Level:
    """Return the level at `now`; a clock that goes backwards restores nothing."""
    restored = max(0.0, now - level.at) * level.restore
    available = min(level.maximum, level.available + restored)
    return replace(level, available=available, at=max(level.at, now))


def reserve(level: Level, cost: int, floor: int, now: float) -> Level | Shortfall:
    """Return the level with `cost` set aside, if at least `floor` points stay.

    What can never be there, because cost and floor together pass the maximum, is given when the
    bucket is full.
    """
    level = ticked(level, now)
    need = min(cost + floor, level.maximum)
    if level.available < need:
        return Shortfall((need - level.available) / level.restore)
    return replace(level, available=level.available - cost, in_flight=level.in_flight + cost)


def after(level: Level, reservation: Reservation, told: CallCost | None, now: float) -> Level:
    """Return the level after the call has ended.

    `told` is None when no answer came: the points count as spent. Otherwise what was not used comes
    back. Shopify's own figure then bounds the estimate on both sides: it can be no higher, since
    Shopify had already charged all it knew of; and no lower than that figure less what Shopify may
    not have seen yet: all that others had in flight at some time while this call was.
    """
    level = ticked(level, now)
    unseen = level.settled + level.in_flight - reservation.mark - reservation.cost
    level = replace(
        level,
        in_flight=max(0.0, level.in_flight - reservation.cost),
        settled=level.settled + reservation.cost,
    )
    if told is None:
        return level
    refunded = level.available + reservation.cost - (told.actual or 0)
    available = min(told.available, max(refunded, told.available - unseen))
    return replace(level, available=available, maximum=told.maximum, restore=told.restore)


class Bucket(Protocol):
    """One shop's points, shared by all its workers. Both moves are atomic."""

    def reserve(self, cost: int, *, floor: int) -> Reservation | Shortfall:
        """Set points aside for one call, or say how long to wait."""

    def settle(self, reservation: Reservation, told: CallCost | None) -> None:
        """Take note of a call's end; `told` is None when no answer came."""


class MemoryBucket:
    """A bucket for the threads of one process."""

    def __init__(self, clock: Callable[[], float], level: Level | None = None) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self.level = level or Level(at=clock())

    def reserve(self, cost: int, *, floor: int) -> Reservation | Shortfall:
        with self._lock:
            taken = reserve(self.level, cost, floor, self._clock())
            if isinstance(taken, Shortfall):
                return taken
            self.level = taken
            return Reservation(cost, taken.settled)

    def settle(self, reservation: Reservation, told: CallCost | None) -> None:
        with self._lock:
            self.level = after(self.level, reservation, told, self._clock())
