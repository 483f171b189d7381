"""Waits until a call has its points. Every call of every worker passes here, or pacing is void."""

from __future__ import annotations

import math
import time
from collections.abc import Callable

from connector.shopify.bucket import Bucket, CallCost, Reservation, Shortfall
from connector.shopify.errors import Throttled
from connector.shopify.words import gettext as _

INTERACTIVE_FLOOR = 50  # points that background work leaves for a person who clicks
_MARGIN = 0.005  # seconds; sleeping is never exact, and a hair too early costs another round


class Throttle:
    """Reserves before a call, settles after it.

    Background work passes `floor=INTERACTIVE_FLOOR`; what a person waits for, 0 and a short
    `max_wait`. `max_wait` is in seconds.
    """

    def __init__(
        self,
        bucket: Bucket,
        *,
        floor: int = INTERACTIVE_FLOOR,
        max_wait: float = 60.0,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._bucket = bucket
        self._floor = floor
        self._max_wait = max_wait
        self._sleep = sleep

    def acquire(self, cost: int) -> Reservation:
        """Set `cost` points aside, sleeping for exactly what is missing.

        Raises Throttled, with nothing set aside, if that would pass `max_wait` in all.
        """
        waited = 0.0
        while True:
            outcome = self._bucket.reserve(cost, floor=self._floor)
            if not isinstance(outcome, Shortfall):
                return outcome
            pause = outcome.seconds + _MARGIN
            if waited + pause > self._max_wait:
                raise exhausted(outcome.seconds)
            self._sleep(pause)
            waited += pause

    def settle(self, reservation: Reservation, told: CallCost | None) -> None:
        """Give back what the call did not use; `told` is None when no answer came."""
        self._bucket.settle(reservation, told)


def exhausted(seconds: float) -> Throttled:
    """Return the error that says when to come back."""
    return Throttled(
        _(
            "This shop has used up the calls that Shopify allows for now: "
            "they are back in %s seconds."
        )
        % math.ceil(seconds),
        retry_after=seconds,
        maybe_done=False,
    )
