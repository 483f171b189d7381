"""How long a failed entry waits before it is tried again."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import timedelta

LONGEST = timedelta(hours=1)

# Where no delay is wanted: nearly at once, then ever later (BC's additions to the rerun delay).
STEPS = [timedelta(seconds=s) for s in (0.01, 0.1, 1, 10, 100, 1_000, 10_000)]
LAST_STEP = timedelta(hours=6)


def spread() -> float:
    """A factor from 0.8 to 1.2, so that entries that failed together do not come back together."""
    return random.uniform(0.8, 1.2)  # noqa: S311 - spreads load, guards nothing


def pause(
    attempt: int, first: timedelta, after: timedelta | None, factor: Callable[[], float] = spread
) -> timedelta:
    """The wait after the `attempt`-th failure (from 1): `first`, then doubled, at most an hour.

    Without a `first` it is the attempt's step. `after` is the least that the other side asked for (Retry-After); the longer wait counts.
    """
    if first:
        doubled: timedelta = first * 2 ** min(attempt - 1, 20)
        usual = min(LONGEST, doubled) * factor()
    else:
        usual = STEPS[attempt - 1] if attempt <= len(STEPS) else LAST_STEP
    return max(usual, after or timedelta(0))
