"""Stock, as Shopify shows it: an item's level at a place."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.nodes import Node
from sandbox.nodes.values import count, legacy_id, written
from sandbox.records.inventory import Level

NAMES = ("available", "committed", "incoming", "on_hand", "reserved", "damaged", "safety_stock",
         "quality_control")  # fmt: skip


def level_node(record: Level, item: Node, place: Node) -> Node:
    """Return the level without what moves; `show_level` writes that."""
    return {
        "__typename": "InventoryLevel",
        "id": record.gid,
        "canDeactivate": True,
        "deactivationAlert": None,
        "createdAt": written(record.created_at),
        "item": item,
        "location": place,
        "quantities": {
            name: {
                "id": f"gid://shopify/InventoryQuantity/{number}?name={name}",
                "name": name,
                "quantity": 0,
                "updatedAt": None,
            }
            for name in NAMES
            for number in (legacy_id(record.gid),)
        },
    }


def show_level(node: Node, record: Level) -> None:
    """Write into the node what of the level moves."""
    now = written(record.updated_at)
    node["updatedAt"], node["isActive"] = now, record.active
    quantities = node["quantities"]
    for name, quantity in (
        ("available", record.available),
        ("committed", record.committed),
        ("incoming", record.incoming),
        ("on_hand", record.on_hand),
    ):
        shown = quantities[name]
        shown["quantity"], shown["updatedAt"] = quantity, now


def complete_item(item: Node, variant: Node) -> None:
    """Add to the item's node what the product's does not say."""
    item |= {
        "legacyResourceId": legacy_id(item["id"]),
        "variant": variant,
        "variants": [variant],
        "duplicateSkuCount": 0,
        "locationsCount": count(0),
    } | item


def quantities(of: Mapping[str, Node], args: Mapping[str, Any]) -> list[Node]:
    """`InventoryLevel.quantities`: those that are named, in Shopify's order."""
    return [quantity for name, quantity in of.items() if name in args["names"]]


def level_at(levels: Mapping[str, Node], args: Mapping[str, Any]) -> Node | None:
    """`inventoryLevel` of an item or a place: None where it is not stocked."""
    return levels.get(args.get("locationId") or args.get("inventoryItemId") or "")
