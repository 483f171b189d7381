"""One refund of an order, as `orders_refunds.graphql` asks for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from connector.shopify.nodes.money import MoneyBag


@dataclass(frozen=True, slots=True)
class RefundLineNode:
    gid: str
    line_gid: str  # of the order's line
    name: str
    quantity: int
    restock: str  # RETURN, CANCEL, NO_RESTOCK, LEGACY_RESTOCK; "" when Shopify does not say
    location_gid: str | None  # where the goods came back to
    unit_price: MoneyBag  # as sold, before discounts
    subtotal: MoneyBag  # after discounts; with tax where the order's prices include it
    tax: MoneyBag

    @classmethod
    def from_node(cls, node: dict[str, Any]) -> Self:
        """Raises KeyError, TypeError or ArithmeticError when the answer has another shape."""
        location = node["location"]
        return cls(
            gid=node["id"] or "",
            line_gid=node["lineItem"]["id"],
            name=node["lineItem"]["name"],
            quantity=node["quantity"],
            restock=node["restockType"] or "",
            location_gid=location and location["id"],
            unit_price=MoneyBag.from_node(node["priceSet"]),
            subtotal=MoneyBag.from_node(node["subtotalSet"]),
            tax=MoneyBag.from_node(node["totalTaxSet"]),
        )


@dataclass(frozen=True, slots=True)
class RefundShippingNode:
    line_gid: str  # of the order's shipping line
    title: str
    subtotal: MoneyBag  # always without tax
    tax: MoneyBag

    @classmethod
    def from_node(cls, node: dict[str, Any]) -> Self:
        """Raises KeyError, TypeError or ArithmeticError when the answer has another shape."""
        line = node["shippingLine"]
        return cls(
            line_gid=line["id"] or "",
            title=line["title"],
            subtotal=MoneyBag.from_node(node["subtotalAmountSet"]),
            tax=MoneyBag.from_node(node["taxAmountSet"]),
        )


@dataclass(frozen=True, slots=True)
class RefundNode:
    gid: str
    created_at: datetime  # aware, UTC
    updated_at: datetime
    note: str
    amount: MoneyBag  # paid back; nothing while the payment is pending
    pending: bool  # a payment of it is still on its way
    lines: tuple[RefundLineNode, ...]
    shipping: tuple[RefundShippingNode, ...]
    complete: bool  # False: there is more of it than was asked for

    @property
    def quantity(self) -> int:
        return sum(line.quantity for line in self.lines)

    @classmethod
    def from_node(cls, node: dict[str, Any]) -> Self:
        """Raises KeyError, TypeError, ValueError or ArithmeticError on another shape."""
        parts = [node[n] for n in ("refundLineItems", "refundShippingLines", "transactions")]
        lines, shipping, transactions = parts
        return cls(
            gid=node["id"],
            created_at=datetime.fromisoformat(node["createdAt"]),
            updated_at=datetime.fromisoformat(node["updatedAt"]),
            note=node["note"] or "",
            amount=MoneyBag.from_node(node["totalRefundedSet"]),
            pending=any(
                t["kind"] == "REFUND" and t["status"] == "PENDING" for t in transactions["nodes"]
            ),
            lines=tuple(map(RefundLineNode.from_node, lines["nodes"])),
            shipping=tuple(map(RefundShippingNode.from_node, shipping["nodes"])),
            complete=not any(part["pageInfo"]["hasNextPage"] for part in parts),
        )
