"""Goods that a buyer sends back, and what is taken in exchange."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Arrival:
    """Units of a return that were put back on a shelf."""

    gid: str
    location_gid: str
    quantity: int
    created_at: datetime


@dataclass(frozen=True, slots=True)
class ReturnLine:
    gid: str
    line_gid: str  # of the order's line
    fulfillment_line_gid: str  # that the goods left by
    reverse_gid: str  # id of the line of the reverse fulfillment order
    quantity: int
    reason: str = "unknown"  # handle of a return reason
    note: str = ""
    customer_note: str | None = None
    processed: int = 0  # units that came back
    arrivals: tuple[Arrival, ...] = ()


@dataclass(frozen=True, slots=True)
class Exchange:
    gid: str
    line_gid: str  # the order's line that it became
    quantity: int


@dataclass(frozen=True, slots=True)
class Return:
    gid: str
    name: str  # "#1001-R1"
    reverse_gid: str  # id of its reverse fulfillment order
    created_at: datetime
    lines: tuple[ReturnLine, ...]
    exchanges: tuple[Exchange, ...] = ()
    status: str = "OPEN"  # ReturnStatus
    closed_at: datetime | None = None
    decline_reason: str | None = None
    decline_note: str | None = None
    refunds: tuple[str, ...] = ()  # ids

    @property
    def is_live(self) -> bool:
        """Whether its goods come back or did."""
        return self.status not in {"DECLINED", "CANCELED"}
