"""Goods come back: returns and exchanges, behind the control doors and as Shopify shows them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.sandbox.conftest import Client, document

LAMP = {"sku": "LAMP", "title": "Lamp", "quantity": 2, "price": "100.00"}
VASE = {"title": "Vase", "price": "36.50"}
RETURN = "id name status totalQuantity closedAt decline { reason note }"


@pytest.fixture
def given_sent(given_demo_shop: Client) -> Client:
    """An order of two lamps that have left."""
    spec = {"name": "R1", "lines": [LAMP], "fulfilled": True, "taxRate": "0.25"}
    given_demo_shop.control("orders", {**spec, "taxesIncluded": True})
    return given_demo_shop


def seen(shop: Client) -> dict[str, Any]:
    text = "returnStatus displayFinancialStatus " + " ".join(
        f"{name} {{ shopMoney {{ amount }} }}"
        for name in (
            "originalTotalPriceSet",
            "totalPriceSet",
            "currentTotalPriceSet",
            "totalRefundedSet",
            "totalOutstandingSet",
        )
    )
    node = shop.order("R1", text)
    return {k: v["shopMoney"]["amount"] if isinstance(v, dict) else v for k, v in node.items()}


def returns(shop: Client) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = shop.order("R1", f"returns(first: 5) {{ nodes {{ {RETURN} }} }}")[
        "returns"
    ]["nodes"]
    return found


def refused(shop: Client, door: str, **body: Any) -> str:
    status, answer, _ = shop.raw(f"/__sandbox/{door}", {"name": "R1", **body})
    assert status == 400
    return str(json.loads(answer)["error"])


def test_a_return_is_opened_received_at_a_place_and_closed(given_sent: Client) -> None:
    shop = given_sent
    place = shop.api.store.locations()[0]
    shop.control("orders/return", {"name": "R1", "lines": {"LAMP": 1}, "reason": "too-small"})
    assert seen(shop)["returnStatus"] == "IN_PROGRESS"
    [back] = returns(shop)
    assert (back["name"], back["status"], back["totalQuantity"]) == ("R1-R1", "OPEN", 1)

    shop.control("orders/return/receive", {"name": "R1", "locations": [place.name]})
    shop.control("orders/return/close", {"name": "R1"})

    now = seen(shop)
    assert (now["returnStatus"], now["totalRefundedSet"]) == ("RETURNED", "100.0")
    [refund] = shop.order(
        "R1",
        "refunds { return { name } refundLineItems(first: 5)"
        " { nodes { restockType location { name } } } }",
    )["refunds"]
    assert refund["return"]["name"] == "R1-R1"
    assert refund["refundLineItems"]["nodes"] == [
        {"restockType": "RETURN", "location": {"name": place.name}}
    ]
    assert returns(shop)[0]["closedAt"] is not None


def test_a_return_that_was_asked_for_is_declined_or_approved(given_sent: Client) -> None:
    shop = given_sent
    for _number in range(2):
        shop.control("orders/return", {"name": "R1", "lines": {"0": 1}, "requested": True})
    assert seen(shop)["returnStatus"] == "RETURN_REQUESTED"

    said = {"reason": "FINAL_SALE", "note": "On sale"}
    shop.control("orders/return/decline", {"name": "R1", "return": "R1-R1", **said})
    shop.control("orders/return/approve", {"name": "R1", "return": "R1-R2"})

    first, second = returns(shop)
    assert (first["status"], first["decline"]) == ("DECLINED", said)
    assert (second["status"], second["decline"]) == ("OPEN", None)
    assert seen(shop)["returnStatus"] == "IN_PROGRESS"


@pytest.mark.parametrize(
    ("price", "total", "current", "refunded", "transactions"),
    [
        ("36.50", "236.5", "136.5", "63.5", ["SALE", "REFUND"]),
        ("100.00", "300.0", "200.0", "0.0", ["SALE"]),
        ("250.00", "450.0", "350.0", "0.0", ["SALE", "SALE"]),
    ],
)
def test_an_exchange_is_paid_back_or_paid_to_the_cent(
    given_sent: Client, price: str, total: str, current: str, refunded: str, transactions: list[str]
) -> None:
    """Cheaper, for as much, dearer: nobody owes anything afterwards."""
    shop = given_sent
    exchange = [{**VASE, "price": price}]
    shop.control("orders/return", {"name": "R1", "lines": {"0": 1}, "exchange": exchange})
    assert seen(shop)["totalOutstandingSet"] == f"{float(price)}"

    shop.control("orders/return/receive", {"name": "R1"})

    now = seen(shop)
    assert (now["originalTotalPriceSet"], now["totalPriceSet"]) == ("200.0", total)
    assert (now["currentTotalPriceSet"], now["totalRefundedSet"]) == (current, refunded)
    assert now["totalOutstandingSet"] == "0.0"
    paid = shop.order("R1", "transactions { kind }")["transactions"]
    assert [one["kind"] for one in paid] == transactions


def test_goods_put_in_two_places_name_none_on_the_refund(given_sent: Client) -> None:
    shop = given_sent
    places = [place.name for place in shop.api.store.locations()[:2]]
    assert len(places) == 2
    shop.control("orders/return", {"name": "R1", "lines": {"0": 2}})

    shop.control("orders/return/receive", {"name": "R1", "locations": places})

    [line] = shop.order(
        "R1", "refunds { refundLineItems(first: 5) { nodes { location { name } } } }"
    )["refunds"][0]["refundLineItems"]["nodes"]
    assert line["location"] is None
    [back] = returns(shop)
    arrivals = shop.data(document("return_arrivals"), id=back["id"], first=5, after=None)
    [order] = arrivals["return"]["reverseFulfillmentOrders"]["nodes"]
    [arrived] = order["lineItems"]["nodes"]
    assert len(arrived["dispositions"]) == 2


def test_only_what_has_left_comes_back_and_no_more_than_that(given_sent: Client) -> None:
    shop = given_sent
    shop.control("orders/return", {"name": "R1", "lines": {"0": 2}})

    assert "invalid quantity" in refused(shop, "orders/return", lines={"0": 1})
    assert "invalid quantity" in refused(shop, "orders/return/receive", lines={"0": 3})
    assert "Name one return" in refused(shop, "orders/return/close", **{"return": "R1-R9"})
    shop.control("orders/return/close", {"name": "R1"})
    assert "not open" in refused(shop, "orders/return/receive")
    assert "is closed" in refused(shop, "orders/return/close")
    assert "no location" in refused(shop, "orders/return/receive", locations=["Moon"])


def test_a_return_is_shaped_as_recorded(given_sent: Client, shared: Path) -> None:
    """What a recorded returnCreate answered has the same fields and the same kinds of values."""
    folder = shared / "shopify" / "captures" / "refunds_returns"
    text = (folder / "return-shipping-fee-recorded.json").read_text("utf-8")
    steps = {one["step"]: one for one in json.loads(text)["exchanges"]}
    recorded = steps["/returnCreate"]["response"]["data"]["returnCreate"]["return"]
    shop = given_sent
    shop.control("orders/return", {"name": "R1", "lines": {"0": 1}})
    [back] = returns(shop)

    answer = shop.data(
        "query($id: ID!) { return(id: $id) { id name status totalQuantity order { id }"
        " returnLineItems(first: 5) { nodes { id quantity processedQuantity unprocessedQuantity } }"
        " reverseFulfillmentOrders(first: 5) { nodes { id } } } }",
        id=back["id"],
    )["return"]

    assert (recorded["name"][-3:], recorded["status"]) == ("-R1", answer["status"])
    [theirs], [ours] = recorded["returnLineItems"]["nodes"], answer["returnLineItems"]["nodes"]
    assert {k: v for k, v in ours.items() if k != "id"} == {
        k: v for k, v in theirs.items() if k != "id"
    }
    assert set(answer) == set(recorded) - {"returnShippingFees"}
    assert recorded["id"].rsplit("/", 1)[0] == answer["id"].rsplit("/", 1)[0]
