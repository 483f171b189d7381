"""The two words a shop says about an order: is it paid, is it shipped. Source: Admin API 2026-10."""

from __future__ import annotations

from collections import Counter

from sandbox import totals
from sandbox.records.order import Order


def financial(order: Order) -> str:
    """Return the OrderDisplayFinancialStatus that payments and refunds amount to."""
    received = totals.received(order).shop
    if not received:
        return _unpaid(order)
    paid_back = totals.paid_back(order).shop
    if paid_back:
        return "REFUNDED" if paid_back >= received else "PARTIALLY_REFUNDED"
    return "PAID" if received >= totals.current(order).total.shop else "PARTIALLY_PAID"


def _unpaid(order: Order) -> str:
    if order.cancelled_at:
        return "VOIDED"
    if not totals.original(order).total.shop:
        return "PAID"
    authorized = any(
        t.kind == "AUTHORIZATION" and t.status == "SUCCESS" for t in order.transactions
    )
    return "AUTHORIZED" if authorized else "PENDING"


def returns(order: Order) -> str:
    """Return the OrderReturnStatus; returns that were declined or called off do not count."""
    found = {back.status for back in order.returns if back.is_live}
    if not found:
        return "NO_RETURN"
    if "REQUESTED" in found:
        return "RETURN_REQUESTED"
    return "IN_PROGRESS" if "OPEN" in found else "RETURNED"


def remaining(order: Order) -> int:
    """Return the units still to be fulfilled."""
    return sum(goods.remaining for goods in order.fulfillment_orders if goods.pending)


def remaining_by_line(order: Order) -> Counter[str]:
    """Return the units still to be fulfilled of each line, by its id."""
    left: Counter[str] = Counter()
    for goods in order.fulfillment_orders:
        if goods.pending:
            for line in goods.lines:
                left[line.line_gid] += line.remaining
    return left


def fulfillment(order: Order) -> str:
    """Return the OrderDisplayFulfillmentStatus.

    Since 2026-10 an order whose units were all cancelled or refunded before they left says
    FULFILLMENT_NOT_REQUIRED where it used to say UNFULFILLED.
    """
    if any(f.status == "SUCCESS" for f in order.fulfillments):
        return "PARTIALLY_FULFILLED" if remaining(order) else "FULFILLED"
    left = [goods for goods in order.fulfillment_orders if goods.pending and goods.remaining]
    if not left:
        return "FULFILLMENT_NOT_REQUIRED"
    if all(goods.status == "ON_HOLD" for goods in left):
        return "ON_HOLD"
    asked = {goods.request_status for goods in left}
    return next((word for state, word in REQUESTED.items() if state in asked), "UNFULFILLED")


# What an order says while a fulfilment service is asked for some of it.
REQUESTED = {
    "SUBMITTED": "PENDING_FULFILLMENT",
    "REJECTED": "REQUEST_DECLINED",
    "ACCEPTED": "IN_PROGRESS",
}
