"""Amounts as Shopify gives them: each in the shop's currency and in the customer's."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any


@dataclass(frozen=True, slots=True)
class MoneyBag:
    """One amount twice. The currencies stand on the order: the documents do not ask for them."""

    shop: Decimal  # in the order's `currency`
    presentment: Decimal  # in the order's `presentment_currency`, what the customer saw

    @staticmethod
    def from_node(node: dict[str, Any]) -> MoneyBag:
        """Raises KeyError, TypeError or ArithmeticError when the answer has another shape."""
        shop, presentment = node["shopMoney"]["amount"], node["presentmentMoney"]["amount"]
        if shop == presentment == "0.0":  # half the amounts of an order: worth two lines
            return ZERO
        amount = Decimal(shop)
        return MoneyBag(amount, amount if presentment == shop else Decimal(presentment))


ZERO = MoneyBag(Decimal(0), Decimal(0))


@lru_cache(maxsize=256)
def _rate(percentage: float) -> Decimal:
    return Decimal(repr(percentage))  # a float in JSON: 5.5, not 5.50000000000000044


@dataclass(frozen=True, slots=True)
class TaxNode:
    """One tax as Shopify calculated it; the amount counts, the rate is for display."""

    title: str
    rate_percentage: Decimal | None  # 25 is 25 %; None when Shopify does not say
    amount: MoneyBag
    channel_liable: bool  # the sales channel remits it, not the shop

    @staticmethod
    def from_node(node: dict[str, Any]) -> TaxNode:
        """Raises KeyError, TypeError or ArithmeticError when the answer has another shape."""
        rate = node["ratePercentage"]
        return TaxNode(
            node["title"],
            None if rate is None else _rate(rate),
            MoneyBag.from_node(node["priceSet"]),
            bool(node["channelLiable"]),
        )
