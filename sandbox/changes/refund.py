"""Units are given back or taken out of an order, and money returned."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from sandbox import totals
from sandbox.changes import Occasion, Refused
from sandbox.changes.fulfil import reduce_goods
from sandbox.money import NOTHING, Bag, total
from sandbox.records.order import (
    Line,
    Order,
    Refund,
    RefundLine,
    RefundShipping,
    ShippingLine,
    Transaction,
)
from sandbox.status import remaining_by_line


@dataclass(frozen=True, slots=True)
class Returned:
    """What comes back: units by line, and shipping by shipping line (tax as in its price)."""

    units: Mapping[str, int] = field(default_factory=dict)
    shipping: Mapping[str, Bag] = field(default_factory=dict)
    discrepancy: Bag = NOTHING  # paid back for neither
    charged: Bag = NOTHING  # of it, what is taken in exchange
    locations: Mapping[str, str | None] = field(default_factory=dict)  # by line: where units go
    restock: bool = True
    pay_back: bool = True
    pending: bool = False  # the payment is still on its way
    sent: bool = False  # the units had left, whatever else of the line has not
    note: str | None = None


def refund(order: Order, returned: Returned, occasion: Occasion) -> Order:
    """Return the order with one more refund; what is paid back is what its total loses.

    Raises Refused when more units come back than are left.
    """
    _refuse_too_many(order, returned.units)
    after = replace(
        order,
        lines=tuple(_given_back(line, returned.units.get(line.gid, 0)) for line in order.lines),
        shipping=tuple(_less(line, returned.shipping) for line in order.shipping),
    )
    lost = totals.current(order).total - totals.current(after).total + returned.discrepancy
    owed = lost - returned.charged
    back = _payable(order, owed) if returned.pay_back and owed.shop > 0 else NOTHING
    repaid = _repayment(order, back, occasion)
    if returned.pending:
        repaid = [replace(one, status="PENDING") for one in repaid]
    record = Refund(
        gid=occasion.new_gid("Refund"),
        created_at=occasion.now,
        lines=_refund_lines(order, returned, occasion),
        amount=NOTHING if returned.pending else back,
        discrepancy=returned.discrepancy,
        note=returned.note,
        shipping=_refund_shipping(order, after, occasion),
        transactions=tuple(one.gid for one in repaid),
    )
    after = replace(
        after,
        refunds=(*order.refunds, record),
        transactions=(*order.transactions, *repaid),
        updated_at=occasion.now,
    )
    if returned.sent:
        return after
    return reduce_goods(after, returned.units.items(), occasion)


def remove(order: Order, units: Mapping[str, int], occasion: Occasion) -> Order:
    """Return the order edited: those units are no longer wanted; no money moves."""
    _refuse_too_many(order, units)
    lines = tuple(
        replace(line, removed=line.removed + units.get(line.gid, 0)) for line in order.lines
    )
    edited = replace(order, lines=lines, edited=True, updated_at=occasion.now)
    return reduce_goods(edited, units.items(), occasion)


def everything(order: Order) -> Returned:
    """Return all that is left of the order, shipping included."""
    return Returned(
        units={line.gid: line.current_quantity for line in order.lines if line.current_quantity},
        shipping={
            line.gid: totals.shipping_net(line) - line.refunded
            for line in order.shipping
            if totals.shipping_net(line) - line.refunded
        },
    )


def _refuse_too_many(order: Order, units: Mapping[str, int]) -> None:
    left = {line.gid: line.current_quantity for line in order.lines}
    for gid, wanted in units.items():
        if not 0 < wanted <= left.get(gid, 0):
            raise Refused("Quantity cannot refund more items than were purchased", ("lines",))


def _given_back(line: Line, units: int) -> Line:
    return replace(line, refunded=line.refunded + units) if units else line


def _less(line: ShippingLine, shipping: Mapping[str, Bag]) -> ShippingLine:
    off = shipping.get(line.gid)
    return line if off is None else replace(line, refunded=line.refunded + off)


def _payable(order: Order, lost: Bag) -> Bag:
    """Return what can be paid back: no more than was paid and not yet returned."""
    kept = totals.received(order) - totals.paid_back(order)
    return lost if lost.shop <= kept.shop else kept


def _refund_lines(order: Order, returned: Returned, occasion: Occasion) -> tuple[RefundLine, ...]:
    money, lines, here = order.money, [], remaining_by_line(order)
    for gid, units in returned.units.items():
        line = order.line(gid)
        before, after = line.current_quantity, line.current_quantity - units
        lines.append(
            RefundLine(
                gid=occasion.new_gid("RefundLineItem"),
                line_gid=gid,
                quantity=units,
                subtotal=totals.line_net(line, money, before) - totals.line_net(line, money, after),
                tax=totals.line_tax(line, money, before) - totals.line_tax(line, money, after),
                restocked=returned.restock,
                sent=returned.sent or units > here[gid],
                location_gid=returned.locations.get(gid) if returned.restock else None,
            )
        )
    return tuple(lines)


def _refund_shipping(before: Order, after: Order, occasion: Occasion) -> tuple[RefundShipping, ...]:
    money, lines = before.money, []
    for line, less in zip(before.shipping, after.shipping, strict=True):
        off = less.refunded - line.refunded
        if not off:
            continue
        tax = total(
            totals.shipping_tax(line, one, money) - totals.shipping_tax(less, one, money)
            for one in line.taxes
        )
        lines.append(
            RefundShipping(
                gid=occasion.new_gid("RefundShippingLine"),
                line_gid=line.gid,
                title=line.title,
                subtotal=off - tax if before.taxes_included else off,
                tax=tax,
            )
        )
    return tuple(lines)


def _repayment(order: Order, back: Bag, occasion: Occasion) -> list[Transaction]:
    """Return the transactions that pay back, the last payment first."""
    paid = [t for t in order.transactions if t.kind in totals.RECEIVED and t.status == "SUCCESS"]
    repayments, left = [], back
    for payment in reversed(paid):
        returned = total(
            t.amount
            for t in order.transactions
            if t.kind == "REFUND" and t.gateway == payment.gateway
        )
        free = payment.amount - returned
        amount = left if left.shop <= free.shop else free
        if amount.shop > 0:
            gid = occasion.new_gid("OrderTransaction")
            repayments.append(
                Transaction(gid, "REFUND", "SUCCESS", payment.gateway, amount, occasion.now)
            )
            left -= amount
    return repayments
