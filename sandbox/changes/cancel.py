"""An order is called off. Source: recorded answers of `orderCancel`, Admin API 2026-04."""

from __future__ import annotations

from dataclasses import replace

from sandbox.changes import Occasion, Refused
from sandbox.changes.refund import everything, refund
from sandbox.records.order import Order


def cancel(
    order: Order, reason: str, occasion: Occasion, *, pay_back: bool, restock: bool
) -> Order:
    """Return the order cancelled: nothing of it is left to ship, its current totals are zero.

    Raises Refused when it is cancelled already or goods have left.
    """
    if order.cancelled_at is not None:
        raise Refused("Cannot cancel an order that has already been canceled", ("orderId",))
    if order.fulfillments:
        raise Refused("Cannot cancel an order that has fulfillments", ("orderId",))
    left = replace(everything(order), pay_back=pay_back, restock=restock)
    emptied = refund(order, left, occasion) if left.units or left.shipping else order
    goods = tuple(replace(one, status="CLOSED") for one in emptied.fulfillment_orders)
    return replace(
        emptied,
        fulfillment_orders=goods,
        cancelled_at=occasion.now,
        cancel_reason=reason,
        closed_at=occasion.now,
        updated_at=occasion.now,
    )
