"""What was paid back for neither goods nor shipping, and what was kept: with its taxes. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from decimal import ROUND_HALF_UP, Decimal

from connector.shopify.nodes.order import OrderLineNode, OrderNode, RefundNode
from connector.sync.mapping.exchanges import exchanged
from connector.sync.mapping.refund_terms import Part, RefundTerms, Sold
from erp.drafts import LineDraft

ZERO = Decimal(0)
HUNDRED = Decimal(100)


def balance(
    rest: Decimal, order: OrderNode, refund: RefundNode, sold: Sold, terms: RefundTerms
) -> list[Part]:
    """A line for each rate of tax that `rest` bears; below zero it was kept of what came back.

    What was given bears the rates of all that was ordered, what was kept those of what came back,
    each in proportion to what it came to.
    """
    if not rest:
        return []
    weights = _of_refund(order, refund, sold) if rest < 0 else {}
    shares = _shares(rest, weights or _of_order(order, sold), terms.precision)
    return [_part(amount, rate, order, sold, terms) for rate, amount in shares.items() if amount]


def _part(amount: Decimal, rate: Decimal, order: OrderNode, sold: Sold, terms: RefundTerms) -> Part:
    tax = _rounded(amount * rate / (HUNDRED + rate), terms.precision)
    account = terms.accounts.refund
    draft = LineDraft(
        type="account",
        unit_price=amount if order.taxes_included else amount - tax,
        account_no=account,
        text="Refund" if amount > 0 else "Not refunded",
        tax=tax,
        vat_prod=_vat_prod(rate, order, sold) or terms.tax_groups.get(rate, ""),
    )
    return Part(draft, amount, (), "" if account else "the refund account")


def _vat_prod(rate: Decimal, order: OrderNode, sold: Sold) -> str:
    """The group by which the invoice has goods of that rate; "" where it has none."""
    groups = (
        line.vat_prod
        for one in order.lines
        if _rate(one) == rate and not one.gift_card
        for line in sold.lines.get(one.gid, ())
    )
    return next(groups, "")


def _of_refund(order: OrderNode, refund: RefundNode, sold: Sold) -> dict[Decimal, Decimal]:
    lines = {line.gid: line for line in order.lines}
    return _weighed(
        (
            _rate(lines[one.line_gid]),
            sold.pick(one.subtotal) + (ZERO if order.taxes_included else sold.pick(one.tax)),
        )
        for one in refund.lines
        if one.line_gid in lines
    )


def _of_order(order: OrderNode, sold: Sold) -> dict[Decimal, Decimal]:
    """Of the goods as ordered; gift cards bear no tax, what came in exchange was not ordered."""
    elsewhere = exchanged(order)
    return _weighed(
        (_rate(line), _amount(line, order, sold))
        for line in order.lines
        if line.unit_price.shop and not line.gift_card and line.gid not in elsewhere
    )


def _amount(line: OrderLineNode, order: OrderNode, sold: Sold) -> Decimal:
    off = sum((sold.pick(bag) for bag in line.discounts), ZERO)
    taxes = sum((sold.pick(tax.amount) for tax in line.taxes), ZERO)
    net = sold.pick(line.unit_price) * line.quantity - off
    return net if order.taxes_included else net + taxes


def _rate(line: OrderLineNode) -> Decimal:
    rates = (tax.rate_percentage or ZERO for tax in line.taxes if tax.amount.shop)
    return sum(rates, ZERO).normalize()


def _weighed(pairs: Iterable[tuple[Decimal, Decimal]]) -> dict[Decimal, Decimal]:
    weights: dict[Decimal, Decimal] = defaultdict(Decimal)
    for rate, amount in pairs:
        weights[rate] += amount
    return {rate: amount for rate, amount in weights.items() if amount > 0}


def _shares(
    rest: Decimal, weights: Mapping[Decimal, Decimal], precision: Decimal
) -> dict[Decimal, Decimal]:
    """`rest` over the rates; what rounding leaves goes where most is."""
    whole = sum(weights.values(), ZERO)
    if not whole:
        return {ZERO: rest}
    shares = {rate: _rounded(rest * part / whole, precision) for rate, part in weights.items()}
    most = max(weights, key=lambda rate: weights[rate])
    shares[most] += rest - sum(shares.values(), ZERO)
    return shares


def _rounded(amount: Decimal, precision: Decimal) -> Decimal:
    return (amount / precision).quantize(Decimal(1), ROUND_HALF_UP) * precision
