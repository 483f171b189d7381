"""Goods are to leave from elsewhere, or in parts. Source: shopify.dev, fulfillmentOrderMove, 2026-10."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from sandbox.changes import Occasion, Refused
from sandbox.records.fulfillment import FulfillmentOrder, FulfillmentOrderLine


def move(
    goods: FulfillmentOrder, place: str, units: Mapping[str, int], occasion: Occasion
) -> tuple[FulfillmentOrder, ...]:
    """Return what the fulfillment order becomes when `units` (by order line) leave from `place`.

    All of one of which nothing has left stays one, with its id; else the rest stays where it is and
    what moves gets an id of its own. No units are all that remain. Raises Refused.
    """
    whole = units in ({}, _remaining(goods))
    if whole and all(line.remaining == line.total for line in goods.lines):
        _refuse_closed(goods)
        return (replace(goods, location_gid=place, updated_at=occasion.now),)
    kept, part = split(goods, units or _remaining(goods), occasion)
    return kept, replace(part, location_gid=place)


def split(
    goods: FulfillmentOrder, units: Mapping[str, int], occasion: Occasion
) -> tuple[FulfillmentOrder, FulfillmentOrder]:
    """Return the rest of it, and a new one with `units` by order line. Raises Refused."""
    _refuse_closed(goods)
    left = _remaining(goods)
    if not units or any(not 0 < units[gid] <= left.get(gid, 0) for gid in units):
        raise Refused("The quantity is not available to move.", ("fulfillmentOrderLineItems",))
    lines = tuple(_less(line, units.get(line.line_gid, 0)) for line in goods.lines)
    emptied = not any(line.remaining for line in lines)
    kept = replace(
        goods,
        lines=tuple(line for line in lines if line.total),
        status="CLOSED" if emptied else goods.status,
        updated_at=occasion.now,
    )
    new_gid = occasion.new_gid
    part = replace(
        goods,
        gid=new_gid("FulfillmentOrder"),
        lines=tuple(
            FulfillmentOrderLine(new_gid("FulfillmentOrderLineItem"), gid, n, n)
            for gid, n in units.items()
        ),
        status="OPEN",
        created_at=occasion.now,
        updated_at=occasion.now,
    )
    return kept, part


def _remaining(goods: FulfillmentOrder) -> dict[str, int]:
    return {line.line_gid: line.remaining for line in goods.lines if line.remaining}


def _less(line: FulfillmentOrderLine, units: int) -> FulfillmentOrderLine:
    return replace(line, total=line.total - units, remaining=line.remaining - units)


def _refuse_closed(goods: FulfillmentOrder) -> None:
    if not goods.fulfillable:
        raise Refused("The fulfillment order is not in a movable state.", ("id",))
