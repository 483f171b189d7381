"""All money of an order, from its lines: pure, in both currencies at once, exact to the cent.

Three identities hold for every order, and tests try them on all:

    subtotal = lines − their allocations
    total    = subtotal + shipping − its allocations + tax (unless prices include it) + tip
    outstanding = current total − payments + what was paid back for no line

*Current* values follow the units that are left of each line. A part of a line is rounded once;
what was taken off is the whole less that part, so the two always add up.
Cash rounding is kept apart, on the payment: it changes what was received, not what was owed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import chain

from sandbox.money import NOTHING, Bag, Currencies, total
from sandbox.records.order import Line, Order, ShippingLine, Tax

RECEIVED = frozenset({"SALE", "CAPTURE"})


@dataclass(frozen=True, slots=True)
class Sums:
    """One full reckoning of an order, either as ordered or as it stands."""

    gross: Bag  # lines before discounts
    line_discounts: Bag
    shipping_gross: Bag
    shipping_discounts: Bag
    tax: Bag
    tip: Bag
    taxes_included: bool

    @property
    def subtotal(self) -> Bag:
        return self.gross - self.line_discounts

    @property
    def shipping(self) -> Bag:
        return self.shipping_gross - self.shipping_discounts

    @property
    def discounts(self) -> Bag:
        return self.line_discounts + self.shipping_discounts

    @property
    def total(self) -> Bag:
        tax = NOTHING if self.taxes_included else self.tax
        return self.subtotal + self.shipping + tax + self.tip


def line_gross(line: Line, money: Currencies, quantity: int) -> Bag:
    """Return that many units at the line's price, before discounts."""
    return money.rounded(line.unit_price * quantity)


def line_discount(line: Line, money: Currencies, quantity: int) -> Bag:
    """Return what the allocations take off that many units."""
    return total(money.part(bag, quantity, line.quantity) for bag in line.discounts)


def line_net(line: Line, money: Currencies, quantity: int) -> Bag:
    """Return that many units after discounts, tax as in the line's price."""
    return line_gross(line, money, quantity) - line_discount(line, money, quantity)


def line_tax(line: Line, money: Currencies, quantity: int) -> Bag:
    """Return the tax on that many units."""
    return total(money.part(tax.amount, quantity, line.quantity) for tax in line.taxes)


def shipping_net(line: ShippingLine) -> Bag:
    """Return the shipping line after discounts, before refunds."""
    return line.price - total(line.discounts)


def shipping_tax(line: ShippingLine, tax: Tax, money: Currencies) -> Bag:
    """Return what is left of a shipping line's tax after refunds of the line."""
    whole = shipping_net(line)
    return money.part(tax.amount, (whole - line.refunded).shop, whole.shop)


def as_placed(order: Order) -> Sums:
    """Return the order without what came onto it in exchange."""
    return original(replace(order, lines=tuple(x for x in order.lines if not x.exchange)))


def original(order: Order) -> Sums:
    """Return the order before anything was taken off it: neither edits nor refunds change it."""
    money = order.money
    taxes = [tax.amount for line in order.lines for tax in line.taxes]
    taxes += [tax.amount for line in order.shipping for tax in line.taxes]
    return Sums(
        gross=total(line_gross(line, money, line.quantity) for line in order.lines),
        line_discounts=total(bag for line in order.lines for bag in line.discounts),
        shipping_gross=total(line.price for line in order.shipping),
        shipping_discounts=total(bag for line in order.shipping for bag in line.discounts),
        tax=total(taxes),
        tip=order.tip,
        taxes_included=order.taxes_included,
    )


def current(order: Order) -> Sums:
    """Return the order as it stands, after edits and refunds."""
    money = order.money
    left = [(line, line.current_quantity) for line in order.lines]
    return Sums(
        gross=total(line_gross(line, money, quantity) for line, quantity in left),
        line_discounts=total(line_discount(line, money, quantity) for line, quantity in left),
        shipping_gross=total(line.price - line.refunded for line in order.shipping),
        shipping_discounts=total(bag for line in order.shipping for bag in line.discounts),
        tax=total(tax.amount for tax in current_taxes(order)),
        tip=order.tip,
        taxes_included=order.taxes_included,
    )


def current_taxes(order: Order) -> list[Tax]:
    """Return the taxes as they stand, one for each title and rate, in order of appearance."""
    return _merged(_taxes_left(order))


def original_taxes(order: Order) -> list[Tax]:
    """Return the taxes as ordered, one for each title and rate."""
    of_goods = (tax for line in order.lines for tax in line.taxes)
    return _merged(chain(of_goods, (tax for line in order.shipping for tax in line.taxes)))


def _taxes_left(order: Order) -> Iterator[Tax]:
    for line in order.lines:
        for tax in line.taxes:
            left = order.money.part(tax.amount, line.current_quantity, line.quantity)
            yield Tax(tax.title, tax.rate, left, tax.channel_liable)
    for carriage in order.shipping:
        for tax in carriage.taxes:
            left = shipping_tax(carriage, tax, order.money)
            yield Tax(tax.title, tax.rate, left, tax.channel_liable)


def _merged(taxes: Iterable[Tax]) -> list[Tax]:
    merged: dict[tuple[str, object], Tax] = {}
    for tax in taxes:
        key = (tax.title, tax.rate)
        before = merged[key].amount if key in merged else NOTHING
        merged[key] = Tax(tax.title, tax.rate, before + tax.amount, tax.channel_liable)
    return list(merged.values())


def received(order: Order) -> Bag:
    """Return what was paid, before anything was paid back."""
    return total(
        t.amount for t in order.transactions if t.kind in RECEIVED and t.status == "SUCCESS"
    )


def paid_back(order: Order) -> Bag:
    """Return what refunds returned to the buyer."""
    return total(
        t.amount for t in order.transactions if t.kind == "REFUND" and t.status == "SUCCESS"
    )


def capturable(order: Order) -> Bag:
    """Return what is authorized and neither captured nor let go."""
    signs = {"AUTHORIZATION": 1, "CAPTURE": -1, "VOID": -1}
    done = [t for t in order.transactions if t.kind in signs and t.status == "SUCCESS"]
    left = total(t.amount if signs[t.kind] > 0 else -t.amount for t in done)
    return left if left.shop > 0 and not order.cancelled_at else NOTHING


def discrepancy(order: Order) -> Bag:
    """Return what was paid back for neither a line nor shipping."""
    return total(refund.discrepancy for refund in order.refunds)


def outstanding(order: Order) -> Bag:
    """Return what the buyer still owes; negative when the shop owes the buyer."""
    if order.cancelled_at and not received(order):
        return NOTHING
    return current(order).total - received(order) + paid_back(order) - discrepancy(order)
