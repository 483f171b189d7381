"""What of an order has arrived here and in the books, and of what has not, why. Pure.

Money decides about refunds: whoever makes the credit memo, and however, the books have to come to
what Shopify has left of the order. So nothing has to be matched one by one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from connector.shopify.nodes.order_brief import OrderBrief
from connector.sync.mapping.missing import Kind, Why
from connector.sync.mapping.sums import told

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Answered:
    """A person marked the order's last change as resolved."""

    by: str  # user name; "" where nobody noted it
    at: datetime
    note: str
    day: str = ""  # of `at` in the shop's zone, as in ISO 8601


@dataclass(frozen=True, slots=True)
class Ours:
    """What is here of one order."""

    state: str  # of shops.Order
    reason: str = ""  # why it is not processed
    document: str = ""  # number of its sales document; "" without one
    was_fulfilled: bool = False  # before it came: its document is an invoice
    presentment: bool = False  # whether the document counts in the buyer's currency
    currency: str = ""  # of the document
    booked: Decimal = ZERO  # the document less what corrects its invoices
    shipped: bool = False  # nothing of the document is left to ship
    fulfillments: frozenset[str] = frozenset()  # made of our shipments
    answered: Answered | None = None
    corrected: Decimal = ZERO  # what the document lost to what corrects its invoices
    earlier: frozenset[str] = frozenset()  # refunds that the document was made without


@dataclass(frozen=True, slots=True)
class Rules:
    """What one run judges by."""

    synced_until: datetime | None  # Shopify's time up to which orders were listed
    tolerance: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class Verdict:
    kind: Kind
    gid: str
    at: datetime  # when it happened in Shopify
    why: Why | None = None  # None: in the books, or never to be
    details: Mapping[str, str] = field(default_factory=dict)  # for the sentence that tells why
    here: bool = True


def verdicts(
    order: OrderBrief, ours: Ours | None, waits: str | None, rules: Rules
) -> Iterator[Verdict]:
    """Judge an order, then its refunds and fulfillments. `waits` is why it is left out, if it is."""
    why, details = _order(order, ours, waits, rules)
    yield Verdict(Kind.ORDER, order.gid, order.created_at, why, details, here=ours is not None)
    why, details = _refunds(order, ours, rules)
    for refund in order.refunds:
        yield Verdict(Kind.REFUND, refund.gid, refund.created_at, why, details)
    for sent in order.fulfillments:
        why, details = _fulfillment(sent.gid, order, ours)
        yield Verdict(Kind.FULFILLMENT, sent.gid, sent.created_at, why, details)


_Judged = tuple[Why | None, Mapping[str, str]]
_FINE: _Judged = (None, {})


def _order(order: OrderBrief, ours: Ours | None, waits: str | None, rules: Rules) -> _Judged:
    if ours is not None:
        if ours.state == "unprocessed":
            return Why.UNPROCESSED, {"reason": ours.reason}
        return _answered(order, ours, rules)
    if waits is not None:
        return Why.WAITING, {"reason": waits}
    return _absent(order, rules), {}


def _absent(order: OrderBrief, rules: Rules) -> Why:
    """Why nobody has seen it: a first sync takes open orders alone, later ones no archived ones."""
    if order.closed:
        return Why.ARCHIVED
    if rules.synced_until is None:
        return Why.CANCELLED if order.cancelled else Why.NOT_YET
    if order.updated_at > rules.synced_until:
        return Why.NOT_YET
    return Why.CANCELLED if order.cancelled else Why.MISSED


def _of_the_order(order: OrderBrief, ours: Ours | None) -> _Judged | None:
    """What holds for all that belongs to an order; None when it has to be looked at by itself."""
    if ours is None:
        return Why.ORDER_MISSING, {"order": order.name}
    if ours.state == "unprocessed":
        return Why.WITH_ORDER, {"order": order.name}
    return None if ours.state == "processed" else _FINE


def _answered(order: OrderBrief, ours: Ours, rules: Rules) -> _Judged:
    """What a person has answered for is told as long as the books have another sum left."""
    said = ours.answered
    if said is None or ours.state != "processed":
        return _FINE
    amounts = _differing(order, ours, rules)
    if amounts is None:
        return _FINE
    return Why.RESOLVED, {**amounts, "by": said.by, "on": said.day, "note": said.note}


def _refunds(order: OrderBrief, ours: Ours | None, rules: Rules) -> _Judged:
    judged = _of_the_order(order, ours)
    if judged is not None or ours is None:
        return judged or _FINE
    amounts = _differing(order, ours, rules)
    if amounts is None or (ours.answered and _credited(order, ours, rules)):
        return _FINE
    return Why.DIFFERS, amounts


def _differing(order: OrderBrief, ours: Ours, rules: Rules) -> dict[str, str] | None:
    """Both sums, where the books have another one left of the order than Shopify."""
    left = left_to_pay(order, presentment=ours.presentment)
    if abs(ours.booked - left) <= rules.tolerance:
        return None
    amounts = {"books": told(ours.booked, ours.currency), "shopify": told(left, ours.currency)}
    return {"order": order.name, **amounts, "currency": ours.currency}


def _credited(order: OrderBrief, ours: Ours, rules: Rules) -> bool:
    """Whether refunds are in the books, so that what differs is what a person has answered for."""
    bags = [one.amount for one in order.refunds if one.gid not in ours.earlier]
    paid_back = sum((bag.presentment if ours.presentment else bag.shop for bag in bags), ZERO)
    return ours.corrected >= paid_back - rules.tolerance


def left_to_pay(order: OrderBrief, *, presentment: bool) -> Decimal:
    """What the order comes to for the shop: its current total, with the rounding of cash.

    Less what was paid back beyond the goods that came back, which no total of Shopify's tells.
    """

    def reckon(total: Decimal, current: Decimal, refunded: Decimal, rounding: Decimal) -> Decimal:
        return current + rounding - beyond(total, current, refunded)

    bags = (order.total, order.current_total, order.refunded, order.cash_rounding)
    return reckon(*(bag.presentment if presentment else bag.shop for bag in bags))


def beyond(total: Decimal, current: Decimal, refunded: Decimal) -> Decimal:
    """What was paid back beyond what the order's total lost."""
    return max(refunded - (total - current), ZERO)


def _fulfillment(gid: str, order: OrderBrief, ours: Ours | None) -> _Judged:
    judged = _of_the_order(order, ours)
    if judged is not None or ours is None:
        return judged or _FINE
    if gid in ours.fulfillments or ours.shipped or ours.was_fulfilled:
        return _FINE
    return Why.NOT_SHIPPED, {"order": order.name, "document": ours.document}
