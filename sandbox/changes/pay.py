"""Money comes in for an order."""

from __future__ import annotations

from dataclasses import replace

from sandbox import totals
from sandbox.changes import Occasion, Refused
from sandbox.records.order import Order, Transaction


def mark_as_paid(order: Order, occasion: Occasion) -> Order:
    """Return the order with what is owed paid by hand.

    Raises Refused when nothing is owed or the order is cancelled.
    Source: recorded `orderMarkAsPaid`, Admin API 2026-04.
    """
    owed = totals.outstanding(order)
    if order.cancelled_at is not None or owed.shop <= 0:
        raise Refused("Order cannot be marked as paid.", ("id",))
    gid = occasion.new_gid("OrderTransaction")
    payment = Transaction(gid, "SALE", "SUCCESS", "manual", owed, occasion.now)
    return replace(order, transactions=(*order.transactions, payment), updated_at=occasion.now)
