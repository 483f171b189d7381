"""Amounts as Shopify gives them: each in the shop's currency and in the customer's."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class MoneyBag:
    """One amount twice. The currencies stand on the order: the documents do not ask for them."""

    shop: Decimal  # in the order's `currency`
    presentment: Decimal  # in the order's `presentment_currency`, what the customer saw

    @classmethod
    def from_node(cls, node: dict[str, Any]) -> Self:
        """Raises KeyError, TypeError or ArithmeticError when the answer has another shape."""
        return cls(
            Decimal(node["shopMoney"]["amount"]), Decimal(node["presentmentMoney"]["amount"])
        )


ZERO = MoneyBag(Decimal(0), Decimal(0))


@dataclass(frozen=True, slots=True)
class TaxNode:
    """One tax as Shopify calculated it; the amount counts, the rate is for display."""

    title: str
    rate_percentage: Decimal | None  # 25 is 25 %; None when Shopify does not say
    amount: MoneyBag
    channel_liable: bool  # the sales channel remits it, not the shop

    @classmethod
    def from_node(cls, node: dict[str, Any]) -> Self:
        """Raises KeyError, TypeError or ArithmeticError when the answer has another shape."""
        rate = node["ratePercentage"]
        return cls(
            node["title"],
            None if rate is None else Decimal(repr(rate)),  # a float in JSON: 5.5, not 5.5000…1
            MoneyBag.from_node(node["priceSet"]),
            bool(node["channelLiable"]),
        )
