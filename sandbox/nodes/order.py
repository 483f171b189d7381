"""An order as Shopify shows it: what it says of itself, its money, and who and what it refers to."""

from __future__ import annotations

from dataclasses import replace

from sandbox import status, totals
from sandbox.clock import written
from sandbox.money import NOTHING, Bag, text, total
from sandbox.nodes import Node, Nodes
from sandbox.nodes.company import purchasing_company
from sandbox.nodes.line import shipping_line_node
from sandbox.nodes.payment import terms_node
from sandbox.nodes.values import attributes, bag, count, legacy_id, mailing, tax
from sandbox.records.order import Order, Transaction
from sandbox.totals import Sums


def order_node(order: Order, nodes: Nodes) -> Node:
    """Return the order; its lines, transactions, refunds and fulfillments are nodes already."""
    return {
        **_identity(order),
        **_states(order),
        **_original_money(order),
        **_current_money(order, totals.current(order)),
        **_payments(order),
        **_people(order, nodes),
        "lineItems": [nodes[line.gid] for line in order.lines],
        "shippingLines": [shipping_line_node(line, order) for line in order.shipping],
        "transactions": [nodes[transaction.gid] for transaction in order.transactions],
        "transactionsCount": count(len(order.transactions)),
        "refunds": [nodes[refund.gid] for refund in order.refunds],
        "returns": [nodes[back.gid] for back in order.returns],
        "fulfillments": [nodes[fulfillment.gid] for fulfillment in order.fulfillments],
        "fulfillmentsCount": count(len(order.fulfillments)),
        "fulfillmentOrders": [nodes[goods.gid] for goods in order.fulfillment_orders],
    }


def _identity(order: Order) -> Node:
    return {
        "__typename": "Order",
        "id": order.gid,
        "legacyResourceId": legacy_id(order.gid),
        "name": order.name,
        "number": order.number,
        "confirmationNumber": f"SBX{order.number}",
        "createdAt": written(order.created_at),
        "processedAt": written(order.processed_at),
        "updatedAt": written(order.updated_at),
        "email": order.email,
        "phone": order.phone,
        "note": order.note,
        "poNumber": order.po_number,
        "tags": sorted(order.tags, key=str.lower),
        "sourceName": order.source_name,
        "sourceIdentifier": None,
        "attribution": {"displayName": _channel(order), "handle": order.source_name},
        "customAttributes": attributes(order.attributes),
        "customerLocale": "en",
        "discountCode": order.discount_codes[0] if order.discount_codes else None,
        "discountCodes": list(order.discount_codes),
        "currencyCode": order.money.shop,
        "presentmentCurrencyCode": order.money.presentment,
        "taxesIncluded": order.taxes_included,
        "taxExempt": order.tax_exempt,
        "estimatedTaxes": False,
        "dutiesIncluded": False,
        "test": order.test,
    }


def _channel(order: Order) -> str:
    names = {"web": "Online Store", "pos": "Point of Sale", "shopify_draft_order": "Draft Orders"}
    return names.get(order.source_name, order.source_name)


def _states(order: Order) -> Node:
    return {
        "closed": order.closed_at is not None,
        "closedAt": written(order.closed_at) if order.closed_at else None,
        "cancelledAt": written(order.cancelled_at) if order.cancelled_at else None,
        "cancelReason": order.cancel_reason,
        "confirmed": True,
        "edited": order.edited,
        "displayFinancialStatus": status.financial(order),
        "displayFulfillmentStatus": status.fulfillment(order),
        "fulfillable": status.remaining(order) > 0,
        "returnStatus": status.returns(order),
        "requiresShipping": any(line.requires_shipping for line in order.lines),
        "subtotalLineItemsQuantity": sum(line.quantity for line in order.lines),
        "currentSubtotalLineItemsQuantity": sum(line.current_quantity for line in order.lines),
        "risk": _risk(order),
    }


def _risk(order: Order) -> Node:
    if order.risk_level is None:
        return {"assessments": [], "recommendation": "NONE"}
    advice = {"HIGH": "CANCEL", "MEDIUM": "INVESTIGATE"}.get(order.risk_level, "ACCEPT")
    assessment: Node = {"riskLevel": order.risk_level, "facts": [], "provider": None}
    return {"assessments": [assessment], "recommendation": advice}


def _original_money(order: Order) -> Node:
    money, sums = order.money, totals.original(order)
    return {
        "originalTotalPriceSet": bag(totals.as_placed(order).total, money),
        "totalPrice": text(sums.total.shop),
        "totalPriceSet": bag(sums.total, money),
        "subtotalPriceSet": bag(sums.subtotal, money),
        "totalDiscountsSet": bag(sums.discounts, money),
        "totalShippingPriceSet": bag(sums.shipping, money),
        "totalTaxSet": bag(sums.tax, money),
        "taxLines": [tax(line, money) for line in totals.original_taxes(order)],
        "originalTotalDutiesSet": None,
        "originalTotalAdditionalFeesSet": None,
    }


def _current_money(order: Order, sums: Sums) -> Node:
    money = order.money
    return {
        "currentTotalPriceSet": bag(sums.total, money),
        "currentSubtotalPriceSet": bag(sums.subtotal, money),
        "currentTotalDiscountsSet": bag(sums.discounts, money),
        "currentShippingPriceSet": bag(sums.shipping, money),
        "currentTotalTaxSet": bag(sums.tax, money),
        "currentTaxLines": [tax(line, money) for line in totals.current_taxes(order)],
        "currentTotalDutiesSet": None,
        "currentTotalAdditionalFeesSet": None,
        "totalTipReceivedSet": bag(sums.tip, money),
        "additionalFees": [],
    }


def _payments(order: Order) -> Node:
    money, received, back = order.money, totals.received(order), totals.paid_back(order)
    owed, capturable = totals.outstanding(order), totals.capturable(order)
    return {
        "fullyPaid": received.shop >= totals.current(order).total.shop,
        "unpaid": not received.shop,
        "canMarkAsPaid": order.cancelled_at is None and owed.shop > 0,
        "paymentGatewayNames": list(dict.fromkeys(t.gateway for t in order.transactions)),
        "totalReceivedSet": bag(received, money),
        "netPaymentSet": bag(received - back, money),
        "totalRefundedSet": bag(back, money),
        "refundDiscrepancySet": bag(totals.discrepancy(order), money),
        # What is only to be captured is not owed: recorded answers of `orderCreate`, 2025-01.
        "totalOutstandingSet": bag(owed - capturable, money),
        "totalCapturableSet": bag(capturable, money),
        "totalCashRoundingAdjustment": {
            "paymentSet": bag(_rounding(order.transactions), money),
            "refundSet": bag(NOTHING, money),
        },
        "paymentTerms": terms_node(order),
    }


def _rounding(transactions: tuple[Transaction, ...]) -> Bag:
    return total(t.rounding for t in transactions if t.kind in totals.RECEIVED)


def _people(order: Order, nodes: Nodes) -> Node:
    customer = nodes.get(order.customer_gid or "")
    return {
        "customer": customer,
        "purchasingEntity": _buyer(order, nodes, customer),
        "retailLocation": nodes.get(order.retail_location_gid or ""),
        "shippingAddress": mailing(order.shipping_address),
        "billingAddress": mailing(order.billing_address),
        "displayAddress": mailing(order.shipping_address or order.billing_address),
        "billingAddressMatchesShippingAddress": _one_address(order),
    }


def _one_address(order: Order) -> bool:
    billing, shipping = order.billing_address, order.shipping_address
    if billing is None or shipping is None:
        return billing is shipping
    return replace(billing, gid="") == replace(shipping, gid="")


def _buyer(order: Order, nodes: Nodes, customer: Node | None) -> Node | None:
    if order.company_gid is None or order.company_location_gid is None:
        return customer
    return purchasing_company(nodes[order.company_gid], nodes[order.company_location_gid])
