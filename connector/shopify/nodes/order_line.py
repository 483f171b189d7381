"""What an order charges for: goods and shipping, line by line, with their discounts and taxes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

from connector.shopify.nodes.money import MoneyBag, TaxNode


@dataclass(frozen=True, slots=True)
class OrderLineNode:
    gid: str
    title: str
    variant_title: str  # "" when the product has no options
    name: str  # title and variant title together
    sku: str  # not unique in Shopify, and may be ""
    quantity: int  # as ordered
    current_quantity: int  # without what was removed or refunded; may be 0
    requires_shipping: bool
    taxable: bool
    gift_card: bool  # a liability, not revenue
    attributes: tuple[tuple[str, str], ...]  # (key, value), in Shopify's order
    product_gid: str | None  # None: a custom line or a tip, or the product was deleted
    variant_gid: str | None
    unit_price: MoneyBag  # before discounts; with tax where the order's taxes_included says so
    discounts: tuple[MoneyBag, ...]  # what this line bears of each discount, positive
    taxes: tuple[TaxNode, ...]

    @classmethod
    def from_node(cls, node: dict[str, Any]) -> Self:
        """Raises KeyError, TypeError or ArithmeticError when the answer has another shape."""
        product = node["product"]
        variant = node["variant"]
        return cls(
            gid=node["id"],
            title=node["title"],
            variant_title=node["variantTitle"] or "",
            name=node["name"],
            sku=node["sku"] or "",
            quantity=node["quantity"],
            current_quantity=node["currentQuantity"],
            requires_shipping=node["requiresShipping"],
            taxable=node["taxable"],
            gift_card=node["isGiftCard"],
            attributes=tuple([(a["key"], a["value"] or "") for a in node["customAttributes"]]),
            product_gid=product and product["id"],
            variant_gid=variant and variant["id"],
            unit_price=MoneyBag.from_node(node["originalUnitPriceSet"]),
            discounts=_discounts(node["discountAllocations"]),
            taxes=tuple(map(TaxNode.from_node, node["taxLines"])),
        )


@dataclass(frozen=True, slots=True)
class ShippingLineNode:
    gid: str
    title: str
    code: str
    price: MoneyBag  # before discounts
    discounts: tuple[MoneyBag, ...]
    taxes: tuple[TaxNode, ...]

    @classmethod
    def from_node(cls, node: dict[str, Any]) -> Self:
        """Raises KeyError, TypeError or ArithmeticError when the answer has another shape."""
        return cls(
            gid=node["id"] or "",
            title=node["title"],
            code=node["code"] or "",
            price=MoneyBag.from_node(node["originalPriceSet"]),
            discounts=_discounts(node["discountAllocations"]),
            taxes=tuple(map(TaxNode.from_node, node["taxLines"])),
        )


def _discounts(allocations: list[dict[str, Any]]) -> tuple[MoneyBag, ...]:
    return tuple([MoneyBag.from_node(a["allocatedAmountSet"]) for a in allocations])
