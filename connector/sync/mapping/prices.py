"""What a variant is to cost in a shop, and whether Shopify has to be told. Pure.

Source: the price calculation of BC's Shopify connector: quantity 1, today, the line's unit price
as compare-at price and its amount after discount as price.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Protocol

from erp.money import rounded


class Quote(Protocol):
    """As much of the price engine's answer as is needed: for one unit, in the shop's currency."""

    @property
    def unit_price(self) -> Decimal: ...

    @property
    def net_price(self) -> Decimal: ...

    @property
    def line(self) -> object | None: ...  # None: the item's own price


@dataclass(frozen=True, slots=True)
class VariantPrice:
    """In the shop's currency. A compare-at price is there only where it is above the price."""

    price: Decimal
    compare_at: Decimal | None
    unit_cost: Decimal | None  # None: nobody knows


class Verdict(StrEnum):
    SAME = "same"
    SEND = "send"
    DRIFT = "drift"  # somebody edited it in Shopify, and the shop says to leave such prices alone
    KEPT = "kept"  # the same, and a person said that Shopify's price is right


def variant_price(found: Quote, cost: Decimal | None, smallest: Decimal) -> VariantPrice | None:
    """None when nobody knows a price: an item without one is not sold for nothing.

    `cost` is of one of the unit that is sold, in the shop's currency; `smallest` is its smallest
    coin, e.g. 0.01.
    """
    if found.line is None and not found.unit_price:
        return None
    price, before = rounded(found.net_price, smallest), rounded(found.unit_price, smallest)
    return VariantPrice(
        price,
        before if before > price else None,
        rounded(cost, smallest) if cost else None,
    )


def changes(ours: VariantPrice, theirs: VariantPrice) -> dict[str, Decimal | None]:
    """Which of price, compare_at and unit_cost Shopify has to be told. A cost nobody knows stays."""
    told: dict[str, Decimal | None] = {}
    if ours.price != theirs.price:
        told["price"] = ours.price
    if ours.compare_at != theirs.compare_at:
        told["compare_at"] = ours.compare_at
    if ours.unit_cost is not None and ours.unit_cost != theirs.unit_cost:
        told["unit_cost"] = ours.unit_cost
    return told


@dataclass(frozen=True, slots=True)
class Known:
    """What was last settled about a price: what Shopify confirmed to us, or what a person accepted."""

    price: Decimal
    compare_at: Decimal | None
    accepted: bool = False


def verdict(
    ours: VariantPrice, theirs: VariantPrice, known: Known | None, *, leave_edited: bool
) -> Verdict:
    """What is to be done. The cost alone is never drift: it follows the books."""
    told = changes(ours, theirs)
    if not told:
        return Verdict.SAME
    if known is None or told.keys() == {"unit_cost"}:
        return Verdict.SEND
    edited = (known.price, known.compare_at) != (theirs.price, theirs.compare_at)
    if not edited:
        return Verdict.KEPT if known.accepted else Verdict.SEND
    return Verdict.DRIFT if leave_edited else Verdict.SEND


def variant_input(gid: str, told: Mapping[str, Decimal | None]) -> dict[str, object]:
    """As ProductVariantsBulkInput: what did not change is left out, a cleared compare-at is null."""
    given: dict[str, object] = {"id": gid}
    if "price" in told:
        given["price"] = str(told["price"])
    if "compare_at" in told:
        given["compareAtPrice"] = None if told["compare_at"] is None else str(told["compare_at"])
    if "unit_cost" in told:
        given["inventoryItem"] = {"cost": str(told["unit_cost"])}
    return given
