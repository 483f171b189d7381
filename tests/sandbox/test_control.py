"""The doors behind the counter: state, snapshots, the clock, and orders by plain JSON."""

from __future__ import annotations

import json

import pytest

from .conftest import Client, document
from .test_demo import orders


def test_a_snapshot_brings_everything_back(given_demo_shop: Client) -> None:
    client = given_demo_shop
    before = orders(client)
    name = client.control("snapshot")["name"]
    client.control("orders/cancel", {"name": "#1002"})
    client.control("orders", {"lines": [{"title": "New", "price": "1"}]})
    changed = orders(client)
    assert len(changed) == len(before) + 1
    client.control("restore", {"name": name})
    assert orders(client) == before


def test_a_reset_is_the_shop_as_it_was_opened(given_demo_shop: Client) -> None:
    before = orders(given_demo_shop)
    given_demo_shop.control("orders/edit", {"name": "#1001", "note": "x", "remove": {"0": 1}})
    assert orders(given_demo_shop) != before
    given_demo_shop.control("reset")
    assert orders(given_demo_shop) == before
    assert given_demo_shop.state()["calls"] == {"OrdersPage": 1}


def test_the_same_order_gets_the_same_ids_after_a_reset(given_demo_shop: Client) -> None:
    spec = {"lines": [{"title": "New", "price": "1"}]}
    first = given_demo_shop.control("orders", spec)
    given_demo_shop.control("reset")
    assert given_demo_shop.control("orders", spec) == first


def test_an_order_of_plain_json_is_shown_in_full(given_demo_shop: Client) -> None:
    spec = {
        "currency": "NOK", "taxRate": "0.25", "taxTitle": "MVA", "taxesIncluded": False,
        "email": "new@example.com", "poNumber": "P", "tip": "2.00", "discount": "1.00",
        "customer": {"firstName": "Ny", "lastName": "Kunde"},
        "shippingAddress": {"firstName": "Ny", "address1": "Gate 1", "countryCode": "NO"},
        "lines": [{"sku": "MUG-SNOW", "title": "Mug", "price": "10.00", "quantity": 3}],
        "shipping": [{"title": "Post", "price": "4.00"}],
    }  # fmt: skip
    name = given_demo_shop.control("orders", spec)["name"]
    order = given_demo_shop.order(
        name,
        """customer { displayName email } poNumber shippingAddress { address1 countryCodeV2 }
        currentTotalPriceSet { shopMoney { amount currencyCode }
                               presentmentMoney { amount currencyCode } }
        currentTaxLines { title ratePercentage priceSet { shopMoney { amount } } }
        lineItems(first: 1) { nodes { variant { sku } product { title } } }""",
    )
    assert order == {
        "customer": {"displayName": "Ny Kunde", "email": "new@example.com"},
        "poNumber": "P",
        "shippingAddress": {"address1": "Gate 1", "countryCodeV2": "NO"},
        "currentTotalPriceSet": {
            "shopMoney": {"amount": "43.25", "currencyCode": "EUR"},
            "presentmentMoney": {"amount": "502.57", "currencyCode": "NOK"},
        },
        "currentTaxLines": [
            {"title": "MVA", "ratePercentage": 25.0, "priceSet": {"shopMoney": {"amount": "8.25"}}}
        ],
        "lineItems": {
            "nodes": [{"variant": {"sku": "MUG-SNOW"}, "product": {"title": "Stoneware mug"}}]
        },
    }


@pytest.mark.parametrize(
    ("door", "body", "message"),
    [
        ("orders", {}, 'An order needs its lines: {"lines": [{"title": …, "price": …}]}.'),
        ("orders", {"lines": [], "colour": 1}, "Unknown fields of an order: colour."),
        ("orders", {"lines": [{"title": "A"}]}, "A line needs a title and a price."),
        ("orders", {"lines": [{"title": "A", "price": "x"}]}, "price: cannot read 'x'."),
        ("orders", {"lines": [{"title": "A", "price": 1, "quantity": 0}]},
         "A: the quantity must be greater than 0."),
        ("orders", {"lines": [{"title": "A", "price": 1}], "currency": "JPY"},
         "The shop does not sell in JPY."),
        ("orders", {"lines": [{"title": "A", "price": 1}], "payments": [{"amount": "2"}]},
         "Payments of 2.00 exceed the order's total of 1.00."),
        ("orders/cancel", {"name": "#1"}, "There is no order #1: give its id or its name."),
        ("restore", {"name": "x"}, "There is no snapshot called x."),
        ("faults", {"rules": 1},
         'A fault list looks like {"seed": 1, "rules": [{"kind": "throttle"}]}.'),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused_and_changes_nothing(
    given_demo_shop: Client, door: str, body: object, message: str
) -> None:
    status, answer, _ = given_demo_shop.raw(f"/__sandbox/{door}", body)
    assert (status, json.loads(answer)) == (400, {"error": message})
    assert given_demo_shop.state()["counts"]["Order"] == 47


def test_the_clock_stops_moves_and_dates_what_happens(given_demo_shop: Client) -> None:
    moved = given_demo_shop.control("clock", {"set": "2026-12-24T18:00:00Z", "advance": 30})
    assert moved == {"now": "2026-12-24T18:00:30Z", "stopped": True}
    given_demo_shop.control("orders/edit", {"name": "#1001", "note": "x"})
    assert given_demo_shop.order("#1001", "updatedAt") == {"updatedAt": "2026-12-24T18:00:30Z"}
    assert given_demo_shop.control("clock", {"stop": False})["stopped"] is False


def test_the_state_counts_calls_by_document(given_demo_shop: Client) -> None:
    given_demo_shop.data(document("shop_info"))
    given_demo_shop.post("{ nonsense }")
    state = given_demo_shop.state()
    assert state["calls"] == {"ShopInfo": 1}
    assert state["outcomes"] == {"answered": 1, "rejected": 1}
    assert state["counts"] == {
        "Product": 24, "ProductVariant": 51, "Customer": 12, "Company": 2, "Location": 2,
        "Order": 47,
    }  # fmt: skip


def test_a_list_of_orders_is_placed_whole_or_not_at_all(given_demo_shop: Client) -> None:
    before = orders(given_demo_shop)
    good = {"lines": [{"title": "A", "price": "1"}], "customer": {"email": "x@example.com"}}
    bad = {"lines": [{"title": "A", "price": "1", "quantity": 0}]}
    assert given_demo_shop.raw("/__sandbox/orders", [good, bad])[0] == 400
    assert orders(given_demo_shop) == before
    assert given_demo_shop.state()["counts"]["Customer"] == 12
