"""From where a part of an order is to be shipped, as `orders_places.graphql` asks for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class PlaceNode:
    """One fulfillment order."""

    location_gid: str | None  # None: the location was deleted
    closed: bool  # all of it has left, or was moved elsewhere
    lines: Mapping[str, int]  # order line gid → units, also of those that have left

    @classmethod
    def from_node(cls, node: dict[str, Any]) -> Self:
        """Raises KeyError or TypeError when the answer has another shape."""
        location = node["assignedLocation"]["location"]
        lines = node["lineItems"]["nodes"]
        return cls(
            location_gid=location and location["id"],
            closed=node["status"] in {"CLOSED", "CANCELLED"},
            lines={line["lineItem"]["id"]: line["totalQuantity"] for line in lines},
        )


def places(node: dict[str, Any]) -> tuple[PlaceNode, ...]:
    """Those of one raw order; none where they were not asked for."""
    found = node.get("fulfillmentOrders")
    return tuple(map(PlaceNode.from_node, found["nodes"])) if found else ()
