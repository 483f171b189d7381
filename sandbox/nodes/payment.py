"""What was paid and paid back for an order, and when it is due, as Shopify shows it."""

from __future__ import annotations

from sandbox import totals
from sandbox.money import text
from sandbox.nodes import Node, Nodes
from sandbox.nodes.values import bag, legacy_id, money, written
from sandbox.records.order import Order, Refund, RefundLine, Transaction


def transaction_node(record: Transaction, order: Order, nodes: Nodes) -> Node:
    gift_card = record.gateway == "gift_card"
    return {
        "__typename": "OrderTransaction",
        "id": record.gid,
        "kind": record.kind,
        "status": record.status,
        "gateway": record.gateway,
        "formattedGateway": "Gift card" if gift_card else record.gateway.replace("_", " ").title(),
        "test": order.test,
        "createdAt": written(record.processed_at),
        "processedAt": written(record.processed_at),
        "amount": text(record.amount.shop),
        "amountSet": bag(record.amount, order.money),
        "amountRoundingSet": bag(record.rounding, order.money) if record.rounding else None,
        "errorCode": None,
        "manualPaymentGateway": record.gateway == "manual",
        "paymentId": f"{order.name}.{legacy_id(record.gid)}",
        "parentTransaction": None,
        "receiptJson": "{}",
        "settlementCurrency": order.money.shop,
        "order": nodes[order.gid],
    }


def refund_node(record: Refund, order: Order, nodes: Nodes) -> Node:
    return {
        "__typename": "Refund",
        "id": record.gid,
        "legacyResourceId": legacy_id(record.gid),
        "createdAt": written(record.created_at),
        "processedAt": written(record.created_at),
        "updatedAt": written(record.created_at),
        "note": record.note,
        "order": nodes[order.gid],
        "return": _return_of(record, order, nodes),
        "duties": None,
        "totalRefundedSet": bag(record.amount, order.money),
        "refundLineItems": [
            {
                "__typename": "RefundLineItem",
                "id": line.gid,
                "quantity": line.quantity,
                "restockType": _restock(line),
                "restocked": line.restocked,
                "lineItem": nodes[line.line_gid],
                "location": nodes.get(line.location_gid or ""),
                "subtotalSet": bag(line.subtotal, order.money),
                "totalTaxSet": bag(line.tax, order.money),
                "priceSet": bag(order.line(line.line_gid).unit_price, order.money),
            }
            for line in record.lines
        ],
        "refundShippingLines": [
            {
                "__typename": "RefundShippingLine",
                "id": line.gid,
                "shippingLine": {"id": line.line_gid, "title": line.title},
                "subtotalAmountSet": bag(line.subtotal, order.money),
                "taxAmountSet": bag(line.tax, order.money),
            }
            for line in record.shipping
        ],
        "transactions": [nodes[gid] for gid in record.transactions],
    }


def _return_of(record: Refund, order: Order, nodes: Nodes) -> Node | None:
    found = (nodes[back.gid] for back in order.returns if record.gid in back.refunds)
    return next(found, None)


def _restock(line: RefundLine) -> str:
    if not line.restocked:
        return "NO_RESTOCK"
    return "RETURN" if line.sent else "CANCEL"


def terms_node(order: Order) -> Node | None:
    """Return the PaymentTerms of the order, with its one schedule."""
    terms = order.payment_terms
    if terms is None:
        return None
    due_at = written(terms.due_at) if terms.due_at else None
    owed = money(text(totals.outstanding(order).presentment), order.money.presentment)
    return {
        "__typename": "PaymentTerms",
        "id": terms.gid,
        "paymentTermsName": terms.name,
        "translatedName": terms.name,
        "paymentTermsType": terms.kind,
        "dueInDays": terms.days,
        "paymentSchedules": [
            {
                "__typename": "PaymentSchedule",
                "id": terms.schedule_gid,
                "dueAt": due_at,
                "issuedAt": written(order.processed_at) if due_at else None,
                "completedAt": None,
                "amount": owed,
                "balanceDue": owed,
                "totalBalance": owed,
            }
        ],
    }
