"""Stock, as Shopify shows it: an item's level at a place."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sandbox.nodes import Node
from sandbox.nodes.values import legacy_id, written
from sandbox.records.inventory import Level

NAMES = ("available", "committed", "incoming", "on_hand", "reserved", "damaged", "safety_stock",
         "quality_control")  # fmt: skip


def level_node(record: Level, item: Node, place: Node) -> Node:
    """Return the level without what moves; `show_level` writes that."""
    number = legacy_id(record.gid)
    moving = {
        name: {
            "id": f"gid://shopify/InventoryQuantity/{number}?name={name}",
            "name": name,
            "quantity": 0,
            "updatedAt": None,
        }
        for name in NAMES
    }
    return {
        "__typename": "InventoryLevel",
        "id": record.gid,
        "canDeactivate": True,
        "deactivationAlert": None,
        "createdAt": written(record.created_at),
        "item": item,
        "location": place,
        "_quantities": moving,
        "quantities": _named(moving),
    }


def show_level(node: Node, record: Level) -> None:
    """Write into the node what of the level moves."""
    now = written(record.updated_at)
    node["updatedAt"], node["isActive"] = now, record.active
    quantities = node["_quantities"]
    for name, quantity in (
        ("available", record.available),
        ("committed", record.committed),
        ("incoming", record.incoming),
        ("on_hand", record.on_hand),
    ):
        shown = quantities[name]
        shown["quantity"], shown["updatedAt"] = quantity, now


def _named(of: Mapping[str, Node]) -> Callable[[Mapping[str, Any]], list[Node]]:
    """`InventoryLevel.quantities`: those that are named, in Shopify's order."""
    return lambda args: [quantity for name, quantity in of.items() if name in args["names"]]
