"""Walking a connection: cursors, pages that shrink and grow, and walks that would never end."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from connector.shopify.client import Client
from connector.shopify.errors import CostTooHigh, MalformedAnswer, QueryRejected, TimedOut
from connector.shopify.nodes.location import LocationNode
from tests.shopify.scripted_shop import Reply, ScriptedShop, answer, costing, failure

PATH = ("locations",)
SLOW = Reply(status=504)
DEAR = failure("MAX_COST_EXCEEDED")


def node(number: int) -> dict[str, Any]:
    return {"id": f"gid://shopify/Location/{number}"}


def page(*numbers: int, end: str | None = None) -> Reply:
    return answer(
        {
            "locations": {
                "nodes": [node(number) for number in numbers],
                "pageInfo": {"hasNextPage": end is not None, "endCursor": end or "the-end"},
            }
        },
        cost=costing(20, actual=4),
    )


def test_every_page_is_fetched_and_cursors_are_variables(
    shop: ScriptedShop, client: Client
) -> None:
    shop.will(page(1, 2, end="b"), page(3, end="c"), page())

    pages = list(client.pages("locations_page", PATH, lambda n: n["id"][-1], first=2))

    assert [p.nodes for p in pages] == [("1", "2"), ("3",), ()]
    assert [p.cursor for p in pages] == ["b", "c", None]
    assert [p.cost for p in pages] == [4, 4, 4]
    assert [c.variables for c in shop.calls] == [
        {"first": 2, "after": None},
        {"first": 2, "after": "b"},
        {"first": 2, "after": "c"},
    ]
    assert len({c.payload["query"] for c in shop.calls}) == 1


def test_a_walk_can_go_on_where_another_stopped(shop: ScriptedShop, client: Client) -> None:
    shop.will(page(3))

    list(client.pages("locations_page", PATH, dict, first=2, after="b"))

    assert shop.calls[0].variables == {"first": 2, "after": "b"}


@pytest.mark.parametrize("ends", [["a", "a"], ["a", "b", "a"]], ids=["stands", "turns"])
def test_a_cursor_that_does_not_move_on_ends_the_walk(
    shop: ScriptedShop, client: Client, ends: list[str]
) -> None:
    shop.will(*[page(1, end=end) for end in ends])

    with pytest.raises(MalformedAnswer, match="the same page of locations_page twice"):
        list(client.pages("locations_page", PATH, dict, first=2))

    assert len(shop.calls) == len(ends)


def test_a_page_too_slow_is_halved_and_grows_back(shop: ScriptedShop, client: Client) -> None:
    shop.will(SLOW, SLOW, *[page(1, end=str(i)) for i in range(8)], page())

    list(client.pages("locations_page", PATH, dict, first=100))

    sizes = [call.variables["first"] for call in shop.calls]
    assert sizes == [100, 50, 25, 35, 45, 55, 65, 75, 85, 95, 100]


def test_a_page_too_dear_is_halved_for_good(shop: ScriptedShop, client: Client) -> None:
    shop.will(DEAR, DEAR, page(1, end="b"), page(2, end="c"), page(3))

    list(client.pages("locations_page", PATH, dict, first=100))

    assert [call.variables["first"] for call in shop.calls] == [100, 50, 25, 25, 25]


def test_a_page_that_the_formula_knows_too_dear_is_not_asked_for(
    shop: ScriptedShop, client: Client
) -> None:
    empty = {"nodes": [], "pageInfo": {"hasNextPage": False, "endCursor": None}}
    shop.will(answer({"orders": empty}))

    list(client.pages("orders_page", ("orders",), dict, first=250, query="", lines=250))

    assert [call.variables["first"] for call in shop.calls] == [125]  # 902 points; 250: 1,102


@pytest.mark.parametrize(("reply", "error"), [(SLOW, TimedOut), (DEAR, CostTooHigh)])
def test_halving_ends_at_one(
    shop: ScriptedShop, client: Client, reply: Reply, error: type[Exception]
) -> None:
    shop.will(*[reply] * 3)

    with pytest.raises(error):
        list(client.pages("locations_page", PATH, dict, first=4))

    assert [call.variables["first"] for call in shop.calls] == [4, 2, 1]


def test_a_null_on_the_way_means_no_pages(shop: ScriptedShop, client: Client) -> None:
    shop.will(answer({"locations": None}))

    assert list(client.pages("locations_page", PATH, dict, first=2)) == []


def test_a_node_that_cannot_be_read_is_named(shop: ScriptedShop, client: Client) -> None:
    shop.will(page(1))

    with pytest.raises(QueryRejected, match=r"^locations_page: cannot read gid://.*/1: KeyError"):
        list(client.pages("locations_page", PATH, LocationNode.from_node, first=2))


def test_the_walk_fetches_no_page_before_it_is_wanted(shop: ScriptedShop, client: Client) -> None:
    shop.will(page(1, end="b"))

    first = next(client.pages("locations_page", PATH, dict, first=2))

    assert first.nodes == (orjson.loads(orjson.dumps(node(1))),)
    assert len(shop.calls) == 1
