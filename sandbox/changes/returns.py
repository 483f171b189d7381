"""Goods come back: asked for, approved, declined, received and paid back, closed.

What is taken in exchange is on the order from the moment the return is open. Source: Admin API
2026-10, Return and ExchangeLineItem; names and statuses as in a recorded `returnCreate`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from sandbox import totals
from sandbox.changes import Occasion, Refused
from sandbox.changes.refund import Returned, refund
from sandbox.money import Bag, total
from sandbox.records.fulfillment import FulfillmentOrder, FulfillmentOrderLine
from sandbox.records.order import Line, Order, Transaction
from sandbox.records.returned import Arrival, Exchange, Return, ReturnLine

FIELD = ("returnInput", "returnLineItems")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to come back, and what is wanted for it."""

    units: Mapping[str, int]  # by order line
    reason: str = "unknown"
    note: str = ""
    customer_note: str | None = None
    exchange: Sequence[Line] = ()  # lines that are not on the order yet
    requested: bool = False  # by the buyer: somebody has to approve it


@dataclass(frozen=True, slots=True)
class Received:
    """What came back, and how it is paid back."""

    units: Mapping[str, int]  # by order line
    places: Sequence[str] = ()  # where it was put; of several the first gets what is left over
    restock: bool = True
    settle: bool = True  # money goes to whom it is owed to
    extra: Bag = field(default_factory=Bag)  # paid back beyond


def open_return(order: Order, wanted: Wanted, occasion: Occasion) -> Order:
    """Return the order with one more return. Raises Refused for more units than have left."""
    free = _returnable(order)
    for gid, units in wanted.units.items():
        if not 0 < units <= free[gid]:
            raise Refused("Return line item has an invalid quantity.", FIELD)
    back = Return(
        gid=occasion.new_gid("Return"),
        name=f"{order.name}-R{len(order.returns) + 1}",
        reverse_gid=occasion.new_gid("ReverseFulfillmentOrder"),
        created_at=occasion.now,
        lines=tuple(_line(order, gid, n, wanted, occasion) for gid, n in wanted.units.items()),
        exchanges=tuple(
            Exchange(occasion.new_gid("ExchangeLineItem"), line.gid, line.quantity)
            for line in wanted.exchange
        ),
        status="REQUESTED" if wanted.requested else "OPEN",
    )
    order = _with_exchange(order, wanted.exchange, occasion)
    return replace(order, returns=(*order.returns, back), updated_at=occasion.now)


def approve(order: Order, back: Return, occasion: Occasion) -> Order:
    """Return the order with a return that was asked for open. Raises Refused."""
    return _moved(order, back, occasion, "OPEN", {"REQUESTED"})


def decline(order: Order, back: Return, reason: str, note: str, occasion: Occasion) -> Order:
    """Return the order with a return that was asked for declined. Raises Refused."""
    said = replace(back, decline_reason=reason, decline_note=note)
    return _moved(order, said, occasion, "DECLINED", {"REQUESTED"})


def close(order: Order, back: Return, occasion: Occasion) -> Order:
    """Return the order with an open return closed: nothing more comes back. Raises Refused."""
    return _moved(order, back, occasion, "CLOSED", {"OPEN"}, closed_at=occasion.now)


def receive(order: Order, back: Return, received: Received, occasion: Occasion) -> Order:
    """Return the order with units of a return back on the shelf, and a refund of them.

    What is taken in exchange is set against what is paid back by the return's first refund; who
    took more than came back pays the rest. Raises Refused for more units than are to come.
    """
    if back.status != "OPEN":
        raise Refused("Return is not open.", ("returnId",))
    to_come = {line.line_gid: line.quantity - line.processed for line in back.lines}
    if any(not 0 < n <= to_come.get(gid, 0) for gid, n in received.units.items()):
        raise Refused("Return line item has an invalid quantity.", FIELD)
    charged = _charged(order, back)
    before = totals.outstanding(order)
    returned = Returned(
        units=received.units,
        discrepancy=received.extra,
        restock=received.restock,
        pay_back=received.settle,
        charged=charged,
        locations={gid: _only(received.places) for gid in received.units},
        sent=True,
    )
    after = refund(order, returned, occasion)
    if received.settle:
        after = _paid_up(after, before - charged, occasion)
    lines = tuple(_arrived(line, received, occasion) for line in back.lines)
    seen = replace(back, lines=lines, refunds=(*back.refunds, after.refunds[-1].gid))
    return _put(after, seen, occasion.now)


def _returnable(order: Order) -> Counter[str]:
    """Units that have left and are in no return, by order line."""
    left: Counter[str] = Counter()
    for sent in order.fulfillments:
        for line in sent.lines:
            left[line.line_gid] += line.quantity
    for back in order.returns:
        if back.is_live:
            left.subtract({line.line_gid: line.quantity for line in back.lines})
    return left


def _line(order: Order, gid: str, units: int, wanted: Wanted, occasion: Occasion) -> ReturnLine:
    sent = next(
        line.gid
        for fulfillment in order.fulfillments
        for line in fulfillment.lines
        if line.line_gid == gid
    )
    return ReturnLine(
        gid=occasion.new_gid("ReturnLineItem"),
        line_gid=gid,
        fulfillment_line_gid=sent,
        reverse_gid=occasion.new_gid("ReverseFulfillmentOrderLineItem"),
        quantity=units,
        reason=wanted.reason,
        note=wanted.note,
        customer_note=wanted.customer_note,
    )


def _with_exchange(order: Order, lines: Sequence[Line], occasion: Occasion) -> Order:
    """Return the order with lines more, to be shipped from where its first goods were."""
    if not lines:
        return order
    goods = FulfillmentOrder(
        gid=occasion.new_gid("FulfillmentOrder"),
        location_gid=order.fulfillment_orders[0].location_gid,
        lines=tuple(
            FulfillmentOrderLine(
                occasion.new_gid("FulfillmentOrderLineItem"), line.gid, line.quantity, line.quantity
            )
            for line in lines
        ),
        created_at=occasion.now,
        updated_at=occasion.now,
    )
    return replace(
        order,
        lines=(*order.lines, *lines),
        fulfillment_orders=(*order.fulfillment_orders, goods),
    )


def _charged(order: Order, back: Return) -> Bag:
    """Return what the exchange costs, tax included; nothing once a refund has set it off."""
    if back.refunds:
        return Bag()
    bags = []
    for exchange in back.exchanges:
        line = order.line(exchange.line_gid)
        net = totals.line_net(line, order.money, line.quantity)
        tax = totals.line_tax(line, order.money, line.quantity)
        bags.append(net if order.taxes_included else net + tax)
    return total(bags)


def _paid_up(order: Order, owed_before: Bag, occasion: Occasion) -> Order:
    """Return the order with what the exchange cost more paid; older debts stay as they are."""
    owed = totals.outstanding(order) - owed_before
    if owed.shop <= 0:
        return order
    gid = occasion.new_gid("OrderTransaction")
    gateway = order.transactions[0].gateway if order.transactions else "manual"
    payment = Transaction(gid, "SALE", "SUCCESS", gateway, owed, occasion.now)
    return replace(order, transactions=(*order.transactions, payment))


def _only(places: Sequence[str]) -> str | None:
    return places[0] if len(places) == 1 else None


def _arrived(line: ReturnLine, received: Received, occasion: Occasion) -> ReturnLine:
    units = received.units.get(line.line_gid, 0)
    arrivals = [
        Arrival(occasion.new_gid("ReverseFulfillmentOrderDisposition"), place, n, occasion.now)
        for place, n in _spread(received.places, units)
        if received.restock and n
    ]
    return replace(line, processed=line.processed + units, arrivals=(*line.arrivals, *arrivals))


def _spread(places: Sequence[str], units: int) -> list[tuple[str, int]]:
    if not places:
        return []
    each = units // len(places)
    first = units - each * (len(places) - 1)
    return [(place, each if index else first) for index, place in enumerate(places)]


def _moved(
    order: Order,
    back: Return,
    occasion: Occasion,
    status: str,
    leaving: set[str],
    closed_at: datetime | None = None,
) -> Order:
    if back.status not in leaving:
        raise Refused(f"Return is {back.status.lower()}.", ("id",))
    return _put(order, replace(back, status=status, closed_at=closed_at), occasion.now)


def _put(order: Order, back: Return, now: datetime) -> Order:
    returns = tuple(back if one.gid == back.gid else one for one in order.returns)
    return replace(order, returns=returns, updated_at=now)
