"""What buyers take in exchange for goods that they send back. Pure.

Such lines come onto the order when a return is opened, and are no part of its sales document: the
document that a refund of the return becomes has what came back, and, below zero, what was taken
for it. Source: BC codeunit 30228 "Refunds API" and its exchange lines.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal

from connector.shopify.nodes.order import MoneyBag, OrderLineNode, OrderNode
from connector.sync.mapping.refund_amounts import TakenOff, taken_off

ZERO = Decimal(0)
CENT = Decimal("0.01")
Pick = Callable[[MoneyBag], Decimal]


def exchanged(order: OrderNode) -> frozenset[str]:
    """Ids of the order's lines that were taken in exchange."""
    return frozenset(gid for back in order.returns if back.is_live for gid in back.exchange_gids)


def return_of(refund_gid: str, order: OrderNode) -> str:
    """Id of the return that a refund belongs to; "" where it belongs to none."""
    return next((back.gid for back in order.returns if refund_gid in back.refund_gids), "")


def linked(order: OrderNode) -> frozenset[str]:
    """Ids of refunds that belong to a return."""
    return frozenset(gid for back in order.returns for gid in back.refund_gids)


def put_off(order: OrderNode) -> frozenset[str]:
    """Ids of refunds that no sales document takes into account, however late it is made.

    Those of a return with an exchange, which one document has to tell as a whole, and those of
    goods that were taken in exchange.
    """
    taken = exchanged(order)
    if not taken:
        return frozenset()
    of_returns = {
        gid for b in order.returns if b.is_live and b.exchange_gids for gid in b.refund_gids
    }
    of_goods = {r.gid for r in order.refunds if any(line.line_gid in taken for line in r.lines)}
    return frozenset(of_returns | of_goods)


def wanted_units(line: OrderLineNode, order: OrderNode) -> int:
    """How many of a line were taken: also those that came back since."""
    back = (r for refund in order.refunds for r in refund.lines if r.line_gid == line.gid)
    return line.current_quantity + sum(one.quantity for one in back)


def share(amount: Decimal, units: int, whole: int) -> Decimal:
    """What falls on some units of a line, to the cent, halves away from zero."""
    return amount if units == whole else (amount * units / whole).quantize(CENT, ROUND_HALF_UP)


def taken(order: OrderNode, gids: Collection[str], pick: Pick) -> TakenOff:
    """What these lines, taken in exchange, came to."""
    units: dict[str, int] = {}
    tax = goods = ZERO
    for line in order.lines:
        if line.gid in gids:
            units[line.gid] = number = wanted_units(line, order)
            off = sum((pick(bag) for bag in line.discounts), ZERO)
            goods += pick(line.unit_price) * number - share(off, number, line.quantity)
            taxes = sum((pick(one.amount) for one in line.taxes), ZERO)
            tax += share(taxes, number, line.quantity)
    return TakenOff(units, ZERO, tax, goods + (ZERO if order.taxes_included else tax))


def as_sold(order: OrderNode) -> OrderNode:
    """The order as if nothing had been exchanged: what its sales document is made of.

    What exchanges took off is back on it, what they brought is off it, and so in its totals; the
    refunds that a document tells of are gone. Of such an order this is the same order.
    """
    gids = exchanged(order)
    if not gids:
        return order
    later = put_off(order)
    refunds = [refund for refund in order.refunds if refund.gid in later]

    def change(pick: Pick) -> tuple[TakenOff, TakenOff]:
        off = taken_off(refunds, pick, taxes_included=order.taxes_included)
        return off, taken(order, gids, pick)

    shop, presentment = change(lambda bag: bag.shop), change(lambda bag: bag.presentment)

    def moved(bag: MoneyBag, part: Callable[[TakenOff], Decimal]) -> MoneyBag:
        return MoneyBag(
            bag.shop + part(shop[0]) - part(shop[1]),
            bag.presentment + part(presentment[0]) - part(presentment[1]),
        )

    back = shop[0].units
    lines = tuple(
        replace(line, current_quantity=line.current_quantity + back.get(line.gid, 0))
        for line in order.lines
        if line.gid not in gids
    )
    return replace(
        order,
        lines=lines,
        returns=(),
        refunds=tuple(refund for refund in order.refunds if refund.gid not in later),
        current_quantity=sum(line.current_quantity for line in lines),
        current_total=moved(order.current_total, lambda off: off.total),
        current_tax=moved(order.current_tax, lambda off: off.tax),
        current_shipping=moved(order.current_shipping, lambda off: off.shipping),
        current_discounts=_discounts(order, lines),
    )


def _discounts(order: OrderNode, lines: tuple[OrderLineNode, ...]) -> MoneyBag:
    """Of the lines and shipping that are left, each its part."""

    def total(pick: Pick) -> Decimal:
        of_lines = (
            share(sum((pick(bag) for bag in x.discounts), ZERO), x.current_quantity, x.quantity)
            for x in lines
        )
        of_shipping = (pick(bag) for charge in order.shipping_lines for bag in charge.discounts)
        return sum(of_lines, ZERO) + sum(of_shipping, ZERO)

    return MoneyBag(total(lambda bag: bag.shop), total(lambda bag: bag.presentment))
