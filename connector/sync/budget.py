"""A shop's API points as a database row, for workers that share nothing but the database."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import TypeVar

from connector.shopify import bucket
from connector.shopify.bucket import CallCost, Level, Reservation, Shortfall
from connector.sync.models import ApiBudget
from jobqueue import database
from shops.models import Shop

Answer = TypeVar("Answer")


class RowBucket:
    """One shop's row. Each move reads, decides and writes in one short transaction."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop

    def reserve(self, cost: int, *, floor: int) -> Reservation | Shortfall:
        def move(level: Level, now: float) -> tuple[Level, Reservation | Shortfall]:
            taken = bucket.reserve(level, cost, floor, now)
            if isinstance(taken, Shortfall):
                return level, taken
            return taken, Reservation(cost, taken.settled)

        return self._move(move)

    def settle(self, reservation: Reservation, told: CallCost | None) -> None:
        self._move(lambda level, now: (bucket.after(level, reservation, told, now), None))

    def _move(self, move: Callable[[Level, float], tuple[Level, Answer]]) -> Answer:
        with database.write():
            now = database.clock().timestamp()
            start = asdict(Level(at=now))
            ApiBudget.objects.get_or_create(shop=self._shop, defaults=start)
            row = ApiBudget.objects.select_for_update().get(shop=self._shop)
            level, answer = move(Level(**{name: getattr(row, name) for name in start}), now)
            ApiBudget.objects.filter(shop=self._shop).update(**asdict(level))
        return answer
