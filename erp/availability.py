"""What is on hand and what is left of it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from decimal import Decimal

from erp.models import Company

StockKey = tuple[int, int | None]  # item, variant (primary keys)


def on_hand(
    company: Company, items: Collection[int], *, locations: Collection[str] | None = None
) -> dict[StockKey, Decimal]:
    """Base units on hand by item and variant; what has none is missing."""
    raise NotImplementedError


def projected(
    company: Company, items: Collection[int], *, day: date, locations: Collection[str] | None = None
) -> dict[StockKey, Decimal]:
    """On hand − open sales with shipment date ≤ day + open purchases with receipt date ≤ day."""
    raise NotImplementedError


def free(
    company: Company, items: Collection[int], *, locations: Collection[str] | None = None
) -> dict[StockKey, Decimal]:
    """On hand − reserved."""
    raise NotImplementedError
