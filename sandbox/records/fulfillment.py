"""What is to leave a place (fulfillment order) and what has left it (fulfillment)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class FulfillmentOrderLine:
    gid: str
    line_gid: str
    total: int
    remaining: int


@dataclass(frozen=True, slots=True)
class FulfillmentOrder:
    gid: str
    location_gid: str
    lines: tuple[FulfillmentOrderLine, ...]
    created_at: datetime
    updated_at: datetime
    status: str = "OPEN"  # OPEN, IN_PROGRESS, ON_HOLD, CLOSED, CANCELLED, …
    ships: bool = True  # False: nothing has to be carried (delivery method NONE)
    request_status: str = "UNSUBMITTED"  # of a fulfilment service: SUBMITTED, ACCEPTED, …
    holds: tuple[str, ...] = ()  # FulfillmentHoldReason

    @property
    def remaining(self) -> int:
        return sum(line.remaining for line in self.lines)

    @property
    def fulfillable(self) -> bool:
        return self.status in {"OPEN", "IN_PROGRESS"}

    @property
    def pending(self) -> bool:
        """Whether its goods are still to leave, now or later."""
        return self.fulfillable or self.status in {"ON_HOLD", "SCHEDULED"}


@dataclass(frozen=True, slots=True)
class FulfillmentLine:
    gid: str
    line_gid: str
    quantity: int


@dataclass(frozen=True, slots=True)
class Tracking:
    number: str | None = None
    url: str | None = None
    company: str | None = None


@dataclass(frozen=True, slots=True)
class Fulfillment:
    gid: str
    name: str  # "#1001-F1"
    location_gid: str
    lines: tuple[FulfillmentLine, ...]
    created_at: datetime
    updated_at: datetime
    fulfillment_order_gids: tuple[str, ...] = ()
    tracking: tuple[Tracking, ...] = ()
    status: str = "SUCCESS"
