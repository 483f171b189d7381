"""The questions about stock: what is available at a location, and setting it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from connector.shopify.client import Client

BATCH = 250  # rows a call, both ways: Shopify takes no longer lists


@dataclass(frozen=True, slots=True)
class Level:
    """What Shopify says of an inventory item at one location."""

    available: int | None  # None: the item is not stocked there
    tracked: bool


@dataclass(frozen=True, slots=True)
class Quantity:
    """What is to be available of an item at a location."""

    item_gid: str
    location_gid: str
    quantity: int
    change_from: int | None  # only if Shopify has this many now; None: whatever it has


def levels(client: Client, item_gids: Collection[str], location_gid: str) -> dict[str, Level]:
    """Return inventory item → its level; an item that is gone is not in it.

    Raises as Client.execute.
    """
    found: dict[str, Level] = {}
    rest = iter(dict.fromkeys(item_gids))
    while batch := list(islice(rest, BATCH)):
        data = client.execute("inventory_levels", {"ids": batch, "locationId": location_gid})
        for node in data["nodes"]:
            if node:  # None: deleted; {}: a gid of something else
                found[node["id"]] = Level(_available(node["inventoryLevel"]), node["tracked"])
    return found


def _available(level: dict[str, Any] | None) -> int | None:
    return int(level["quantities"][0]["quantity"]) if level else None


def set_available(client: Client, rows: Sequence[Quantity], key: str) -> None:
    """Set all of them, at most BATCH; `key` stands for this call and no other.

    Raises UserErrors when Shopify refuses, in which case nothing was set.
    """
    quantities = [
        {
            "inventoryItemId": row.item_gid,
            "locationId": row.location_gid,
            "quantity": row.quantity,
            "changeFromQuantity": row.change_from,
        }
        for row in rows
    ]
    given = {"name": "available", "reason": "correction", "quantities": quantities}
    client.execute("inventory_set_quantities", {"input": given, "key": key})


def activate(client: Client, row: Quantity, key: str) -> None:
    """Make the item stocked at the location. Raises UserErrors, e.g. when it is already."""
    client.execute(
        "inventory_activate",
        {
            "itemId": row.item_gid,
            "locationId": row.location_gid,
            "available": row.quantity,
            "key": key,
        },
    )
