"""Goods leave: the fulfillment-order state machine.

Source: recorded answers of `fulfillmentCreate`, Admin API 2026-04, texts word for word.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from sandbox.changes import Occasion, Refused
from sandbox.records.fulfillment import (
    Fulfillment,
    FulfillmentLine,
    FulfillmentOrder,
    FulfillmentOrderLine,
    Tracking,
)
from sandbox.records.order import Order

FIELD = ("fulfillment",)


@dataclass(frozen=True, slots=True)
class Parcel:
    """What leaves of one fulfillment order: units by the id of its lines; None is all."""

    fulfillment_order_gid: str
    units: Mapping[str, int] | None = None


def number(gid: str) -> str:
    """Return the number of an id, as Shopify's texts name things."""
    return gid.rsplit("/", 1)[1]


def fulfil(
    order: Order, parcels: Sequence[Parcel], tracking: Sequence[Tracking], occasion: Occasion
) -> Order:
    """Return the order with one more fulfillment. Raises Refused, in which case nothing left."""
    goods = {goods.gid: goods for goods in order.fulfillment_orders}
    chosen = [(goods[parcel.fulfillment_order_gid], parcel) for parcel in parcels]
    refuse_several_locations([one for one, _ in chosen])
    shipped: Counter[str] = Counter()
    for before, parcel in chosen:
        after, left = _take(goods[before.gid], parcel, occasion)
        goods[before.gid] = after
        shipped += left
    fulfillment = Fulfillment(
        gid=occasion.new_gid("Fulfillment"),
        name=f"{order.name}-F{len(order.fulfillments) + 1}",
        location_gid=chosen[0][0].location_gid,
        lines=_lines(shipped, occasion),
        created_at=occasion.now,
        updated_at=occasion.now,
        fulfillment_order_gids=tuple(dict.fromkeys(one.gid for one, _ in chosen)),
        tracking=tuple(tracking),
    )
    return replace(
        order,
        fulfillment_orders=tuple(goods[one.gid] for one in order.fulfillment_orders),
        fulfillments=(*order.fulfillments, fulfillment),
        updated_at=occasion.now,
    )


def refuse_several_locations(chosen: Sequence[FulfillmentOrder]) -> None:
    """Raise Refused when the fulfillment orders are assigned to different places."""
    places = sorted({number(goods.location_gid) for goods in chosen}, key=int)
    if len(places) > 1:
        raise Refused(
            "All fulfillment orders must be assigned to a single location. "
            f"Multiple locations with ids [{', '.join(places)}] were found.",
            FIELD,
        )


def _take(
    goods: FulfillmentOrder, parcel: Parcel, occasion: Occasion
) -> tuple[FulfillmentOrder, Counter[str]]:
    if not goods.fulfillable:
        raise Refused(
            f"Fulfillment order {number(goods.gid)} has an unfulfillable status= "
            f"{goods.status.lower()}.",
            FIELD,
        )
    wanted = _wanted(goods, parcel)
    lines = tuple(
        replace(line, remaining=line.remaining - wanted.get(line.gid, 0)) for line in goods.lines
    )
    taken = Counter({line.line_gid: wanted[line.gid] for line in goods.lines if line.gid in wanted})
    return progressed(goods, lines, occasion), taken


def _wanted(goods: FulfillmentOrder, parcel: Parcel) -> dict[str, int]:
    remaining = {line.gid: line.remaining for line in goods.lines}
    if parcel.units is None:
        return {gid: units for gid, units in remaining.items() if units}
    for gid, units in parcel.units.items():
        if gid not in remaining:
            raise Refused("Fulfillment order line item does not exist.", FIELD)
        if units > remaining[gid]:
            raise Refused("Invalid fulfillment order line item quantity requested.", FIELD)
    return dict(parcel.units)


def progressed(
    goods: FulfillmentOrder, lines: tuple[FulfillmentOrderLine, ...], occasion: Occasion
) -> FulfillmentOrder:
    """Return the fulfillment order with its new lines: in progress, or closed when none is left."""
    status = "IN_PROGRESS" if any(line.remaining for line in lines) else "CLOSED"
    return replace(goods, lines=lines, status=status, updated_at=occasion.now)


def _lines(shipped: Counter[str], occasion: Occasion) -> tuple[FulfillmentLine, ...]:
    new_gid = occasion.new_gid
    return tuple(
        FulfillmentLine(new_gid("FulfillmentLineItem"), line, units)
        for line, units in shipped.items()
    )


def deliver_gift_cards(order: Order, place: str, occasion: Occasion) -> Order:
    """Return the order with its gift cards sent: Shopify does so by itself, without goods."""
    cards = Counter({line.gid: line.quantity for line in order.lines if line.gift_card})
    if not cards:
        return order
    fulfillment = Fulfillment(
        gid=occasion.new_gid("Fulfillment"),
        name=f"{order.name}-F{len(order.fulfillments) + 1}",
        location_gid=place,
        lines=_lines(cards, occasion),
        created_at=occasion.now,
        updated_at=occasion.now,
    )
    return replace(order, fulfillments=(*order.fulfillments, fulfillment))


def without(goods: FulfillmentOrder, units: Counter[str], occasion: Occasion) -> FulfillmentOrder:
    """Return the fulfillment order less units that need not leave any more, by order line.

    What it could take off is taken off `units` too, for the next fulfillment order to see.
    """
    if not goods.pending:
        return goods
    lines = []
    for line in goods.lines:
        off = min(line.remaining, units[line.line_gid])
        units[line.line_gid] -= off
        lines.append(replace(line, total=line.total - off, remaining=line.remaining - off))
    if tuple(lines) == goods.lines:
        return goods
    kept = goods.status if any(line.remaining for line in lines) else "CLOSED"
    return replace(goods, lines=tuple(lines), status=kept, updated_at=occasion.now)


def reduce_goods(order: Order, units: Iterable[tuple[str, int]], occasion: Occasion) -> Order:
    """Return the order with fewer units to ship; units that have left already stay as they are."""
    left: Counter[str] = Counter(dict(units))
    goods = tuple(without(one, left, occasion) for one in order.fulfillment_orders)
    return replace(order, fulfillment_orders=goods)
