"""Lists: searching, sorting and paging as Shopify does, its traps included."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from .conftest import Client, document

NAMES = "query($q: String) { orders(first: 250, query: $q, sortKey: ID) { nodes { name } } }"
LINE = {"title": "Mug", "price": "10.00", "quantity": 1}


def names(client: Client, query: str | None) -> list[str]:
    return [node["name"] for node in client.data(NAMES, q=query)["orders"]["nodes"]]


@pytest.fixture
def given_orders(given_empty_shop: Client) -> Client:
    """Five orders that differ in what can be searched for."""
    given_empty_shop.control(
        "orders",
        [
            {"lines": [{**LINE, "sku": "MUG-RED"}], "createdAt": "2026-10-01T08:00:00Z",
             "tags": ["vip", "gift"], "email": "a@example.com"},
            {"lines": [{**LINE, "sku": "MUG-BLUE"}], "createdAt": "2026-10-01T18:00:00Z",
             "paid": False, "tags": ["vip"], "poNumber": "PO 7"},
            {"lines": [LINE], "createdAt": "2026-10-02T08:00:00Z", "fulfilled": True},
            {"lines": [LINE], "createdAt": "2026-10-03T08:00:00Z", "test": True,
             "sourceName": "pos", "payments": [{"gateway": "cash"}]},
            {"lines": [LINE], "createdAt": "2026-10-04T08:00:00Z", "closed": True,
             "cancelledAt": "2026-10-04T09:00:00Z",
             "customer": {"firstName": "Kari", "email": "kari@example.com"}},
        ],
    )  # fmt: skip
    return given_empty_shop


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", [1, 2, 3, 4, 5]),
        ("name:1002", [2]),
        ("name:'#1002'", [2]),
        ("status:open", [1, 2, 3, 4]),
        ("status:cancelled", [5]),
        ("status:any", [1, 2, 3, 4, 5]),
        ("financial_status:pending", [2]),
        ("fulfillment_status:fulfilled", [3]),
        ("fulfillment_status:unfulfilled", [1, 2, 4]),
        ("tag:vip tag:gift", [1]),
        ("tag_not:vip", [3, 4, 5]),
        ("-tag:vip", [3, 4, 5]),
        ("NOT tag:vip test:false", [3, 5]),
        ("tag:gift OR test:true name:1004", [1, 4]),
        ("(tag:gift OR test:true) name:1004", [4]),
        ("sku:MUG-RED", [1]),
        ("sku:mug*", [1, 2]),
        ("email:a@example.com", [1]),
        ("po_number:'PO 7'", [2]),
        ("source_name:pos", [4]),
        ("gateway:cash", [4]),
        ("id:>5000003", [4, 5]),
        ("id:5000001", [1]),
        ("customer_id:4000001", [5]),
        ("created_at:>='2026-10-01T12:00:00Z'", [2, 3, 4, 5]),
        ("created_at:>='2026-10-01T20:00:00+02:00'", [2, 3, 4, 5]),
        ("created_at:<'2026-10-01T12:00:00Z'", [1]),
        ("created_at:>2026-10-01", [3, 4, 5]),
        ("created_at:2026-10-01", [1, 2]),
        ("processed_at:<='2026-10-01T18:00:00Z' test:false", [1, 2]),
    ],
)
def test_a_search_finds_what_it_says(given_orders: Client, query: str, expected: list[int]) -> None:
    assert names(given_orders, query) == [f"#100{n}" for n in expected]


def test_a_time_without_quotes_loses_its_hours(given_orders: Client) -> None:
    assert names(given_orders, "created_at:>=2026-10-01T12:00:00Z")[0] == "#1001"


def test_an_unknown_key_matches_everything_and_leaves_a_warning(given_orders: Client) -> None:
    answer = given_orders.post(NAMES, q="colour:red test:true")
    assert [n["name"] for n in answer["data"]["orders"]["nodes"]] == ["#1004"]
    assert answer["extensions"]["search"] == [
        {
            "path": ["orders"],
            "query": "colour:red test:true",
            "parsed": {"field": "colour", "match_all": "red"},
            "warnings": [
                {
                    "field": "colour",
                    "message": "Invalid search field for this query.",
                    "code": "invalid_field",
                }
            ],
        }
    ]


@pytest.mark.parametrize("query", ["(", ")", "-", "OR", "a OR", "tag:'x", "((tag:vip)", "NOT"])
def test_malformed_searches_are_tolerated(given_orders: Client, query: str) -> None:
    assert "errors" not in given_orders.post(NAMES, q=query)


def pages(client: Client, **args: Any) -> list[list[str]]:
    text = """query($after: String, $first: Int!, $reverse: Boolean, $sort: OrderSortKeys) {
      orders(first: $first, after: $after, reverse: $reverse, sortKey: $sort) {
        nodes { name } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }"""
    found: list[list[str]] = []
    after = None
    while True:
        page = client.data(text, after=after, **args)["orders"]
        found.append([node["name"] for node in page["nodes"]])
        assert page["pageInfo"]["hasPreviousPage"] is (after is not None)
        if not page["pageInfo"]["hasNextPage"]:
            return found
        after = page["pageInfo"]["endCursor"]


@pytest.mark.parametrize("sort", ["ID", "CREATED_AT", "UPDATED_AT", "PROCESSED_AT"])
@pytest.mark.parametrize("size", [1, 2, 4, 5, 6])
def test_pages_are_in_order_and_complete_both_ways(
    given_orders: Client, sort: str, size: int
) -> None:
    forwards = pages(given_orders, first=size, sort=sort, reverse=False)
    backwards = pages(given_orders, first=size, sort=sort, reverse=True)
    flat = [name for page in forwards for name in page]
    assert flat == [f"#100{n}" for n in range(1, 6)]
    assert [name for page in backwards for name in page] == flat[::-1]
    assert all(len(page) == size for page in forwards[:-1])


def test_a_record_changed_during_a_walk_comes_again_at_the_end(given_orders: Client) -> None:
    text = """query($after: String) { orders(first: 2, after: $after, sortKey: UPDATED_AT) {
      nodes { name } pageInfo { endCursor } } }"""
    first = given_orders.data(text)["orders"]
    given_orders.control("orders/edit", {"name": "#1001", "note": "changed"})
    rest, after = [], first["pageInfo"]["endCursor"]
    for _ in range(2):
        page = given_orders.data(text, after=after)["orders"]
        rest += [node["name"] for node in page["nodes"]]
        after = page["pageInfo"]["endCursor"]
    assert [node["name"] for node in first["nodes"]] == ["#1001", "#1002"]
    assert rest == ["#1003", "#1004", "#1005", "#1001"]


def test_last_and_before_page_from_the_end(given_orders: Client) -> None:
    text = """query($before: String) { orders(last: 2, before: $before, sortKey: ID) {
      nodes { name } pageInfo { hasNextPage hasPreviousPage startCursor } } }"""
    end = given_orders.data(text)["orders"]
    assert [n["name"] for n in end["nodes"]] == ["#1004", "#1005"]
    assert end["pageInfo"]["hasPreviousPage"] is True
    middle = given_orders.data(text, before=end["pageInfo"]["startCursor"])["orders"]
    assert [n["name"] for n in middle["nodes"]] == ["#1002", "#1003"]
    assert middle["pageInfo"]["hasNextPage"] is True


def test_cursors_hold_the_last_id_and_value_and_bad_ones_are_refused(given_orders: Client) -> None:
    text = "query($after: String) { orders(first: 1, after: $after) { edges { cursor } } }"
    (edge,) = given_orders.data(text)["orders"]["edges"]
    assert set(json.loads(base64.b64decode(edge["cursor"]))) == {"last_id", "last_value"}
    answer = given_orders.post(text, after="nonsense")
    assert answer["errors"][0]["message"] == "Invalid cursor for current pagination sort."


def test_counts_are_exact_unless_limited(given_orders: Client) -> None:
    assert given_orders.data(document("orders_count"), query="test:false")["ordersCount"] == {
        "count": 4,
        "precision": "EXACT",
    }
    limited = given_orders.data("{ ordersCount(limit: 3) { count precision } }")
    assert limited["ordersCount"] == {"count": 3, "precision": "AT_LEAST"}


def test_customers_products_and_variants_are_found(given_demo_shop: Client) -> None:
    data = given_demo_shop.data(
        """{ customers(first: 2, query: "email:kari.nordvik@example.com") { nodes { displayName } }
             products(first: 9, query: "title:'Stoneware mug'") {
               nodes { title variants(first: 2) { nodes { sku price } } } }
             productVariants(first: 5, query: "sku:LAMP-BRASS") { nodes { product { title } } }
             node(id: "gid://shopify/Customer/4000001") { id ... on Customer { firstName } } }"""
    )
    assert data["customers"]["nodes"] == [{"displayName": "Kari Nordvik"}]
    assert data["products"]["nodes"][0]["variants"]["nodes"] == [
        {"sku": "MUG-SNOW", "price": "18.90"},
        {"sku": "MUG-MOSS", "price": "18.90"},
    ]
    assert data["productVariants"]["nodes"] == [{"product": {"title": "Desk lamp"}}]
    assert data["node"]["firstName"] == "Aino"
