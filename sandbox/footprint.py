"""What an order has done to the stock, told from its record alone.

The stock follows an order by the difference between two footprints, so each change of an order,
whatever it is, moves what it has to and nothing twice.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from sandbox.records.order import Order

Key = tuple[str, str]  # variant, location


class Moved(NamedTuple):
    on_hand: int = 0  # what left is below zero
    committed: int = 0

    def __sub__(self, other: Moved) -> Moved:
        return Moved(self.on_hand - other.on_hand, self.committed - other.committed)


NOTHING = Moved()
Footprint = Mapping[Key, Moved]


def footprint(order: Order) -> Footprint:
    """What is to be sent is committed, what was sent is gone, what came back is there again.

    Units that were taken out before they left, and were not restocked, are gone as well.
    """
    variants = {line.gid: line.variant_gid for line in order.lines if line.variant_gid}
    if not variants:
        return {}
    found: dict[Key, list[int]] = {}
    for line_gid, place, on_hand, committed in (*_to_send(order), *_sent(order), *_back(order)):
        if place and (variant := variants.get(line_gid)):
            moved = found.setdefault((variant, place), [0, 0])
            moved[0] += on_hand
            moved[1] += committed
    return {key: Moved(*moved) for key, moved in found.items()}


Part = tuple[str, str | None, int, int]  # line, location, on hand, committed


def _to_send(order: Order) -> list[Part]:
    return [
        (line.line_gid, goods.location_gid, 0, line.remaining)
        for goods in order.fulfillment_orders
        if goods.pending
        for line in goods.lines
        if line.remaining
    ]


def _sent(order: Order) -> list[Part]:
    return [
        (line.line_gid, sent.location_gid, -line.quantity, 0)
        for sent in order.fulfillments
        if sent.status == "SUCCESS"
        for line in sent.lines
    ]


def _back(order: Order) -> list[Part]:
    if not order.refunds:
        return []
    places = {
        line.line_gid: goods.location_gid
        for goods in reversed(order.fulfillment_orders)
        for line in goods.lines
    }
    return [
        (
            back.line_gid,
            back.location_gid or places.get(back.line_gid),
            back.quantity if back.sent else -back.quantity,
            0,
        )
        for refund in order.refunds
        for back in refund.lines
        if back.restocked == back.sent
    ]


def difference(before: Footprint, after: Footprint) -> dict[Key, Moved]:
    """What moved from one to the other; what did not is left out."""
    if before == after:
        return {}
    moved = {key: after.get(key, NOTHING) - before.get(key, NOTHING) for key in {**before, **after}}
    return {key: one for key, one in moved.items() if one != NOTHING}
