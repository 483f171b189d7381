"""What of an order changed after its sales document was made. Pure."""

from __future__ import annotations

import orjson

from connector.shopify.nodes.order import OrderNode


def conflict(before: str, after: OrderNode) -> str:
    """Say in sentences what the books do not know of; "" when nothing they know of changed.

    `before` is the raw node that was here. Compared is like with like: units and amounts that are
    current, so that a payment, a shipment or a tag raises nothing.
    """
    was = OrderNode.from_node(orjson.loads(before))
    notes = [*_lines(was, after), *_amounts(was, after)]
    if after.cancelled_at and not was.cancelled_at:
        notes.insert(0, "The order was cancelled in Shopify.")
    return " ".join(notes)


def _lines(was: OrderNode, now: OrderNode) -> list[str]:
    before = {line.gid: line.current_quantity for line in was.lines}
    return [
        f"{line.name}: {before.get(line.gid, 0)} became {line.current_quantity}."
        for line in now.lines
        if before.get(line.gid, 0) != line.current_quantity
    ]


def _amounts(was: OrderNode, now: OrderNode) -> list[str]:
    pairs = (
        ("Shipping", was.current_shipping.shop, now.current_shipping.shop),
        ("Tax", was.current_tax.shop, now.current_tax.shop),
        ("Total", was.current_total.shop, now.current_total.shop),
    )
    return [f"{what}: {old} became {new} {now.currency}." for what, old, new in pairs if old != new]
