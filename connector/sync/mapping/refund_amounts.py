"""What refunds took off an order: its units, its shipping, its taxes and its total. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from connector.shopify.nodes.order import MoneyBag, RefundNode

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class TakenOff:
    units: Mapping[str, int]  # by id of the order's line
    shipping: Decimal  # tax as in its price
    tax: Decimal
    total: Decimal  # with tax; not what was paid back beyond


def less(one: TakenOff, other: TakenOff) -> TakenOff:
    """What is left of `one` when `other` is taken off it; units may go below zero."""
    units = {
        gid: one.units.get(gid, 0) - other.units.get(gid, 0) for gid in {*one.units, *other.units}
    }
    return TakenOff(
        units, one.shipping - other.shipping, one.tax - other.tax, one.total - other.total
    )


def taken_off(
    refunds: Iterable[RefundNode], pick: Callable[[MoneyBag], Decimal], *, taxes_included: bool
) -> TakenOff:
    """Add up what these refunds took off an order."""
    units: Counter[str] = Counter()
    shipping = tax = goods = ZERO
    for refund in refunds:
        for line in refund.lines:
            units[line.line_gid] += line.quantity
            goods += pick(line.subtotal)
            tax += pick(line.tax)
        for charge in refund.shipping:
            shipping += pick(charge.subtotal) + (pick(charge.tax) if taxes_included else ZERO)
            tax += pick(charge.tax)
    total = goods + shipping + (ZERO if taxes_included else tax)
    return TakenOff(units, shipping, tax, total)


def is_credited(refund: RefundNode, *, linked: bool) -> bool:
    """Whether it becomes a document, now or when its payment has come through.

    `linked` says that it belongs to a return.
    """
    return (
        linked
        or refund.amount.shop > 0
        or refund.pending
        or bool(refund.lines and all(line.restock == "RETURN" for line in refund.lines))
    )
