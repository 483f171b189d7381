"""The bucket in Redis does, number for number, what the bucket in memory does."""

from __future__ import annotations

import os
import random
import uuid
from collections.abc import Iterator

import pytest
import redis

from connector.shopify.bucket import CallCost, Level, MemoryBucket, Reservation, Shortfall
from connector.shopify.redis_bucket import RedisBucket
from tests.shopify.conftest import VirtualTime

pytestmark = pytest.mark.broker


@pytest.fixture
def redis_client() -> Iterator[redis.Redis]:
    url = os.environ.get("TEST_BROKER_URL", "")
    if not url.startswith("redis"):
        pytest.skip("NO REDIS: set TEST_BROKER_URL to redis://…")
    with redis.Redis.from_url(url) as client:
        yield client


@pytest.fixture
def key(redis_client: redis.Redis) -> Iterator[str]:
    name = f"test:bucket:{uuid.uuid4()}"
    yield name
    redis_client.delete(name)


def test_both_buckets_agree_over_a_thousand_calls(
    redis_client: redis.Redis, key: str, time: VirtualTime
) -> None:
    dice = random.Random(7)
    start = Level(at=time.now)
    in_memory = MemoryBucket(time.clock, start)
    in_redis = RedisBucket(redis_client, key, start=start, clock=time.clock)
    open_calls: list[Reservation] = []
    for _ in range(1_000):
        time.now += dice.uniform(0, 2)
        if open_calls and dice.random() < 0.5:
            call = open_calls.pop(dice.randrange(len(open_calls)))
            told = dice.choice([None, CallCost(0, dice.choice([None, 5]), 2_000, 777.5, 100)])
            in_memory.settle(call, told)
            in_redis.settle(call, told)
            continue
        cost = dice.randrange(1, 900)
        outcome = in_memory.reserve(cost, floor=50)
        assert in_redis.reserve(cost, floor=50) == outcome
        if isinstance(outcome, Reservation):
            open_calls.append(outcome)

    raw = redis_client.hgetall(key)
    assert isinstance(raw, dict)
    stored = {str(k, "ascii"): float(v) for k, v in raw.items() if isinstance(k, bytes)}
    level = in_memory.level
    assert stored == {name: getattr(level, name) for name in Level.__slots__}


def test_redis_brings_its_own_clock_and_forgets_unused_buckets(
    redis_client: redis.Redis, key: str
) -> None:
    bucket = RedisBucket(redis_client, key, start=Level(available=0, restore=1_000_000))

    assert isinstance(bucket.reserve(10, floor=0), Shortfall)
    first = bucket.reserve(0, floor=0)
    second = bucket.reserve(10, floor=0)

    assert (first, second) == (Reservation(0, 0.0), Reservation(10, 0.0))
    assert 0 < int(redis_client.ttl(key)) <= 86_400
