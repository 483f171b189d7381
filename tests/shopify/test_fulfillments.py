"""What is left to ship, in batches and whole; and telling Shopify what has left."""

from __future__ import annotations

import pytest

from connector.shopify.client import Client
from connector.shopify.errors import UserErrors
from connector.shopify.fulfillments import (
    FulfillmentRequest,
    create_fulfillment,
    fulfillment_orders,
)
from tests.shopify import raw
from tests.shopify.scripted_shop import ScriptedShop, answer


@pytest.mark.parametrize(
    ("orders", "sizes"),
    [(0, []), (1, [1]), (49, [49]), (50, [50]), (51, [50, 1]), (100, [50, 50]), (101, [50, 50, 1])],
)
def test_orders_are_asked_for_fifty_at_a_time(
    shop: ScriptedShop, client: Client, orders: int, sizes: list[int]
) -> None:
    gids = [f"gid://shopify/Order/{number}" for number in range(orders)]
    nodes = iter([raw.shipping_state(number) for number in range(orders)])
    shop.will(*[answer({"nodes": [next(nodes) for _ in range(size)]}) for size in sizes])

    states = fulfillment_orders(client, iter(gids))

    asked = [call.variables["ids"] for call in shop.calls]
    assert [len(ids) for ids in asked] == sizes
    assert [gid for ids in asked for gid in ids] == gids
    assert list(states) == gids


def test_an_order_is_asked_for_once_and_a_missing_one_left_out(
    shop: ScriptedShop, client: Client
) -> None:
    shop.will(answer({"nodes": [raw.shipping_state(1), None, {}]}))

    states = fulfillment_orders(client, ["gid://shopify/Order/1", "b", "c", "b"])

    assert shop.calls[0].variables == {"ids": ["gid://shopify/Order/1", "b", "c"]}
    assert list(states) == ["gid://shopify/Order/1"]


def test_what_does_not_fit_is_fetched(shop: ScriptedShop, client: Client) -> None:
    line, shipped = raw.fulfillment_order_line, raw.fulfillment_line
    first = raw.fulfillment_order(1, lineItems=raw.connection(line(1), more_after="l1"))
    second = raw.fulfillment_order(2, lineItems=raw.connection(line(3), more_after="l3"))
    sent = raw.fulfillment(1, fulfillmentLineItems=raw.connection(shipped(1, 5), more_after="f1"))
    state = raw.shipping_state(
        fulfillments=[sent], fulfillmentOrders=raw.connection(first, more_after="o1")
    )
    shop.will(
        answer({"nodes": [state]}),
        answer({"order": {"fulfillmentOrders": raw.connection(second)}}),
        answer({"fulfillmentOrder": {"lineItems": raw.connection(line(2))}}),
        answer({"fulfillmentOrder": {"lineItems": raw.connection(line(4))}}),
        answer({"fulfillment": {"fulfillmentLineItems": raw.connection(shipped(2, 6))}}),
    )

    (whole,) = fulfillment_orders(client, ["gid://shopify/Order/1"]).values()

    assert [[each.line_gid[-1] for each in order.lines] for order in whole.fulfillment_orders] == [
        ["1", "2"],
        ["3", "4"],
    ]
    assert [quantity for _, quantity in whole.fulfillments[0].lines] == [5, 6]
    assert [(c.variables["id"][-1], c.variables["after"]) for c in shop.calls[1:]] == [
        ("1", "o1"),
        ("1", "l1"),
        ("2", "l3"),
        ("1", "f1"),
    ]


def test_a_fulfillment_is_sent_in_variables(shop: ScriptedShop, client: Client) -> None:
    created = {"fulfillment": {"id": "gid://shopify/Fulfillment/7"}, "userErrors": []}
    shop.will(answer({"fulfillmentCreate": created}))
    request = FulfillmentRequest(
        lines={"fo-1": {"line-1": 2, "line-2": 1}, "fo-2": {"line-3": 4}},
        tracking_company="Posten",
        tracking_numbers=("T'1", 'T"2'),
        tracking_urls=("https://sporing.example/T1",),
        notify_customer=True,
    )

    gid = create_fulfillment(client, request)

    assert gid == "gid://shopify/Fulfillment/7"
    assert shop.calls[0].variables == {
        "fulfillment": {
            "lineItemsByFulfillmentOrder": [
                {
                    "fulfillmentOrderId": "fo-1",
                    "fulfillmentOrderLineItems": [
                        {"id": "line-1", "quantity": 2},
                        {"id": "line-2", "quantity": 1},
                    ],
                },
                {
                    "fulfillmentOrderId": "fo-2",
                    "fulfillmentOrderLineItems": [{"id": "line-3", "quantity": 4}],
                },
            ],
            "notifyCustomer": True,
            "trackingInfo": {
                "company": "Posten",
                "numbers": ["T'1", 'T"2'],
                "urls": ["https://sporing.example/T1"],
            },
        }
    }


def test_without_tracking_none_is_sent(shop: ScriptedShop, client: Client) -> None:
    created = {"fulfillment": {"id": "gid://1"}, "userErrors": []}
    shop.will(answer({"fulfillmentCreate": created}))

    create_fulfillment(client, FulfillmentRequest(lines={"fo-1": {"line-1": 1}}))

    assert "trackingInfo" not in shop.calls[0].variables["fulfillment"]


def test_a_refused_fulfillment_says_why(shop: ScriptedShop, client: Client) -> None:
    message = "Fulfillment order 9825095713074 has an unfulfillable status= closed."
    refused = {
        "fulfillment": None,
        "userErrors": [{"field": ["fulfillment"], "message": message}],
    }
    shop.will(answer({"fulfillmentCreate": refused}))

    with pytest.raises(UserErrors, match="unfulfillable status= closed") as caught:
        create_fulfillment(client, FulfillmentRequest(lines={"fo-1": {"line-1": 1}}))

    assert [error.field for error in caught.value.errors] == [("fulfillment",)]
