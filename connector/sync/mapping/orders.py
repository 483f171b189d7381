"""Shopify order → the columns under which we list it. Pure: no database, no clock, no settings."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from connector.shopify.nodes.order import (
    AddressNode,
    MoneyBag,
    OrderLineNode,
    OrderNode,
    RefundNode,
    ReturnNode,
)

# The order of the values that `order_values` returns; names of fields of shops.Order.
ORDER_COLUMNS = (
    "name",
    "created_at",
    "updated_at",
    "currency",
    "presentment_currency",
    "total",
    "current_total",
    "current_tax",
    "presentment_total",
    "outstanding",
    "quantity",
    "line_count",
    "financial_status",
    "fulfillment_status",
    "fully_paid",
    "test",
    "closed",
    "cancelled_at",
    "high_risk",
    "customer_name",
    "email",
    "customer_gid",
    "company_gid",
    "country",
    "channel",
    "po_number",
    "tags",
)
# The same for `line_values` and shops.OrderLine.
LINE_COLUMNS = (
    "gid",
    "position",
    "title",
    "variant_title",
    "sku",
    "quantity",
    "current_quantity",
    "unit_price",
    "discount",
    "tax",
    "gift_card",
    "requires_shipping",
    "variant_gid",
    "exchange",
)

# The same for `refund_values` and shops.Refund.
REFUND_COLUMNS = (
    "created_at",
    "updated_at",
    "note",
    "amount",
    "presentment_amount",
    "quantity",
    "pending",
    "return_gid",
)
# The same for `return_values` and shops.Return.
RETURN_COLUMNS = (
    "name",
    "status",
    "created_at",
    "closed_at",
    "quantity",
    "decline_reason",
    "decline_note",
)


def order_values(order: OrderNode) -> tuple[Any, ...]:
    """Return the values of ORDER_COLUMNS; texts are cut to what their column holds."""
    address = order.shipping_address or order.billing_address
    return (
        order.name[:50],
        order.created_at,
        order.updated_at,
        order.currency,
        order.presentment_currency,
        order.total.shop,
        order.current_total.shop,
        order.current_tax.shop,
        order.current_total.presentment,
        order.outstanding.shop,
        order.current_quantity,
        len(order.lines),
        order.financial_status[:30],
        order.fulfillment_status[:30],
        order.fully_paid,
        order.test,
        order.closed,
        order.cancelled_at,
        order.high_risk,
        buyer_name(order, address)[:150],
        order.email[:200],
        order.customer.gid if order.customer else "",
        order.company.gid if order.company else "",
        address.country_code if address else "",
        order.channel[:100],
        order.po_number[:512],
        bracketed(order.tags),
    )


def line_values(line: OrderLineNode, position: int, *, exchange: bool) -> tuple[Any, ...]:
    """Return the values of LINE_COLUMNS. `exchange` says that it came for goods sent back."""
    return (
        line.gid,
        position,
        line.title[:255],
        line.variant_title[:255],
        line.sku[:255],
        line.quantity,
        line.current_quantity,
        line.unit_price.shop,
        shop_sum(line.discounts),
        sum((tax.amount.shop for tax in line.taxes), Decimal(0)),
        line.gift_card,
        line.requires_shipping,
        line.variant_gid or "",
        exchange,
    )


def refund_values(refund: RefundNode, return_gid: str) -> tuple[Any, ...]:
    """Return the values of REFUND_COLUMNS. `return_gid` is of the return it belongs to, or ""."""
    return (
        refund.created_at,
        refund.updated_at,
        refund.note,
        refund.amount.shop,
        refund.amount.presentment,
        refund.quantity,
        refund.pending,
        return_gid,
    )


def return_values(back: ReturnNode) -> tuple[Any, ...]:
    """Return the values of RETURN_COLUMNS."""
    return (
        back.name[:50],
        back.status[:20],
        back.created_at,
        back.closed_at,
        back.quantity,
        back.decline_reason[:30],
        back.decline_note,
    )


def shop_sum(bags: tuple[MoneyBag, ...]) -> Decimal:
    return sum((bag.shop for bag in bags), Decimal(0))


def bracketed(tags: Sequence[str]) -> str:
    """Tags as one text in which each can be found without finding a longer one: "[vip] [sale]"."""
    return " ".join(f"[{tag}]" for tag in tags)


def buyer_name(order: OrderNode, address: AddressNode | None) -> str:
    """The company, else the person, else whatever name the address has."""
    if order.company:
        return order.company.name
    if order.customer and (person := joined(order.customer.first_name, order.customer.last_name)):
        return person
    if address:
        return joined(address.first_name, address.last_name) or address.company
    return ""


def joined(first: str, last: str) -> str:
    return f"{first} {last}".strip()
