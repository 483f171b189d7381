"""Writing: goods leave, words change, orders are closed, cancelled, paid, each as recorded."""

from __future__ import annotations

from typing import Any

import pytest

from .conftest import Client, document

GOODS = """id displayFulfillmentStatus updatedAt fulfillmentOrders(first: 9) { nodes { id status
  lineItems(first: 9) { nodes { id totalQuantity remainingQuantity lineItem { sku } } } } }
  fulfillments { id name status trackingInfo { number url company }
    fulfillmentLineItems(first: 9) { nodes { quantity lineItem { sku } } } }"""
SPEC = {
    "lines": [
        {"sku": "A", "title": "A", "price": "10.00", "quantity": 3},
        {"sku": "B", "title": "B", "price": "5.00", "quantity": 1},
    ],
    "createdAt": "2026-10-19T10:00:00Z",
}


@pytest.fixture
def given_order(given_empty_shop: Client) -> Client:
    """Order #1001 of three A and one B, paid and unshipped."""
    given_empty_shop.control("orders", SPEC)
    return given_empty_shop


def parcel(goods: dict[str, Any], **units: int) -> dict[str, Any]:
    lines = {line["lineItem"]["sku"]: line["id"] for line in goods["lineItems"]["nodes"]}
    wanted = [{"id": lines[sku], "quantity": quantity} for sku, quantity in units.items()]
    return {"fulfillmentOrderId": goods["id"], "fulfillmentOrderLineItems": wanted}


def ship(client: Client, *parcels: dict[str, Any], **more: Any) -> dict[str, Any]:
    wanted = {"lineItemsByFulfillmentOrder": list(parcels), **more}
    result: dict[str, Any] = client.data(document("fulfillment_create"), fulfillment=wanted)
    payload: dict[str, Any] = result["fulfillmentCreate"]
    return payload


def goods_of(client: Client, name: str = "#1001") -> dict[str, Any]:
    (goods,) = client.order(name, GOODS)["fulfillmentOrders"]["nodes"]
    result: dict[str, Any] = goods
    return result


def test_goods_leave_in_two_parcels(given_order: Client) -> None:
    payload = ship(
        given_order, parcel(goods_of(given_order), A=2),
        trackingInfo={"company": "Posti", "numbers": ["T1", "T2"], "urls": ["https://t/1"]},
    )  # fmt: skip
    assert payload["userErrors"] == []
    assert payload["fulfillment"]["name"] == "#1001-F1"
    order = given_order.order("#1001", GOODS)
    assert order["displayFulfillmentStatus"] == "PARTIALLY_FULFILLED"
    assert order["updatedAt"] == "2026-10-20T12:00:00Z"
    (goods,) = order["fulfillmentOrders"]["nodes"]
    assert goods["status"] == "IN_PROGRESS"
    assert [line["remainingQuantity"] for line in goods["lineItems"]["nodes"]] == [1, 1]
    assert order["fulfillments"] == [
        {
            "id": payload["fulfillment"]["id"],
            "name": "#1001-F1",
            "status": "SUCCESS",
            "trackingInfo": [
                {"number": "T1", "url": "https://t/1", "company": "Posti"},
                {"number": "T2", "url": None, "company": "Posti"},
            ],
            "fulfillmentLineItems": {"nodes": [{"quantity": 2, "lineItem": {"sku": "A"}}]},
        }
    ]
    ship(given_order, {"fulfillmentOrderId": goods["id"]})
    order = given_order.order("#1001", GOODS)
    assert order["displayFulfillmentStatus"] == "FULFILLED"
    assert order["fulfillmentOrders"]["nodes"][0]["status"] == "CLOSED"
    assert len(order["fulfillments"]) == 2


def test_more_than_remains_is_refused_and_nothing_leaves(given_order: Client) -> None:
    payload = ship(given_order, parcel(goods_of(given_order), B=1, A=4))
    assert payload == {
        "fulfillment": None,
        "userErrors": [
            {
                "field": ["fulfillment"],
                "message": "Invalid fulfillment order line item quantity requested.",
            }
        ],
    }
    order = given_order.order("#1001", GOODS)
    assert order["displayFulfillmentStatus"] == "UNFULFILLED"
    assert order["fulfillments"] == []
    assert order["updatedAt"] == "2026-10-19T10:00:00Z"


def test_no_units_are_refused_at_their_place(given_order: Client) -> None:
    (error,) = ship(given_order, parcel(goods_of(given_order), A=0))["userErrors"]
    assert error == {
        "field": [
            "fulfillment", "lineItemsByFulfillmentOrder", "0", "fulfillmentOrderLineItems", "0",
            "quantity",
        ],
        "message": "Quantity must be greater than 0",
    }  # fmt: skip


def test_what_is_closed_cannot_leave_again(given_order: Client) -> None:
    goods = goods_of(given_order)
    ship(given_order, {"fulfillmentOrderId": goods["id"]})
    (error,) = ship(given_order, {"fulfillmentOrderId": goods["id"]})["userErrors"]
    assert error["message"] == "Fulfillment order 7000001 has an unfulfillable status= closed."


def test_unknown_goods_lines_and_foreign_orders_are_refused(given_order: Client) -> None:
    given_order.control("orders", SPEC)
    first, second = goods_of(given_order), goods_of(given_order, "#1002")
    (error,) = ship(given_order, {"fulfillmentOrderId": "gid://shopify/FulfillmentOrder/9"})[
        "userErrors"
    ]
    assert error["message"] == "Fulfillment order does not exist."
    stranger = {**parcel(first), "fulfillmentOrderLineItems": parcel(second, A=1)[
        "fulfillmentOrderLineItems"]}  # fmt: skip
    (error,) = ship(given_order, stranger)["userErrors"]
    assert error["message"] == "Fulfillment order line item does not exist."
    (error,) = ship(given_order, parcel(first, A=1), parcel(second, A=1))["userErrors"]
    assert error["message"] == (
        "All fulfillment orders must belong to the same order. "
        "Multiple orders with ids [5000001, 5000002] were found."
    )


def test_two_places_need_two_calls(given_demo_shop: Client) -> None:
    spec = {"lines": [{"title": "A", "price": "1", "location": place} for place in
                      ("Turku warehouse", "Helsinki store")]}  # fmt: skip
    name = given_demo_shop.control("orders", spec)["name"]
    goods = given_demo_shop.order(name, GOODS)["fulfillmentOrders"]["nodes"]
    parcels = [{"fulfillmentOrderId": one["id"]} for one in goods]
    (error,) = ship(given_demo_shop, *parcels)["userErrors"]
    assert error["message"] == (
        "All fulfillment orders must be assigned to a single location. "
        "Multiple locations with ids [1000001, 1000002] were found."
    )
    for one in parcels:
        assert ship(given_demo_shop, one)["userErrors"] == []
    assert given_demo_shop.order(name, GOODS)["displayFulfillmentStatus"] == "FULFILLED"


def write(client: Client, name: str, argument: str, kind: str, value: Any) -> dict[str, Any]:
    text = (
        f"mutation($v: {kind}!) {{ {name}({argument}: $v) {{ order {{ note tags closed closedAt "
        "displayFinancialStatus customAttributes { key value } totalOutstandingSet "
        "{ shopMoney { amount } } } userErrors { field message } } }"
    )
    payload: dict[str, Any] = client.data(text, v=value)[name]
    return payload


def test_words_are_replaced_and_tags_cleaned(given_order: Client) -> None:
    gid = given_order.order("#1001", "id")["id"]
    value = {"id": gid, "note": "N", "tags": [" b ", "A", "a", ""],
             "customAttributes": [{"key": "k", "value": "v"}]}  # fmt: skip
    order = write(given_order, "orderUpdate", "input", "OrderInput", value)["order"]
    assert (order["note"], order["tags"]) == ("N", ["A", "b"])
    assert order["customAttributes"] == [{"key": "k", "value": "v"}]
    again = write(given_order, "orderUpdate", "input", "OrderInput", {"id": gid, "note": None})
    assert (again["order"]["note"], again["order"]["tags"]) == (None, ["A", "b"])


def test_tags_are_added_once(given_order: Client) -> None:
    gid = given_order.order("#1001", "id")["id"]
    text = """mutation($id: ID!, $tags: [String!]!) { tagsAdd(id: $id, tags: $tags) {
      node { ... on Order { tags } } userErrors { message } } }"""
    for _ in range(2):
        data = given_order.data(text, id=gid, tags=["posted", "Posted"])
        assert data["tagsAdd"] == {"node": {"tags": ["posted"]}, "userErrors": []}


def test_an_order_is_closed_and_paid_by_hand(given_order: Client) -> None:
    gid = given_order.order("#1001", "id")["id"]
    closed = write(given_order, "orderClose", "input", "OrderCloseInput", {"id": gid})
    assert closed["order"]["closedAt"] == "2026-10-20T12:00:00Z"
    unpaid = given_order.control("orders", {**SPEC, "paid": False})["id"]
    kind = "OrderMarkAsPaidInput"
    paid = write(given_order, "orderMarkAsPaid", "input", kind, {"id": unpaid})
    assert paid["order"]["displayFinancialStatus"] == "PAID"
    assert paid["order"]["totalOutstandingSet"]["shopMoney"]["amount"] == "0.0"
    again = write(given_order, "orderMarkAsPaid", "input", kind, {"id": unpaid})
    assert again["userErrors"] == [{"field": ["id"], "message": "Order cannot be marked as paid."}]


def test_a_cancelled_order_is_empty_paid_back_and_stays_so(given_order: Client) -> None:
    gid = given_order.order("#1001", "id")["id"]
    text = """mutation($id: ID!) { orderCancel(orderId: $id, reason: CUSTOMER, restock: true,
      refundMethod: {originalPaymentMethodsRefund: true}) {
      job { done } orderCancelUserErrors { field message } } }"""
    assert given_order.data(text, id=gid)["orderCancel"]["orderCancelUserErrors"] == []
    order = given_order.order(
        "#1001",
        """cancelReason displayFinancialStatus displayFulfillmentStatus currentTotalPriceSet
        { shopMoney { amount } } totalPriceSet { shopMoney { amount } } totalRefundedSet
        { shopMoney { amount } } lineItems(first: 5) { nodes { quantity currentQuantity } }
        fulfillmentOrders(first: 2) { nodes { status } } refunds { refundLineItems(first: 5) {
        nodes { quantity restocked } } }""",
    )
    assert order == {
        "cancelReason": "CUSTOMER",
        "displayFinancialStatus": "REFUNDED",
        "displayFulfillmentStatus": "FULFILLMENT_NOT_REQUIRED",
        "currentTotalPriceSet": {"shopMoney": {"amount": "0.0"}},
        "totalPriceSet": {"shopMoney": {"amount": "35.0"}},
        "totalRefundedSet": {"shopMoney": {"amount": "35.0"}},
        "lineItems": {
            "nodes": [
                {"quantity": 3, "currentQuantity": 0},
                {"quantity": 1, "currentQuantity": 0},
            ]
        },
        "fulfillmentOrders": {"nodes": [{"status": "CLOSED"}]},
        "refunds": [
            {
                "refundLineItems": {
                    "nodes": [
                        {"quantity": 3, "restocked": True},
                        {"quantity": 1, "restocked": True},
                    ]
                }
            }
        ],
    }
    (error,) = given_order.data(text, id=gid)["orderCancel"]["orderCancelUserErrors"]
    assert error["message"] == "Cannot cancel an order that has already been canceled"


def test_a_refund_moves_only_current_values(given_order: Client) -> None:
    given_order.control("orders/refund", {"name": "#1001", "lines": {"A": 2}})
    order = given_order.order(
        "#1001",
        """totalPriceSet { shopMoney { amount } } currentTotalPriceSet { shopMoney { amount } }
        displayFinancialStatus lineItems(first: 2) { nodes { quantity currentQuantity } }""",
    )
    assert order["totalPriceSet"]["shopMoney"]["amount"] == "35.0"
    assert order["currentTotalPriceSet"]["shopMoney"]["amount"] == "15.0"
    assert order["displayFinancialStatus"] == "PARTIALLY_REFUNDED"
    assert order["lineItems"]["nodes"][0] == {"quantity": 3, "currentQuantity": 1}
    lines = goods_of(given_order)["lineItems"]["nodes"]
    assert [line["remainingQuantity"] for line in lines] == [1, 1]
