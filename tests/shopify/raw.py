"""Raw nodes as Shopify sends them for our documents, with what a test wants to be different."""

from __future__ import annotations

from typing import Any

Raw = dict[str, Any]
DONE = {"hasNextPage": False, "endCursor": None}


def bag(shop: str, presentment: str | None = None) -> Raw:
    return {
        "shopMoney": {"amount": shop},
        "presentmentMoney": {"amount": presentment or shop},
    }


def connection(*nodes: Raw, more_after: str | None = None) -> Raw:
    info = {"hasNextPage": more_after is not None, "endCursor": more_after}
    return {"nodes": list(nodes), "pageInfo": info}


def tax(amount: str = "20.0", **changes: Any) -> Raw:
    node = {
        "title": "MVA",
        "ratePercentage": 25.0,
        "channelLiable": False,
        "priceSet": bag(amount),
    }
    return node | changes


def line(number: int = 1, **changes: Any) -> Raw:
    node = {
        "id": f"gid://shopify/LineItem/{number}",
        "name": "Kopp - blå",
        "title": "Kopp",
        "variantTitle": "blå",
        "sku": "KOPP-1",
        "quantity": 2,
        "currentQuantity": 1,
        "requiresShipping": True,
        "taxable": True,
        "isGiftCard": False,
        "customAttributes": [{"key": "engraving", "value": "Kari"}, {"key": "x", "value": None}],
        "product": {"id": "gid://shopify/Product/1"},
        "variant": {"id": "gid://shopify/ProductVariant/2"},
        "originalUnitPriceSet": bag("100.0", "9.5"),
        "discountAllocations": [{"allocatedAmountSet": bag("10.0")}],
        "taxLines": [tax()],
    }
    return node | changes


def shipping_line(number: int = 1, **changes: Any) -> Raw:
    node = {
        "id": f"gid://shopify/ShippingLine/{number}",
        "title": "Posten",
        "code": "POSTEN",
        "originalPriceSet": bag("99.0"),
        "discountAllocations": [{"allocatedAmountSet": bag("9.0")}],
        "taxLines": [tax("18.0", channelLiable=True)],
    }
    return node | changes


def address(**changes: Any) -> Raw:
    node = {
        "firstName": "Kari",
        "lastName": "Nordmann",
        "company": None,
        "address1": "Storgata 1",
        "address2": None,
        "zip": "0155",
        "city": "Oslo",
        "provinceCode": "NO-03",
        "province": "Oslo",
        "countryCodeV2": "NO",
        "phone": None,
    }
    return node | changes


def transaction(**changes: Any) -> Raw:
    node = {
        "id": "gid://shopify/OrderTransaction/1",
        "kind": "SALE",
        "status": "SUCCESS",
        "gateway": "shopify_payments",
        "test": False,
        "processedAt": "2026-03-02T10:00:01Z",
        "amountSet": bag("289.0"),
    }
    return node | changes


def refund(number: int = 1, **changes: Any) -> Raw:
    """A refund of one unit and of shipping."""
    node = {
        "id": f"gid://shopify/Refund/{number}",
        "createdAt": "2026-03-05T10:00:00Z",
        "updatedAt": "2026-03-05T11:00:00Z",
        "note": "Broken",
        "totalRefundedSet": bag("150.0"),
        "refundLineItems": connection(refund_line()),
        "refundShippingLines": {
            "nodes": [
                {
                    "shippingLine": {"id": "gid://shopify/ShippingLine/1", "title": "Posten"},
                    "subtotalAmountSet": bag("40.0"),
                    "taxAmountSet": bag("10.0"),
                }
            ],
            "pageInfo": {"hasNextPage": False},
        },
        "transactions": {
            "nodes": [{"kind": "REFUND", "status": "SUCCESS"}],
            "pageInfo": {"hasNextPage": False},
        },
    }
    return node | changes


def refund_line(number: int = 1) -> Raw:
    return {
        "id": f"gid://shopify/RefundLineItem/{number}",
        "quantity": 1,
        "restockType": "RETURN",
        "location": {"id": "gid://shopify/Location/1"},
        "lineItem": {"id": "gid://shopify/LineItem/1", "name": "Kopp - blå"},
        "priceSet": bag("100.0"),
        "subtotalSet": bag("95.0"),
        "totalTaxSet": bag("19.0"),
    }


def returned(number: int = 1, **changes: Any) -> Raw:
    """A return of one unit, in exchange for another line of the order."""
    node = {
        "id": f"gid://shopify/Return/{number}",
        "name": f"#1001-R{number}",
        "status": "OPEN",
        "createdAt": "2026-03-04T10:00:00Z",
        "closedAt": None,
        "totalQuantity": 1,
        "decline": None,
        "returnLineItems": connection(return_line()),
        "exchangeLineItems": connection(exchange()),
        "refunds": connection({"id": "gid://shopify/Refund/1"}),
    }
    return node | changes


def return_line(number: int = 1, **changes: Any) -> Raw:
    node = {
        "id": f"gid://shopify/ReturnLineItem/{number}",
        "quantity": 1,
        "refundedQuantity": 0,
        "returnReasonNote": "Zip",
        "customerNote": None,
        "returnReasonDefinition": {"name": "Too small", "handle": "too-small"},
        "fulfillmentLineItem": {
            "lineItem": {"id": "gid://shopify/LineItem/1", "name": "Kopp - blå"}
        },
    }
    return node | changes


def exchange(number: int = 1) -> Raw:
    return {
        "id": f"gid://shopify/ExchangeLineItem/{number}",
        "quantity": 1,
        "lineItems": [{"id": f"gid://shopify/LineItem/{number + 70}"}],
    }


def order(number: int = 1, **changes: Any) -> Raw:
    """An order with everything in it."""
    node = {
        "id": f"gid://shopify/Order/{number}",
        "name": f"#{1000 + number}",
        "createdAt": "2026-03-02T10:00:00Z",
        "updatedAt": "2026-03-02T11:00:00Z",
        "processedAt": "2026-03-02T09:59:59Z",
        "closed": False,
        "cancelledAt": None,
        "cancelReason": None,
        "confirmed": True,
        "test": False,
        "edited": True,
        "email": "kari@example.no",
        "phone": None,
        "note": "Ring the bell",
        "poNumber": "PO 7",
        "tags": ["vip", "b2b"],
        "sourceName": "web",
        "customAttributes": [{"key": "gift", "value": "yes"}],
        "currencyCode": "NOK",
        "presentmentCurrencyCode": "EUR",
        "taxesIncluded": True,
        "taxExempt": False,
        "displayFinancialStatus": "PAID",
        "displayFulfillmentStatus": "UNFULFILLED",
        "returnStatus": "NO_RETURN",
        "fullyPaid": True,
        "unpaid": False,
        "currentSubtotalLineItemsQuantity": 1,
        "paymentGatewayNames": ["shopify_payments"],
        "discountCodes": ["SPRING"],
        "totalPriceSet": bag("1.0"),
        "currentTotalPriceSet": bag("2.0"),
        "currentSubtotalPriceSet": bag("3.0"),
        "currentTotalTaxSet": bag("4.0"),
        "currentTotalDiscountsSet": bag("5.0"),
        "currentShippingPriceSet": bag("6.0"),
        "currentTotalDutiesSet": bag("7.0"),
        "currentTotalAdditionalFeesSet": bag("8.0"),
        "totalTipReceivedSet": bag("9.0"),
        "totalRefundedSet": bag("10.0"),
        "totalOutstandingSet": bag("-11.0"),
        "totalCashRoundingAdjustment": {"paymentSet": bag("-0.01")},
        "currentTaxLines": [tax("4.0")],
        "attribution": {"displayName": "Online Store"},
        "retailLocation": {"id": "gid://shopify/Location/1", "name": "Oslo"},
        "risk": {"assessments": [{"riskLevel": "LOW"}, {"riskLevel": "HIGH"}]},
        "paymentTerms": {
            "paymentTermsName": "Net 30",
            "paymentTermsType": "NET",
            "paymentSchedules": {"nodes": [{"dueAt": "2026-04-01T00:00:00Z"}]},
        },
        "customer": {
            "id": "gid://shopify/Customer/1",
            "firstName": "Kari",
            "lastName": None,
            "defaultEmailAddress": {"emailAddress": "kari@example.no"},
            "defaultPhoneNumber": {"phoneNumber": "+4722222222"},
        },
        "purchasingEntity": {
            "company": {"id": "gid://shopify/Company/1", "name": "Nordmann AS"},
            "location": {"id": "gid://shopify/CompanyLocation/1", "name": "Oslo"},
        },
        "shippingAddress": address(),
        "billingAddress": address(city="Bergen"),
        "transactions": [transaction()],
        "refundIds": [],
        "shippingLines": connection(shipping_line()),
        "lineItems": connection(line()),
    }
    return node | changes


def bare_order(**changes: Any) -> Raw:
    """An order with nothing that may be missing."""
    empty: Raw = dict.fromkeys(
        [
            *("email", "phone", "note", "poNumber", "sourceName", "displayFinancialStatus"),
            *("currentTotalDutiesSet", "currentTotalAdditionalFeesSet", "attribution"),
            *("retailLocation", "paymentTerms", "customer", "purchasingEntity"),
            *("shippingAddress", "billingAddress"),
        ]
    )
    lists: Raw = {
        "tags": [],
        "customAttributes": [],
        "paymentGatewayNames": [],
        "discountCodes": [],
        "currentTaxLines": [],
        "transactions": [],
        "risk": {"assessments": []},
        "shippingLines": connection(),
        "lineItems": connection(),
    }
    return order() | empty | lists | changes


def fulfillment_order(number: int = 1, *lines: Raw, **changes: Any) -> Raw:
    node = {
        "id": f"gid://shopify/FulfillmentOrder/{number}",
        "status": "OPEN",
        "requestStatus": "UNSUBMITTED",
        "fulfillmentHolds": [{"displayReason": "Awaiting payment"}],
        "assignedLocation": {
            "name": "Oslo",
            "location": {"id": "gid://shopify/Location/1", "isFulfillmentService": False},
        },
        "lineItems": connection(*lines),
    }
    return node | changes


def fulfillment_order_line(number: int, remaining: int = 1) -> Raw:
    return {
        "id": f"gid://shopify/FulfillmentOrderLineItem/{number}",
        "totalQuantity": remaining,
        "remainingQuantity": remaining,
        "lineItem": {"id": f"gid://shopify/LineItem/{number}"},
    }


def fulfillment_line(number: int, quantity: int = 1) -> Raw:
    return {"quantity": quantity, "lineItem": {"id": f"gid://shopify/LineItem/{number}"}}


def fulfillment(number: int = 1, *lines: Raw, **changes: Any) -> Raw:
    node = {
        "id": f"gid://shopify/Fulfillment/{number}",
        "status": "SUCCESS",
        "createdAt": "2026-03-02T12:00:00Z",
        "trackingInfo": [{"number": "T1"}, {"number": None}],
        "fulfillmentLineItems": connection(*lines),
    }
    return node | changes


def shipping_state(number: int = 1, **changes: Any) -> Raw:
    node = {
        "id": f"gid://shopify/Order/{number}",
        "displayFulfillmentStatus": "PARTIALLY_FULFILLED",
        "fulfillments": [fulfillment(1, fulfillment_line(1))],
        "fulfillmentOrders": connection(fulfillment_order(1, fulfillment_order_line(1))),
    }
    return node | changes
