"""Fulfillment orders and fulfillments, as Shopify shows them."""

from __future__ import annotations

from sandbox.nodes import Node, Nodes
from sandbox.nodes.values import legacy_id, written
from sandbox.records.fulfillment import Fulfillment, FulfillmentOrder
from sandbox.records.order import Order


def fulfillment_order_node(record: FulfillmentOrder, order: Order, nodes: Nodes) -> Node:
    location = nodes[record.location_gid]
    return {
        "__typename": "FulfillmentOrder",
        "id": record.gid,
        "status": record.status,
        "requestStatus": record.request_status,
        "createdAt": written(record.created_at),
        "updatedAt": written(record.updated_at),
        "fulfillAt": written(record.created_at),
        "fulfillBy": None,
        "fulfillmentHolds": [_hold(record, reason) for reason in record.holds],
        "supportedActions": _actions(record),
        "deliveryMethod": {"methodType": "SHIPPING" if record.ships else "NONE"},
        "orderId": order.gid,
        "orderName": order.name,
        "orderProcessedAt": written(order.processed_at),
        "order": nodes[order.gid],
        "assignedLocation": {
            "name": location["name"],
            "countryCode": location["address"]["countryCode"],
            "location": location,
        },
        "lineItems": [
            {
                "__typename": "FulfillmentOrderLineItem",
                "id": line.gid,
                "totalQuantity": line.total,
                "remainingQuantity": line.remaining,
                "lineItem": nodes[line.line_gid],
            }
            for line in record.lines
        ],
    }


def _hold(record: FulfillmentOrder, reason: str) -> Node:
    return {
        "__typename": "FulfillmentHold",
        "id": record.gid.replace("FulfillmentOrder", "FulfillmentHold"),
        "reason": reason,
        "displayReason": reason.replace("_", " ").capitalize(),
        "reasonNotes": None,
        "handle": None,
        "heldByRequestingApp": False,
    }


def _actions(record: FulfillmentOrder) -> list[Node]:
    if record.status == "ON_HOLD":
        return [{"action": "RELEASE_HOLD"}]
    return [{"action": "CREATE_FULFILLMENT"}] if record.fulfillable else []


def fulfillment_node(record: Fulfillment, order: Order, nodes: Nodes) -> Node:
    return {
        "__typename": "Fulfillment",
        "id": record.gid,
        "legacyResourceId": legacy_id(record.gid),
        "name": record.name,
        "status": record.status,
        "displayStatus": "FULFILLED",
        "createdAt": written(record.created_at),
        "updatedAt": written(record.updated_at),
        "deliveredAt": None,
        "estimatedDeliveryAt": None,
        "inTransitAt": None,
        "requiresShipping": True,
        "totalQuantity": sum(line.quantity for line in record.lines),
        "order": nodes[order.gid],
        "location": nodes[record.location_gid],
        "service": None,
        "fulfillmentOrders": [nodes[gid] for gid in record.fulfillment_order_gids],
        "trackingInfo": [
            {"number": tracking.number, "url": tracking.url, "company": tracking.company}
            for tracking in record.tracking
        ],
        "fulfillmentLineItems": [
            {
                "__typename": "FulfillmentLineItem",
                "id": line.gid,
                "quantity": line.quantity,
                "lineItem": nodes[line.line_gid],
            }
            for line in record.lines
        ],
    }
