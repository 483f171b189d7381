"""The best price for a customer."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import NamedTuple

from erp.models import Item, ItemVariant, Party


class BestPrice(NamedTuple):
    unit_price: Decimal
    line_discount_pct: Decimal
    incl_vat: bool


def best_price(
    item: Item,
    variant: ItemVariant | None,
    party: Party,
    *,
    currency: str,
    quantity: Decimal,
    day: date,
    uom: str = "",
) -> BestPrice:
    """Of all matching price lines the one with the lowest net price, else the item's own."""
    raise NotImplementedError
