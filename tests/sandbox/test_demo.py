"""The demo shop: whole, varied, the same every time, and right to the cent."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from sandbox.arguments import Options

from .conftest import Client, Opener, document

FIRST = {"first": 250, "query": "", "lines": 100}


def orders(client: Client) -> list[dict[str, Any]]:
    nodes: list[dict[str, Any]] = client.data(document("orders_page"), **FIRST)["orders"]["nodes"]
    return nodes


def amount(bag: dict[str, Any], side: str) -> Decimal:
    return Decimal(bag[side]["amount"])


def goods_left(order: dict[str, Any], side: str) -> Decimal:
    """Return the units left of each line at their price, less their part of the allocations."""
    total = Decimal(0)
    for line in order["lineItems"]["nodes"]:
        share = Decimal(line["currentQuantity"]) / line["quantity"]
        total += amount(line["originalUnitPriceSet"], side) * line["currentQuantity"]
        for allocation in line["discountAllocations"]:
            off = amount(allocation["allocatedAmountSet"], side) * share
            total -= off.quantize(Decimal("0.01"), ROUND_HALF_UP)
    return total


def test_every_order_adds_up_in_both_currencies(given_demo_shop: Client) -> None:
    checked = 0
    for order in orders(given_demo_shop):
        if order["lineItems"]["pageInfo"]["hasNextPage"]:
            continue
        for side in ("shopMoney", "presentmentMoney"):
            assert goods_left(order, side) == amount(order["currentSubtotalPriceSet"], side)
            tax = amount(order["currentTotalTaxSet"], side)
            parts = (
                amount(order["currentSubtotalPriceSet"], side)
                + amount(order["currentShippingPriceSet"], side)
                + amount(order["totalTipReceivedSet"], side)
                + (0 if order["taxesIncluded"] else tax)
            )
            assert parts == amount(order["currentTotalPriceSet"], side), order["name"]
            lines = sum(amount(line["priceSet"], side) for line in order["currentTaxLines"])
            assert lines == tax
        checked += 1
    assert checked >= 40


def test_payments_explain_what_is_outstanding(given_demo_shop: Client) -> None:
    for order in orders(given_demo_shop):
        for side in ("shopMoney", "presentmentMoney"):
            signs = {"SALE": 1, "REFUND": -1}
            paid = sum(
                signs[t["kind"]] * amount(t["amountSet"], side) for t in order["transactions"]
            )
            owed = amount(order["currentTotalPriceSet"], side) - paid
            assert owed == amount(order["totalOutstandingSet"], side), order["name"]


def test_it_holds_one_of_each_kind_that_gives_trouble(given_demo_shop: Client) -> None:
    found = orders(given_demo_shop)
    kinds = {
        "tax excluded": lambda o: not o["taxesIncluded"],
        "in NOK": lambda o: o["presentmentCurrencyCode"] == "NOK",
        "in SEK": lambda o: o["presentmentCurrencyCode"] == "SEK",
        "gift card sold": lambda o: any(x["isGiftCard"] for x in o["lineItems"]["nodes"]),
        "gift card paid with": lambda o: "gift_card" in o["paymentGatewayNames"],
        "tip": lambda o: amount(o["totalTipReceivedSet"], "shopMoney") > 0,
        "cash rounding": lambda o: amount(
            o["totalCashRoundingAdjustment"]["paymentSet"], "shopMoney"
        ),
        "company with a long reference": lambda o: (
            o["purchasingEntity"] and len(o["poNumber"] or "") > 35 and o["paymentTerms"]
        ),
        "guest": lambda o: o["customer"] is None,
        "custom line": lambda o: any(
            not x["variant"] and not x["sku"] for x in o["lineItems"]["nodes"]
        ),
        "unknown item": lambda o: any(
            x["sku"] and not x["variant"] for x in o["lineItems"]["nodes"]
        ),
        "many lines": lambda o: o["lineItems"]["pageInfo"]["hasNextPage"],
        "edited": lambda o: o["edited"],
        "cancelled": lambda o: o["cancelledAt"],
        "test": lambda o: o["test"],
        "unpaid": lambda o: o["unpaid"] and not o["cancelledAt"],
        "partly refunded": lambda o: o["displayFinancialStatus"] == "PARTIALLY_REFUNDED",
        "high risk": lambda o: o["risk"]["assessments"] == [{"riskLevel": "HIGH"}],
        "fulfilled": lambda o: o["displayFulfillmentStatus"] == "FULFILLED" and o["closed"],
    }
    missing = [name for name, is_one in kinds.items() if not any(map(is_one, found))]
    assert missing == []


def test_two_shops_opened_at_one_time_are_equal(shop_opener: Opener) -> None:
    first, second = (shop_opener(Options(seed="demo")) for _ in range(2))
    assert orders(first) == orders(second)


def test_the_clock_moves_the_days_and_nothing_else(shop_opener: Opener) -> None:
    client = shop_opener(Options(seed="demo"))
    latest = orders(client)[-1]
    assert latest["createdAt"] == "2026-10-20T11:00:00Z"


def test_an_order_with_120_lines_is_completed_by_a_second_page(given_demo_shop: Client) -> None:
    order = next(o for o in orders(given_demo_shop) if o["lineItems"]["pageInfo"]["hasNextPage"])
    after = order["lineItems"]["pageInfo"]["endCursor"]
    rest = given_demo_shop.data(document("order_lines"), id=order["id"], first=250, after=after)
    lines = order["lineItems"]["nodes"] + rest["order"]["lineItems"]["nodes"]
    assert len({line["id"] for line in lines}) == len(lines) == 120
    assert not rest["order"]["lineItems"]["pageInfo"]["hasNextPage"]
