"""Orders come with their returns, each whole; and what Shopify answers of one is read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from connector.shopify.client import Client
from connector.shopify.nodes.returned import ReturnNode
from connector.shopify.orders import order_pages
from tests.shopify import raw
from tests.shopify.scripted_shop import Reply, ScriptedShop, answer, costing


def orders(*nodes: dict[str, Any]) -> Reply:
    return answer({"orders": raw.connection(*nodes)}, cost=costing(970, actual=10))


def given_returns(*returns: dict[str, Any], number: int = 1) -> Reply:
    node = {"id": f"gid://shopify/Order/{number}", "returns": raw.connection(*returns)}
    return orders(node)


def test_returns_are_asked_for_where_there_are_any(shop: ScriptedShop, client: Client) -> None:
    """One call more for a page; and of an order whose return was declined since, where known."""
    none = raw.order(2, returnStatus="NO_RETURN", refundIds=[])
    known = raw.order(3, returnStatus="NO_RETURN", refundIds=[])
    some = raw.order(1, returnStatus="IN_PROGRESS", refundIds=[])
    shop.will(orders(some, none, known), given_returns(raw.returned()))

    (page,) = order_pages(client, query="", returned=[known["id"]])

    assert shop.calls[1].variables["query"] == "id:1 OR id:3"
    assert [len(order.get("returns", ())) for order in page.nodes] == [1, 0, 0]
    assert page.cost == 20


def test_returns_are_left_alone_where_the_app_may_not_read_them(
    shop: ScriptedShop, client: Client
) -> None:
    shop.will(orders(raw.order(1, returnStatus="IN_PROGRESS", refundIds=[])))

    (page,) = order_pages(client, query="", returned=None)

    assert "returns" not in page.nodes[0]


def test_a_return_with_more_than_fits_a_page_comes_whole(
    shop: ScriptedShop, client: Client
) -> None:
    """More returns, more lines, more exchanges and more refunds."""
    long = raw.returned(
        returnLineItems=raw.connection(raw.return_line(), more_after="l"),
        exchangeLineItems=raw.connection(raw.exchange(), more_after="e"),
        refunds=raw.connection({"id": "gid://shopify/Refund/1"}, more_after="r"),
    )
    node = {"id": "gid://shopify/Order/1", "returns": raw.connection(long, more_after="b")}
    shop.will(
        orders(raw.order(1, returnStatus="IN_PROGRESS", refundIds=[])),
        orders(node),
        answer({"order": {"returns": raw.connection(raw.returned(2))}}),
        answer({"return": {"returnLineItems": raw.connection(raw.return_line(2))}}),
        answer({"return": {"exchangeLineItems": raw.connection(raw.exchange(2))}}),
        answer({"return": {"refunds": raw.connection({"id": "gid://shopify/Refund/2"})}}),
    )

    (page,) = order_pages(client, query="", returned=())

    first, second = map(ReturnNode.from_node, page.nodes[0]["returns"])
    assert (second.gid[-1], second.complete) == ("2", True)
    assert first.complete
    assert [line.gid[-1] for line in first.lines] == ["1", "2"]
    assert [gid[-2:] for gid in first.exchange_gids] == ["71", "72"]
    assert [gid[-1] for gid in first.refund_gids] == ["1", "2"]


def test_where_goods_arrived_is_asked_for_where_the_refund_does_not_say_it(
    shop: ScriptedShop, client: Client
) -> None:
    silent = raw.refund_line() | {"location": None}
    arrived = {
        "fulfillmentLineItem": {"lineItem": {"id": "gid://shopify/LineItem/1"}},
        "dispositions": [
            {"location": {"id": "gid://shopify/Location/7"}},
            {"location": {"id": "gid://shopify/Location/8"}},
            {"location": None},
        ],
    }
    goods = {"id": "gid://shopify/ReverseFulfillmentOrder/1"}
    shop.will(
        orders(raw.order(1, returnStatus="RETURNED", refundIds=["x"])),
        orders({
            "id": "gid://shopify/Order/1",
            "refunds": [raw.refund(refundLineItems=raw.connection(silent))],
        }),
        given_returns(raw.returned()),
        answer({
            "return": {
                "reverseFulfillmentOrders": raw.connection(
                    goods | {"lineItems": raw.connection(arrived, more_after="a")}
                )
            }
        }),
        answer({"reverseFulfillmentOrder": {"lineItems": raw.connection(arrived)}}),
    )  # fmt: skip

    (page,) = order_pages(client, query="", returned=())

    back = ReturnNode.from_node(page.nodes[0]["returns"][0])
    assert back.places == {
        "gid://shopify/LineItem/1": ("gid://shopify/Location/7", "gid://shopify/Location/8")
    }


def test_a_declined_return_says_why() -> None:
    decline = {"reason": "FINAL_SALE", "note": None}
    back = ReturnNode.from_node(raw.returned(status="DECLINED", decline=decline))

    assert (back.is_live, back.decline_reason, back.decline_note) == (False, "FINAL_SALE", "")


def test_a_line_that_nobody_has_checked_names_no_line_of_the_order() -> None:
    unverified = raw.return_line(returnReasonDefinition=None)
    del unverified["fulfillmentLineItem"]

    (line,) = ReturnNode.from_node(raw.returned(returnLineItems=raw.connection(unverified))).lines

    assert (line.line_gid, line.name, line.reason, line.note) == ("", "", "", "Zip")


@pytest.mark.parametrize("field", ["name", "status", "totalQuantity", "exchangeLineItems"])
def test_another_shape_is_refused(field: str) -> None:
    node = raw.returned()
    del node[field]

    with pytest.raises(KeyError):
        ReturnNode.from_node(node)


def test_a_recorded_return_is_read(shared: Path) -> None:
    folder = shared / "shopify" / "captures" / "refunds_returns"
    text = (folder / "return-shipping-fee-recorded.json").read_text(encoding="utf-8")
    steps = {one["step"]: one for one in json.loads(text)["exchanges"]}
    node = steps["/returnCreate"]["response"]["data"]["returnCreate"]["return"]
    for line in node["returnLineItems"]["nodes"]:  # the recording asks for less of it
        line |= {k: v for k, v in raw.return_line().items() if k not in line}

    back = ReturnNode.from_node(
        raw.returned()
        | {**node, "returnLineItems": raw.connection(*node["returnLineItems"]["nodes"])}
    )

    assert (back.name, back.status, back.quantity) == ("#1505-R1", "OPEN", 1)
    assert [line.quantity for line in back.lines] == [1]
