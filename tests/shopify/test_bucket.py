"""The arithmetic of a shop's points: never above what Shopify has, never far below it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.shopify.bucket import (
    CallCost,
    Level,
    MemoryBucket,
    Reservation,
    Shortfall,
    after,
    reserve,
    ticked,
)
from connector.shopify.errors import Throttled
from connector.shopify.throttle import Throttle
from tests.shopify.conftest import VirtualTime

LEVEL = Level(available=500, at=10, maximum=2000, restore=100)


def told(available: float, actual: int | None) -> CallCost:
    return CallCost(0, actual, 2000, available, 100)


def taken(level: Level, cost: int, now: float) -> tuple[Level, Reservation]:
    left = reserve(level, cost, 0, now)
    assert isinstance(left, Level)
    return left, Reservation(cost, left.settled)


@pytest.mark.parametrize(("now", "available"), [(10, 500), (12, 700), (1_000, 2000), (9, 500)])
def test_points_come_back_steadily_up_to_the_maximum(now: float, available: float) -> None:
    level = ticked(LEVEL, now)

    assert (level.available, level.at) == (available, max(now, 10))


@pytest.mark.parametrize(
    ("cost", "floor", "outcome"),
    [
        (500, 0, 0.0),
        (501, 0, 0.01),
        (450, 50, 0.0),
        (450, 51, 0.01),
        (5_000, 0, 1_500 / 100),  # never to be had: given when the bucket is full
    ],
)
def test_a_reservation_leaves_the_floor_or_says_how_long(
    cost: int, floor: int, outcome: float
) -> None:
    left = reserve(LEVEL, cost, floor, 10)

    if outcome:
        assert isinstance(left, Shortfall)
        assert left.seconds == pytest.approx(outcome)
    else:
        assert left == Level(500 - cost, 10, 2000, 100, in_flight=cost)


def test_a_call_alone_takes_over_what_shopify_says() -> None:
    level, call = taken(LEVEL, 300, 10)

    assert after(level, call, told(1_900, 100), 10).available == 1_900


def test_what_was_not_used_comes_back() -> None:
    level, call = taken(LEVEL, 300, 10)
    level, _ = taken(level, 150, 10)

    assert after(level, call, told(400, 100), 10).available == 250


def test_shopify_having_less_than_we_thought_is_believed() -> None:
    level, call = taken(LEVEL, 300, 10)
    level, _ = taken(level, 100, 10)

    assert after(level, call, told(30, 100), 10).available == 30


def test_a_throttled_call_gets_all_its_points_back() -> None:
    level, call = taken(LEVEL, 300, 10)

    assert after(level, call, told(120, None), 10).available == 120


def test_a_late_answer_does_not_bring_back_points_that_others_spent_meanwhile() -> None:
    level, slow = taken(LEVEL, 10, 10)
    level, quick = taken(level, 400, 10)
    level = after(level, quick, told(95, 400), 10)

    level = after(level, slow, told(495, 5), 10)  # computed before the quick call was admitted

    assert level.available == pytest.approx(95)
    assert (level.in_flight, level.settled) == (0, 410)


def test_a_call_without_answer_counts_as_spent_and_done() -> None:
    level, call = taken(LEVEL, 300, 10)

    assert after(level, call, None, 11) == Level(300, 11, 2000, 100, in_flight=0, settled=300)


def test_a_plan_that_grew_is_noticed() -> None:
    level, call = taken(LEVEL, 10, 10)

    level = after(level, call, CallCost(10, 10, 20_000, 19_990, 1_000), 10)

    assert (level.maximum, level.restore, level.available) == (20_000, 1_000, 19_990)


@given(
    st.lists(
        st.tuples(
            st.integers(1, 900), st.floats(0, 5), st.floats(0, 3), st.floats(0.1, 1), st.booleans()
        ),
        max_size=40,
    )
)
def test_the_estimate_is_never_above_the_truth(
    calls: list[tuple[int, float, float, float, bool]],
) -> None:
    """Calls overlap, answers come out of order and some never; Shopify admits on arrival.

    What Shopify had no room for while the bucket was full may be given back to the estimate.
    """
    level, truth, now = Level(available=2000, at=0), 2000.0, 0.0
    no_room = 0.0
    open_calls: list[tuple[Reservation, CallCost]] = []
    for cost, pause, _, used, settle_first in calls:
        now += pause
        no_room += max(0.0, truth + pause * 100 - 2000)
        truth = min(2000, truth + pause * 100)
        if settle_first and open_calls:
            level = after(level, *open_calls.pop(), now)
        left = reserve(level, cost, 0, now)
        assert isinstance(left, Shortfall) or left.available <= truth + no_room - cost + 1e-6
        if isinstance(left, Level):
            level = left
            actual = int(cost * used)
            truth -= cost - (cost - actual)
            call = CallCost(cost, actual, 2000, int(truth) if truth > 0 else 0, 100)
            open_calls.append((Reservation(cost, left.settled), call))
        assert level.available <= truth + no_room + 1e-6


def test_a_throttle_sleeps_for_exactly_what_is_missing(time: VirtualTime) -> None:
    bucket = MemoryBucket(time.clock, Level(available=0, at=time.now))
    throttle = Throttle(bucket, floor=50, sleep=time.sleep)

    throttle.acquire(250)

    assert time.sleeps == [pytest.approx(3.005)]


def test_a_throttle_tells_when_to_come_back(time: VirtualTime) -> None:
    bucket = MemoryBucket(time.clock, Level(available=0, at=time.now))
    throttle = Throttle(bucket, floor=0, max_wait=2, sleep=time.sleep)

    with pytest.raises(Throttled) as caught:
        throttle.acquire(250)

    assert str(caught.value) == (
        "This shop has used up the calls that Shopify allows for now: they are back in 3 seconds."
    )
    assert (caught.value.retry_after, time.sleeps) == (2.5, [])
    assert bucket.level.in_flight == 0


def test_a_person_passes_where_background_work_waits(time: VirtualTime) -> None:
    bucket = MemoryBucket(time.clock, Level(available=60, at=time.now))

    assert isinstance(bucket.reserve(20, floor=50), Shortfall)
    assert isinstance(bucket.reserve(20, floor=0), Reservation)
