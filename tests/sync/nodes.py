"""Raw orders as Shopify answers them, with only the fields a test cares for spelled out."""

from __future__ import annotations

from decimal import Decimal
from itertools import count
from typing import Any

from connector.shopify.nodes.order import OrderNode

_ids = count(1)


def bag(amount: str | Decimal, presentment: str | Decimal | None = None) -> dict[str, Any]:
    shown = amount if presentment is None else presentment
    return {"shopMoney": {"amount": str(amount)}, "presentmentMoney": {"amount": str(shown)}}


def tax(amount: str, rate: float = 25.0) -> dict[str, Any]:
    return {"title": "VAT", "ratePercentage": rate, "channelLiable": None, "priceSet": bag(amount)}


def line(
    price: str = "100.00",
    quantity: int = 1,
    *,
    gid: str = "",
    current: int | None = None,
    discount: str = "",
    taxes: tuple[dict[str, Any], ...] = (),
    variant: str | None = "gid://shopify/ProductVariant/1",
    **more: Any,
) -> dict[str, Any]:
    title = more.pop("title", "Lamp")
    return {
        "id": gid or f"gid://shopify/LineItem/{next(_ids)}",
        "name": title,
        "title": title,
        "variantTitle": None,
        "sku": "LAMP",
        "quantity": quantity,
        "currentQuantity": quantity if current is None else current,
        "requiresShipping": True,
        "taxable": True,
        "isGiftCard": False,
        "customAttributes": [],
        "product": {"id": "gid://shopify/Product/1"} if variant else None,
        "variant": {"id": variant} if variant else None,
        "originalUnitPriceSet": bag(price),
        "discountAllocations": [{"allocatedAmountSet": bag(discount)}] if discount else [],
        "taxLines": list(taxes),
        **more,
    }


def charge(
    price: str, *, discount: str = "", title: str = "Express", taxes: tuple[Any, ...] = ()
) -> dict[str, Any]:
    return {
        "id": f"gid://shopify/ShippingLine/{next(_ids)}",
        "title": title,
        "code": title,
        "originalPriceSet": bag(price),
        "discountAllocations": [{"allocatedAmountSet": bag(discount)}] if discount else [],
        "taxLines": list(taxes),
    }


def order(
    total: str,
    lines: list[dict[str, Any]],
    *,
    shipping: tuple[dict[str, Any], ...] = (),
    **more: Any,
) -> dict[str, Any]:
    """A paid, open order; `total` is the current total. Taxes are those of the lines."""
    taxes = [
        t["priceSet"]["shopMoney"]["amount"]
        for each in (*lines, *shipping)
        for t in each["taxLines"]
    ]
    paid = [Decimal(c["originalPriceSet"]["shopMoney"]["amount"]) for c in shipping]
    off = [
        Decimal(a["allocatedAmountSet"]["shopMoney"]["amount"])
        for each in (*lines, *shipping)
        for a in each["discountAllocations"]
    ]
    shipping_off = [
        Decimal(a["allocatedAmountSet"]["shopMoney"]["amount"])
        for each in shipping
        for a in each["discountAllocations"]
    ]
    number = next(_ids)
    node = {
        "id": f"gid://shopify/Order/{number}",
        "name": f"#{1000 + number}",
        "createdAt": "2026-03-02T10:00:00Z",
        "updatedAt": "2026-03-02T10:05:00Z",
        "processedAt": "2026-03-02T10:00:00Z",
        "closed": False,
        "cancelledAt": None,
        "cancelReason": None,
        "confirmed": True,
        "test": False,
        "edited": False,
        "email": "kari@example.com",
        "phone": None,
        "note": None,
        "poNumber": None,
        "tags": [],
        "sourceName": "web",
        "customAttributes": [],
        "currencyCode": "EUR",
        "presentmentCurrencyCode": "EUR",
        "taxesIncluded": False,
        "taxExempt": False,
        "displayFinancialStatus": "PAID",
        "displayFulfillmentStatus": "UNFULFILLED",
        "returnStatus": "NO_RETURN",
        "fullyPaid": True,
        "unpaid": False,
        "currentSubtotalLineItemsQuantity": sum(each["currentQuantity"] for each in lines),
        "paymentGatewayNames": ["shopify_payments"],
        "discountCodes": [],
        "totalPriceSet": bag(total),
        "currentTotalPriceSet": bag(total),
        "currentSubtotalPriceSet": bag(total),
        "currentTotalTaxSet": bag(sum(map(Decimal, taxes), Decimal(0))),
        "currentTotalDiscountsSet": bag(sum(off, Decimal(0))),
        "currentShippingPriceSet": bag(sum(paid, Decimal(0)) - sum(shipping_off, Decimal(0))),
        "currentTotalDutiesSet": None,
        "currentTotalAdditionalFeesSet": None,
        "totalTipReceivedSet": bag("0.0"),
        "totalRefundedSet": bag("0.0"),
        "totalOutstandingSet": bag("0.0"),
        "totalCashRoundingAdjustment": {"paymentSet": bag("0.0")},
        "currentTaxLines": [],
        "attribution": {"displayName": "Online Store"},
        "retailLocation": None,
        "risk": {"assessments": []},
        "paymentTerms": None,
        "customer": {
            "id": "gid://shopify/Customer/1",
            "firstName": "Kari",
            "lastName": "Holm",
            "defaultEmailAddress": {"emailAddress": "kari@example.com"},
            "defaultPhoneNumber": None,
        },
        "purchasingEntity": None,
        "shippingAddress": address(),
        "billingAddress": address(),
        "transactions": [],
        "shippingLines": {"nodes": list(shipping), "pageInfo": {"hasNextPage": False}},
        "lineItems": {"nodes": lines, "pageInfo": {"hasNextPage": False, "endCursor": None}},
    }
    return {**node, **more}


def address(**more: str) -> dict[str, str]:
    return {
        "firstName": "Kari",
        "lastName": "Holm",
        "company": "",
        "address1": "Storgata 1",
        "address2": "",
        "zip": "0155",
        "city": "Oslo",
        "provinceCode": "",
        "province": "",
        "countryCodeV2": "NO",
        "phone": "",
        **more,
    }


def read(node: dict[str, Any]) -> OrderNode:
    return OrderNode.from_node(node)
