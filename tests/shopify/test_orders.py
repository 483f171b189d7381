"""Orders page by page, each whole; and how many there are."""

from __future__ import annotations

from typing import Any

import pytest

from connector.shopify.client import Client
from connector.shopify.nodes.order import OrderNode
from connector.shopify.orders import order_count, order_pages
from connector.shopify.shop import locations, shop_info
from tests.shopify import raw
from tests.shopify.scripted_shop import Reply, ScriptedShop, answer, costing
from tests.shopify.test_nodes import LOCATION, SHOP_INFO


def orders(*nodes: dict[str, Any], more_after: str | None = None) -> Reply:
    page = raw.connection(*nodes, more_after=more_after)
    return answer({"orders": page}, cost=costing(970, actual=400))


def later(connection: str, page: dict[str, Any]) -> Reply:
    return answer({"order": {connection: page}}, cost=costing(69, actual=9))


def test_a_page_of_small_orders_is_one_call(shop: ScriptedShop, client: Client) -> None:
    shop.will(orders(raw.order(1), raw.order(2), more_after="b"), orders(raw.order(3)))

    pages = list(order_pages(client, query="updated_at:>='2026-03-02T00:00:00Z'"))

    assert [[order["name"] for order in page.nodes] for page in pages] == [
        ["#1001", "#1002"],
        ["#1003"],
    ]
    assert [page.cost for page in pages] == [400, 400]
    assert shop.calls[0].variables == {
        "first": 250,
        "after": None,
        "lines": 100,
        "query": "updated_at:>='2026-03-02T00:00:00Z'",
    }


def test_an_order_with_many_lines_comes_whole(shop: ScriptedShop, client: Client) -> None:
    big = raw.order(
        lineItems=raw.connection(raw.line(1), more_after="l1"),
        shippingLines=raw.connection(raw.shipping_line(1), more_after="s1"),
    )
    shop.will(
        orders(raw.order(9), big),
        later("lineItems", raw.connection(raw.line(2), more_after="l2")),
        later("lineItems", raw.connection(raw.line(3))),
        later("shippingLines", raw.connection(raw.shipping_line(2))),
    )

    (page,) = order_pages(client, query="")

    order = OrderNode.from_node(page.nodes[1])
    assert [line.gid[-1] for line in order.lines] == ["1", "2", "3"]
    assert [line.gid[-1] for line in order.shipping_lines] == ["1", "2"]
    assert order.lines_complete
    assert page.cost == 400 + 3 * 9
    gid = {"id": "gid://shopify/Order/1", "first": 250}
    assert [call.variables for call in shop.calls[1:]] == [
        gid | {"after": "l1"},
        gid | {"after": "l2"},
        gid | {"after": "s1"},
    ]


def test_an_order_deleted_meanwhile_does_not_pass_for_whole(
    shop: ScriptedShop, client: Client
) -> None:
    big = raw.order(lineItems=raw.connection(raw.line(1), more_after="l1"))
    shop.will(orders(big), answer({"order": None}))

    (page,) = order_pages(client, query="")

    assert not OrderNode.from_node(page.nodes[0]).lines_complete


def test_orders_are_counted(shop: ScriptedShop, client: Client) -> None:
    shop.will(answer({"ordersCount": {"count": 12_345, "precision": "EXACT"}}))

    assert order_count(client, query="test:false") == 12_345
    assert shop.calls[0].variables == {"query": "test:false"}


@pytest.mark.parametrize("more", [0, 1])
def test_the_shop_says_what_it_is_and_where_it_ships_from(
    shop: ScriptedShop, client: Client, more: int
) -> None:
    pages = [raw.connection(LOCATION, more_after="b")] * more + [raw.connection(LOCATION)]
    shop.will(answer(SHOP_INFO), *[answer({"locations": page}) for page in pages])

    assert shop_info(client).scopes == {"read_orders"}
    assert [place.name for place in locations(client)] == ["Oslo"] * (1 + more)
