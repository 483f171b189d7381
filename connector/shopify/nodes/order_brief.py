"""As much of an order as tells whether all of it came in, as `orders_brief.graphql` asks for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from connector.shopify.nodes.money import MoneyBag

UNDONE = frozenset({"CANCELLED", "ERROR", "FAILURE"})  # fulfillments that ship nothing


@dataclass(frozen=True, slots=True)
class RefundBrief:
    gid: str
    created_at: datetime  # aware, UTC
    amount: MoneyBag  # paid back


@dataclass(frozen=True, slots=True)
class FulfillmentBrief:
    gid: str
    created_at: datetime  # aware, UTC


@dataclass(frozen=True, slots=True)
class OrderBrief:
    gid: str
    name: str  # "#1001"
    created_at: datetime  # aware, UTC, as all times here
    updated_at: datetime
    closed: bool
    cancelled: bool
    total: MoneyBag  # as bought
    current_total: MoneyBag  # after edits and returns
    refunded: MoneyBag  # paid back, all refunds together
    cash_rounding: MoneyBag  # of cash that was paid; may be negative
    refunds: tuple[RefundBrief, ...]
    fulfillments: tuple[FulfillmentBrief, ...]  # that stand

    @classmethod
    def from_node(cls, node: dict[str, Any]) -> Self:
        """Raises KeyError, TypeError, ValueError or ArithmeticError on another shape."""
        return cls(
            gid=node["id"],
            name=node["name"],
            created_at=datetime.fromisoformat(node["createdAt"]),
            updated_at=datetime.fromisoformat(node["updatedAt"]),
            closed=node["closed"],
            cancelled=node["cancelledAt"] is not None,
            total=MoneyBag.from_node(node["totalPriceSet"]),
            current_total=MoneyBag.from_node(node["currentTotalPriceSet"]),
            refunded=MoneyBag.from_node(node["totalRefundedSet"]),
            cash_rounding=MoneyBag.from_node(node["totalCashRoundingAdjustment"]["paymentSet"]),
            refunds=tuple(
                RefundBrief(
                    refund["id"],
                    datetime.fromisoformat(refund["createdAt"]),
                    MoneyBag.from_node(refund["totalRefundedSet"]),
                )
                for refund in node["refunds"]
            ),
            fulfillments=tuple(
                FulfillmentBrief(sent["id"], datetime.fromisoformat(sent["createdAt"]))
                for sent in node["fulfillments"]
                if sent["status"] not in UNDONE
            ),
        )
