"""What is left to ship of one order, and what was shipped, as Shopify sees it now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from connector.shopify.nodes.status import (
    FulfillmentOrderStatus,
    FulfillmentStatus,
    ShipmentStatus,
    known,
)

_SHIPMENT = known(ShipmentStatus)
_ORDER = known(FulfillmentOrderStatus)
_DISPLAY = known(FulfillmentStatus)


@dataclass(frozen=True, slots=True)
class FulfillmentNode:
    """A shipment that Shopify knows of."""

    gid: str
    status: ShipmentStatus | str
    created_at: datetime  # aware, UTC
    tracking_numbers: tuple[str, ...]
    lines: tuple[tuple[str, int], ...]  # (line item gid, quantity shipped)

    @classmethod
    def from_node(cls, node: dict[str, Any]) -> Self:
        """Raises KeyError, TypeError or ValueError when the answer has another shape."""
        return cls(
            gid=node["id"],
            status=_SHIPMENT.get(node["status"], node["status"]),
            created_at=datetime.fromisoformat(node["createdAt"]),
            tracking_numbers=tuple([t["number"] for t in node["trackingInfo"] if t["number"]]),
            lines=tuple(
                [
                    (line["lineItem"]["id"], line["quantity"] or 0)
                    for line in node["fulfillmentLineItems"]["nodes"]
                ]
            ),
        )


@dataclass(frozen=True, slots=True)
class FulfillmentOrderLineNode:
    gid: str  # what a fulfillment names; dies when Shopify moves or merges: never store it
    line_gid: str  # the order's line item, which stays
    remaining: int  # units still to ship


@dataclass(frozen=True, slots=True)
class FulfillmentOrderNode:
    """A part of an order that one location ships."""

    gid: str  # dies when Shopify moves or merges fulfillment orders: never store it
    status: FulfillmentOrderStatus | str  # OPEN and IN_PROGRESS can be fulfilled
    request_status: str  # SUBMITTED: a service is asked for it; ACCEPTED: it has it in hand
    location_gid: str | None  # None: the location was deleted
    location_name: str
    fulfillment_service: bool  # somebody else's warehouse
    holds: tuple[str, ...]  # why it is on hold, in Shopify's words
    lines: tuple[FulfillmentOrderLineNode, ...]

    @classmethod
    def from_node(cls, node: dict[str, Any]) -> Self:
        """Raises KeyError or TypeError when the answer has another shape."""
        assigned = node["assignedLocation"]
        location = assigned["location"]
        return cls(
            gid=node["id"],
            status=_ORDER.get(node["status"], node["status"]),
            request_status=node["requestStatus"],
            location_gid=location and location["id"],
            location_name=assigned["name"],
            fulfillment_service=bool(location and location["isFulfillmentService"]),
            holds=tuple([hold["displayReason"] for hold in node["fulfillmentHolds"]]),
            lines=tuple(
                [
                    FulfillmentOrderLineNode(
                        line["id"], line["lineItem"]["id"], line["remainingQuantity"]
                    )
                    for line in node["lineItems"]["nodes"]
                ]
            ),
        )


@dataclass(frozen=True, slots=True)
class OrderFulfillmentState:
    """All that decides what may still be shipped of one order."""

    order_gid: str
    status: FulfillmentStatus | str
    fulfillments: tuple[FulfillmentNode, ...]
    fulfillment_orders: tuple[FulfillmentOrderNode, ...]

    @classmethod
    def from_node(cls, node: dict[str, Any]) -> Self:
        """Read one whole node of `fulfillment_orders`; its connections must be complete.

        Raises KeyError, TypeError or ValueError when the answer has another shape.
        """
        return cls(
            order_gid=node["id"],
            status=_DISPLAY.get(node["displayFulfillmentStatus"], node["displayFulfillmentStatus"]),
            fulfillments=tuple([FulfillmentNode.from_node(f) for f in node["fulfillments"]]),
            fulfillment_orders=tuple(
                [FulfillmentOrderNode.from_node(o) for o in node["fulfillmentOrders"]["nodes"]]
            ),
        )
