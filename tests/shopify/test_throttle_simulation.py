"""Several workers on one shop in virtual time: all points used, no call refused."""

from __future__ import annotations

import heapq
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count

import pytest

from connector.shopify.bucket import CallCost, Level, MemoryBucket, Shortfall

HOUR = 3_600.0


@dataclass
class ShopifyBucket:
    """Shopify's side: charges on admission, gives back on answering, restores steadily."""

    maximum: float
    restore: float
    available: float = 0.0
    at: float = 0.0
    used: float = 0.0
    refused: int = 0

    def admit(self, cost: int, now: float) -> bool:
        self._tick(now)
        if self.available < cost:
            self.refused += 1
            return False
        self.available -= cost
        return True

    def answer(self, cost: int, actual: int, now: float) -> CallCost:
        self._tick(now)
        self.available = min(self.maximum, self.available + cost - actual)
        self.used += actual
        return CallCost(cost, actual, self.maximum, int(self.available), self.restore)

    def _tick(self, now: float) -> None:
        self.available = min(self.maximum, self.available + (now - self.at) * self.restore)
        self.at = now


@dataclass
class Simulation:
    """Runs workers as generators; what they yield is how long they are busy."""

    now: float = 0.0
    queue: list[tuple[float, int, Iterator[float]]] = field(default_factory=list)
    order: Iterator[int] = field(default_factory=count)

    def start(self, worker: Iterator[float], at: float) -> None:
        heapq.heappush(self.queue, (at, next(self.order), worker))

    def run(self, until: float) -> None:
        while self.queue and self.queue[0][0] < until:
            self.now, _, worker = heapq.heappop(self.queue)
            self.start(worker, self.now + next(worker))


def worker(
    simulation: Simulation,
    bucket: MemoryBucket,
    shopify: ShopifyBucket,
    cost: Callable[[], int],
    dice: random.Random,
) -> Iterator[float]:
    """Fetch pages for ever, as Throttle and Client do; the network and Shopify take their time."""
    while True:
        price = cost()
        while isinstance(outcome := bucket.reserve(price, floor=50), Shortfall):
            yield outcome.seconds + 0.005
        yield dice.lognormvariate(-3, 0.5)  # there: 0.05 s
        if shopify.admit(price, simulation.now):
            yield dice.lognormvariate(-0.2, 0.5)  # Shopify works: 0.9 s
            told = shopify.answer(price, int(price * dice.uniform(0.3, 1)), simulation.now)
        else:
            told = CallCost(price, None, shopify.maximum, int(shopify.available), shopify.restore)
        yield dice.lognormvariate(-3, 0.5)  # and back
        bucket.settle(outcome, told)


@pytest.mark.parametrize("workers", [2, 4, 8])
@pytest.mark.parametrize("restore", [100, 200])
@pytest.mark.parametrize("seed", [1, 2])
def test_several_workers_use_every_point_and_none_is_refused(
    workers: int, restore: int, seed: int
) -> None:
    dice = random.Random(seed)
    simulation = Simulation()
    shopify = ShopifyBucket(20 * restore, restore, available=20 * restore)
    bucket = MemoryBucket(lambda: simulation.now, Level())
    for number in range(workers):
        pages = worker(simulation, bucket, shopify, lambda: dice.choice([970, 117, 69, 10]), dice)
        simulation.start(pages, at=number * 0.01)

    simulation.run(until=HOUR)

    assert shopify.refused == 0
    assert shopify.used / (restore * HOUR) >= 0.95


def test_one_worker_alone_is_limited_by_the_points_not_by_us() -> None:
    dice = random.Random(3)
    simulation = Simulation()
    shopify = ShopifyBucket(2_000, 100, available=2_000)
    bucket = MemoryBucket(lambda: simulation.now, Level())
    simulation.start(worker(simulation, bucket, shopify, lambda: 970, dice), at=0)

    simulation.run(until=HOUR)

    assert shopify.refused == 0
    assert shopify.used / (100 * HOUR) >= 0.95
