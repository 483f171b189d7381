"""A place a shop ships from, as `locations_page.graphql` asks for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class LocationNode:
    gid: str
    name: str
    active: bool
    fulfillment_service: bool  # somebody else's warehouse
    service_name: str  # of the fulfillment service; "" for the shop's own places
    ships: bool = True  # whether orders are sent from there

    @classmethod
    def from_node(cls, node: dict[str, Any]) -> Self:
        """Raises KeyError or TypeError when the answer has another shape."""
        service = node["fulfillmentService"]
        return cls(
            gid=node["id"],
            name=node["name"],
            active=node["isActive"],
            fulfillment_service=node["isFulfillmentService"],
            ships=node["shipsInventory"],
            service_name=service["serviceName"] if service else "",
        )
