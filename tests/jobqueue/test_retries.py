"""How long a failed entry waits."""

from __future__ import annotations

from datetime import timedelta

import pytest

from jobqueue.retries import pause, spread

FIRST = timedelta(seconds=30)


# The additions of the original apply where no delay is wanted; a delay doubles (D6).
@pytest.mark.parametrize(
    ("attempt", "seconds"),
    [(1, 0.01), (2, 0.1), (3, 1), (4, 10), (5, 100), (6, 1000), (7, 10_000)]
    + [(n, 6 * 3600) for n in (8, 9, 10)],
)
def test_d3_without_a_delay_the_wait_grows_in_steps(attempt: int, seconds: float) -> None:
    assert pause(attempt, timedelta(0), None) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("attempt", "seconds"), [(1, 30), (2, 60), (3, 120), (4, 240), (5, 480), (8, 3600), (99, 3600)]
)
def test_d6_the_wait_doubles_up_to_an_hour(attempt: int, seconds: int) -> None:
    assert pause(attempt, FIRST, None, lambda: 1.0) == timedelta(seconds=seconds)


@pytest.mark.parametrize(("factor", "seconds"), [(0.8, 48), (1.2, 72)])
def test_d6_the_wait_is_spread(factor: float, seconds: int) -> None:
    assert pause(2, FIRST, None, lambda: factor) == timedelta(seconds=seconds)


def test_the_spread_is_a_fifth_either_way() -> None:
    factors = [spread() for _ in range(2_000)]

    assert 0.8 <= min(factors) < 0.85
    assert 1.15 < max(factors) <= 1.2


def test_the_longer_of_the_usual_and_the_asked_for_wait_counts() -> None:
    assert pause(1, FIRST, timedelta(minutes=5), lambda: 1.0) == timedelta(minutes=5)
    assert pause(5, FIRST, timedelta(seconds=1), lambda: 1.0) == timedelta(seconds=480)
