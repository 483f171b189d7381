"""What has happened to an order since it was placed, as its draft tells it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sandbox import totals
from sandbox.changes import Occasion
from sandbox.changes.cancel import cancel
from sandbox.changes.fulfil import Parcel, fulfil
from sandbox.changes.refund import Returned, refund, remove
from sandbox.draft import DraftPayment, OrderDraft, Rejected
from sandbox.money import NOTHING
from sandbox.records.fulfillment import Tracking
from sandbox.records.order import Order, Transaction


def paid(order: Order, payments: Sequence[DraftPayment], occasion: Occasion) -> Order:
    """Return the order with its payments; one without an amount pays what is left."""
    money, paid, transactions = order.money, NOTHING, []
    due = totals.original(order).total
    for payment in payments:
        amount = due - paid if payment.amount is None else money.bag(payment.amount)
        if amount.shop <= 0:
            continue
        transactions.append(
            Transaction(
                gid=occasion.new_gid("OrderTransaction"),
                kind=payment.kind,
                status=payment.status,
                gateway=payment.gateway,
                amount=amount,
                processed_at=occasion.now,
                rounding=money.bag(payment.rounding),
            )
        )
        paid += amount
    if paid.shop > due.shop:
        raise Rejected(f"Payments of {paid.shop} exceed the order's total of {due.shop}.")
    return replace(order, transactions=tuple(transactions))


def afterwards(order: Order, draft: OrderDraft, occasion: Occasion) -> Order:
    """Return the order after all that the draft says has happened since, in this very order."""
    removed = _units(order, [line.removed for line in draft.lines])
    if removed:
        order = remove(order, removed, occasion)
    order = _sent(order, draft, occasion)
    order = _refunded(order, draft, occasion)
    if draft.cancelled_at is not None:
        when = replace(occasion, now=draft.cancelled_at)
        reason = draft.cancel_reason or "OTHER"
        order = cancel(order, reason, when, pay_back=True, restock=True)
    if draft.closed:
        order = replace(order, closed_at=order.closed_at or occasion.now)
    return replace(order, updated_at=draft.updated_at or order.updated_at)


def _units(order: Order, units: Sequence[int]) -> dict[str, int]:
    return {line.gid: n for line, n in zip(order.lines, units, strict=True) if n}


def _sent(order: Order, draft: OrderDraft, occasion: Occasion) -> Order:
    if draft.fulfilled is False:
        return order
    units = None if draft.fulfilled is True else _units(order, draft.fulfilled)
    for goods in order.fulfillment_orders:
        wanted = {
            line.gid: line.remaining if units is None else units.get(line.line_gid, 0)
            for line in goods.lines
        }
        parcel = Parcel(goods.gid, {gid: n for gid, n in wanted.items() if n})
        if parcel.units:
            number = f"SBX{order.number}{len(order.fulfillments) + 1:02}"
            order = fulfil(order, [parcel], [Tracking(number, None, "Other")], occasion)
    return order


def _refunded(order: Order, draft: OrderDraft, occasion: Occasion) -> Order:
    units = _units(order, [line.refunded for line in draft.lines])
    shipping = {
        line.gid: order.money.bag(wanted.refunded)
        for line, wanted in zip(order.shipping, draft.shipping, strict=True)
        if wanted.refunded
    }
    discrepancy = order.money.bag(draft.refund_discrepancy)
    if not (units or shipping or discrepancy):
        return order
    return refund(order, Returned(units, shipping, discrepancy), occasion)
