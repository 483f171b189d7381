"""Returns and where their goods arrived, as Shopify shows them."""

from __future__ import annotations

from sandbox.nodes import Node, Nodes
from sandbox.nodes.values import written
from sandbox.records.order import Order
from sandbox.records.returned import Return, ReturnLine

# Source: recorded `returnReasonDefinitions`, Admin API 2026-04.
REASONS = {
    "unknown": "Unknown",
    "changed-my-mind": "Changed my mind",
    "item-not-as-described": "Item not as described",
    "received-the-wrong-item": "Received the wrong item",
    "other-reason": "Other",
    "damaged-or-defective": "Damaged or defective",
    "too-small": "Too small",
    "too-big": "Too big",
    "style": "Style",
    "color": "Color",
}


def return_node(record: Return, order: Order, nodes: Nodes) -> Node:
    return {
        "__typename": "Return",
        "id": record.gid,
        "name": record.name,
        "status": record.status,
        "createdAt": written(record.created_at),
        "closedAt": written(record.closed_at) if record.closed_at else None,
        "totalQuantity": sum(line.quantity for line in record.lines),
        "decline": _decline(record),
        "order": nodes[order.gid],
        "returnShippingFees": [],
        "returnLineItems": [_line(line, record, order, nodes) for line in record.lines],
        "exchangeLineItems": [
            {
                "__typename": "ExchangeLineItem",
                "id": exchange.gid,
                "quantity": exchange.quantity,
                "lineItems": [nodes[exchange.line_gid]],
            }
            for exchange in record.exchanges
        ],
        "refunds": [nodes[gid] for gid in record.refunds],
        "reverseFulfillmentOrders": [nodes[record.reverse_gid]],
    }


def _decline(record: Return) -> Node | None:
    if record.decline_reason is None:
        return None
    return {"reason": record.decline_reason, "note": record.decline_note}


def _line(line: ReturnLine, record: Return, order: Order, nodes: Nodes) -> Node:
    paid_back = sum(
        refunded.quantity
        for refund in order.refunds
        if refund.gid in record.refunds
        for refunded in refund.lines
        if refunded.line_gid == line.line_gid
    )
    handle = line.reason
    return {
        "__typename": "ReturnLineItem",
        "id": line.gid,
        "quantity": line.quantity,
        "processedQuantity": line.processed,
        "unprocessedQuantity": line.quantity - line.processed,
        "processableQuantity": line.quantity - line.processed,
        "refundableQuantity": line.quantity - paid_back,
        "refundedQuantity": paid_back,
        "returnReasonNote": line.note,
        "customerNote": line.customer_note,
        "returnReasonDefinition": {"handle": handle, "name": REASONS.get(handle, handle)},
        "fulfillmentLineItem": _sent(line, nodes),
    }


def _sent(line: ReturnLine, nodes: Nodes) -> Node:
    return {
        "__typename": "FulfillmentLineItem",
        "id": line.fulfillment_line_gid,
        "quantity": line.quantity,
        "lineItem": nodes[line.line_gid],
    }


def reverse_node(record: Return, order: Order, nodes: Nodes) -> Node:
    return {
        "__typename": "ReverseFulfillmentOrder",
        "id": record.reverse_gid,
        "status": "OPEN" if record.status == "OPEN" else "CLOSED",
        "order": nodes[order.gid],
        "lineItems": [
            {
                "__typename": "ReverseFulfillmentOrderLineItem",
                "id": line.reverse_gid,
                "totalQuantity": line.quantity,
                "fulfillmentLineItem": _sent(line, nodes),
                "dispositions": [
                    {
                        "__typename": "ReverseFulfillmentOrderDisposition",
                        "id": arrival.gid,
                        "quantity": arrival.quantity,
                        "createdAt": written(arrival.created_at),
                        "type": "RESTOCKED",
                        "location": nodes[arrival.location_gid],
                    }
                    for arrival in line.arrivals
                ],
            }
            for line in record.lines
        ],
    }
