"""An order is edited after it was placed: more goods, other quantities, discounts, other shipping.

No money moves: what the edit makes dearer is outstanding. Shopify changes no price by an edit, it
gives a discount on the line. Source: shopify.dev, orderEditBegin and what follows it, 2026-10.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from sandbox import totals
from sandbox.changes import Occasion, Refused
from sandbox.changes.refund import remove
from sandbox.money import Bag, Currencies
from sandbox.records.fulfillment import FulfillmentOrder, FulfillmentOrderLine
from sandbox.records.order import Line, Order, ShippingLine, Tax


def add(order: Order, lines: Sequence[Line], place: str, occasion: Occasion) -> Order:
    """Return the order with more lines, to be shipped from `place`."""
    more = {line.gid: line.quantity for line in lines if not line.gift_card}
    order = replace(order, lines=(*order.lines, *lines))
    return _edited(_shipped_later(order, more, place, occasion), occasion)


def set_quantities(
    order: Order, quantities: Mapping[str, int], place: str, occasion: Occasion
) -> Order:
    """Return the order with so many units left of each line, by its id. Raises Refused below 0."""
    if any(wanted < 0 for wanted in quantities.values()):
        raise Refused("The quantity cannot be below 0.", ("quantity",))
    change = {gid: n - order.line(gid).current_quantity for gid, n in quantities.items()}
    more = {gid: n for gid, n in change.items() if n > 0}
    less = {gid: -n for gid, n in change.items() if n < 0}
    lines = tuple(_more(line, more.get(line.gid, 0), order.money) for line in order.lines)
    order = _shipped_later(replace(order, lines=lines), more, place, occasion)
    return remove(order, less, occasion) if less else _edited(order, occasion)


def discount(order: Order, off: Mapping[str, Bag], occasion: Occasion) -> Order:
    """Return the order with a further discount on lines, by their id. Raises Refused above the price."""
    lines = tuple(
        _cheaper(line, off[line.gid], order.money) if line.gid in off else line
        for line in order.lines
    )
    return _edited(replace(order, lines=lines), occasion)


def change_shipping(
    order: Order, added: Sequence[ShippingLine], removed: Sequence[int], occasion: Occasion
) -> Order:
    """Return the order with other shipping lines; `removed` are their places."""
    kept = [line for place, line in enumerate(order.shipping) if place not in removed]
    return _edited(replace(order, shipping=(*kept, *added)), occasion)


def _edited(order: Order, occasion: Occasion) -> Order:
    return replace(order, edited=True, updated_at=occasion.now)


def _more(line: Line, units: int, money: Currencies) -> Line:
    """More units bear tax as the first ones; discounts stay what they were."""
    if not units:
        return line
    longer = replace(line, quantity=line.quantity + units)
    return replace(longer, taxes=_retaxed(line, longer, money))


def _cheaper(line: Line, off: Bag, money: Currencies) -> Line:
    if off.shop > totals.line_net(line, money, line.quantity).shop:
        raise Refused("The discount is more than the line.", ("discount",))
    cheaper = replace(line, discounts=(*line.discounts, off))
    return replace(cheaper, taxes=_retaxed(line, cheaper, money))


def _retaxed(before: Line, after: Line, money: Currencies) -> tuple[Tax, ...]:
    was = totals.line_net(before, money, before.quantity).shop
    now = totals.line_net(after, money, after.quantity).shop
    return tuple(replace(tax, amount=money.part(tax.amount, now, was)) for tax in before.taxes)


def _shipped_later(order: Order, units: Mapping[str, int], place: str, occasion: Occasion) -> Order:
    """Return the order with a fulfillment order more, for goods that came later."""
    if not units:
        return order
    goods = FulfillmentOrder(
        gid=occasion.new_gid("FulfillmentOrder"),
        location_gid=place,
        lines=tuple(
            FulfillmentOrderLine(occasion.new_gid("FulfillmentOrderLineItem"), gid, n, n)
            for gid, n in units.items()
        ),
        created_at=occasion.now,
        updated_at=occasion.now,
    )
    return replace(order, fulfillment_orders=(*order.fulfillment_orders, goods))
