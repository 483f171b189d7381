"""Staff edit an order: every sum follows, nothing is paid by it, and what came later is still to ship."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.sandbox.conftest import Client

MONEY = "{ shopMoney { amount } }"
ORDER = f"""edited displayFinancialStatus displayFulfillmentStatus
currentTotalPriceSet {MONEY} currentTotalTaxSet {MONEY} currentTotalDiscountsSet {MONEY}
currentShippingPriceSet {MONEY} totalOutstandingSet {MONEY} currentSubtotalLineItemsQuantity
shippingLines(first: 5) {{ nodes {{ title }} }}
lineItems(first: 9) {{ nodes {{ sku quantity currentQuantity }} }}
fulfillmentOrders(first: 9) {{ nodes {{ status lineItems(first: 9) {{ nodes {{
  remainingQuantity lineItem {{ sku }} }} }} }} }}"""
SPEC: dict[str, Any] = {
    "taxRate": "0.25",
    "taxesIncluded": False,
    "lines": [
        {"sku": "A", "title": "A", "quantity": 2, "price": "10.00"},
        {"sku": "B", "title": "B", "quantity": 1, "price": "20.00"},
    ],
    "shipping": [{"title": "Post", "price": "5.00", "taxRate": "0"}],
}


@pytest.fixture
def given_order(given_empty_shop: Client) -> Client:
    """40.00 of goods, 10.00 of tax and 5.00 of shipping, paid."""
    given_empty_shop.control("orders", SPEC)
    return given_empty_shop


def edit(client: Client, **given: Any) -> dict[str, Any]:
    client.control("orders/edit", {"name": "#1001", **given})
    return client.order("#1001", ORDER)


def amount(order: dict[str, Any], name: str) -> Decimal:
    return Decimal(order[name]["shopMoney"]["amount"])


def to_ship(order: dict[str, Any]) -> list[dict[str, int]]:
    return [
        {line["lineItem"]["sku"]: line["remainingQuantity"] for line in goods["lineItems"]["nodes"]}
        for goods in order["fulfillmentOrders"]["nodes"]
    ]


def test_goods_that_are_added_are_owed_and_to_be_shipped(given_order: Client) -> None:
    order = edit(given_order, add=[{"sku": "C", "title": "C", "quantity": 3, "price": "4.00"}])

    assert order["edited"]
    assert amount(order, "currentTotalPriceSet") == Decimal("70.00")
    assert amount(order, "currentTotalTaxSet") == Decimal("13.00")
    assert amount(order, "totalOutstandingSet") == Decimal("15.00")
    assert order["displayFinancialStatus"] == "PARTIALLY_PAID"
    assert to_ship(order) == [{"A": 2, "B": 1}, {"C": 3}]


def test_more_of_a_line_is_on_the_same_line(given_order: Client) -> None:
    order = edit(given_order, quantity={"A": 5})

    assert order["lineItems"]["nodes"][0] == {"sku": "A", "quantity": 5, "currentQuantity": 5}
    assert amount(order, "currentTotalPriceSet") == Decimal("92.50")
    assert to_ship(order) == [{"A": 2, "B": 1}, {"A": 3}]


def test_less_of_a_line_leaves_what_was_ordered(given_order: Client) -> None:
    order = edit(given_order, quantity={"A": 1, "B": 0})

    lines = [(line["quantity"], line["currentQuantity"]) for line in order["lineItems"]["nodes"]]
    assert lines == [(2, 1), (1, 0)]
    assert amount(order, "currentTotalPriceSet") == Decimal("17.50")
    assert to_ship(order) == [{"A": 1, "B": 0}]


def test_a_lower_price_is_a_discount_of_the_line(given_order: Client) -> None:
    order = edit(given_order, discount={"B": "8.00"})

    assert amount(order, "currentTotalDiscountsSet") == Decimal("8.00")
    assert amount(order, "currentTotalTaxSet") == Decimal("8.00")
    assert amount(order, "currentTotalPriceSet") == Decimal("45.00")


def test_shipping_is_exchanged(given_order: Client) -> None:
    dear = {"title": "Express", "price": "20.00", "taxRate": "0"}

    order = edit(given_order, removeShipping=[0], addShipping=[dear])

    assert order["shippingLines"]["nodes"] == [{"title": "Express"}]
    assert amount(order, "currentShippingPriceSet") == Decimal("20.00")
    assert amount(order, "currentTotalPriceSet") == Decimal("70.00")


@pytest.mark.parametrize(
    "given",
    [
        {"quantity": {"A": -1}},
        {"quantity": {"Z": 1}},
        {"discount": {"A": "20.01"}},
        {"add": [{"title": "No price"}]},
        {"add": [{"title": "None", "price": "1.00", "quantity": 0}]},
        {"addShipping": [{"title": "No price"}]},
    ],
)
def test_what_makes_no_sense_is_refused_and_changes_nothing(
    given_order: Client, given: dict[str, Any]
) -> None:
    before = given_order.order("#1001", ORDER)

    code, _body, _headers = given_order.raw("/__sandbox/orders/edit", {"name": "#1001", **given})

    assert code == 400
    assert given_order.order("#1001", ORDER) == before
