"""Points: what is asked, what is charged, when the bucket is empty."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from graphql import GraphQLSchema, parse, validate

from sandbox.arguments import Options
from sandbox.bucket import PLANS, Bucket
from sandbox.clock import Clock
from sandbox.gql.cost import page
from sandbox.gql.documents import Documents

from .conftest import NOON, Client, Opener, document


def requested(schema: GraphQLSchema, text: str, **variables: Any) -> int:
    operation = Documents(schema).get(text).operation(None)
    assert operation is not None
    return operation.requested_cost(variables)


def test_pages_cost_the_logarithm_of_their_size() -> None:
    sizes = [0, 1, 2, 3, 5, 10, 20, 25, 50, 100, 150, 250, 2000]
    assert [page(size) for size in sizes] == [0, 1, 1, 2, 3, 4, 5, 6, 7, 9, 10, 11, 15]


@pytest.mark.parametrize(
    ("text", "cost"),
    [
        ("{ shop { name } }", 1),
        ("{ shop { plan { shopifyPlus } } }", 2),
        ("{ ordersCount { count } }", 10),
        ("{ orders(first: 10) { nodes { id totalPriceSet { shopMoney { amount } } } } }", 6),
        ("{ orders(first: 10) { nodes { id } edges { node { id } } } }", 10),
        ("{ orders(first: 10) { nodes { lineItems(first: 5) { nodes { id } } } } }", 26),
        ('mutation { tagsAdd(id: "x", tags: []) { node { id } userErrors { message } } }', 10),
    ],
)
def test_a_document_is_priced_by_shopifys_formula(
    schema: GraphQLSchema, text: str, cost: int
) -> None:
    assert requested(schema, text) == cost


def test_recorded_documents_are_priced_as_recorded(schema: GraphQLSchema, shared: Path) -> None:
    documents, right, wrong = Documents(schema), 0, 0
    for text, variables, cost in recorded(shared / "shopify" / "captures"):
        operation = documents.get(text).operation(None)
        if operation is not None:  # else it needs more of the schema than our documents do
            predicted = operation.requested_cost(variables)
            right += predicted == cost
            wrong += predicted != cost
    assert right >= 40
    assert right / (right + wrong) >= 0.95, (right, wrong)


def recorded(captures: Path) -> Iterator[tuple[str, dict[str, Any], int]]:
    for path in sorted(captures.glob("[of]*/*.json")):
        for exchange in json.loads(path.read_text("utf-8"))["exchanges"]:
            text, answer = exchange.get("query"), exchange["response"]
            cost = (answer.get("extensions") or {}).get("cost") or {}
            if text and "requestedQueryCost" in cost and "errors" not in answer:
                yield text, exchange.get("variables") or {}, cost["requestedQueryCost"]


def test_our_biggest_page_may_be_asked_for_in_one_call(schema: GraphQLSchema) -> None:
    text = document("orders_page")
    assert validate(schema, parse(text)) == []
    assert requested(schema, text, first=250, lines=100, query="") <= 1000


def test_a_call_costs_what_it_brought_and_the_rest_comes_back(given_demo_shop: Client) -> None:
    text = "{ orders(first: 50) { nodes { id lineItems(first: 20) { nodes { id } } } } }"
    answer = given_demo_shop.post(text)
    cost = answer["extensions"]["cost"]
    assert cost["requestedQueryCost"] == 2 + 7 * (1 + 2 + 5)
    assert 2 + 7 * (1 + 2) <= cost["actualQueryCost"] < cost["requestedQueryCost"]
    assert cost["throttleStatus"] == {
        "maximumAvailable": 2000.0,
        "currentlyAvailable": 2000 - cost["actualQueryCost"],
        "restoreRate": 100.0,
    }


def test_a_document_beyond_1000_points_is_not_run(given_demo_shop: Client) -> None:
    text = """{ orders(first: 250) { nodes { lineItems(first: 250) { nodes { id product { id
      variants(first: 250) { nodes { id } } } } } } } }"""
    (error,) = given_demo_shop.post(text)["errors"]
    assert error["message"].startswith("Query cost is ")
    assert error["extensions"]["code"] == "MAX_COST_EXCEEDED"
    assert error["extensions"]["maxCost"] == 1000
    assert given_demo_shop.state()["bucket"]["currentlyAvailable"] == 2000


def test_an_empty_bucket_throttles_until_time_has_passed(given_demo_shop: Client) -> None:
    given_demo_shop.control("bucket", {"drain": True})
    body = given_demo_shop.post(document("orders_count"), query="")
    assert body == {
        "errors": [
            {
                "message": "Throttled",
                "extensions": {
                    "code": "THROTTLED",
                    "documentation": "https://shopify.dev/api/usage/rate-limits",
                },
            }
        ],
        "extensions": {
            "cost": {
                "requestedQueryCost": 10,
                "actualQueryCost": None,
                "throttleStatus": {
                    "maximumAvailable": 2000.0,
                    "currentlyAvailable": 0,
                    "restoreRate": 100.0,
                },
            }
        },
    }
    given_demo_shop.control("clock", {"advance": 0.1})
    assert given_demo_shop.data(document("orders_count"), query="")["ordersCount"]["count"] == 47


def test_a_refused_mutation_costs_its_base_price(given_demo_shop: Client) -> None:
    groups = [{"fulfillmentOrderId": "gid://shopify/FulfillmentOrder/1"}]
    wanted = {"lineItemsByFulfillmentOrder": groups}
    answer = given_demo_shop.post(document("fulfillment_create"), fulfillment=wanted)
    assert answer["data"]["fulfillmentCreate"]["fulfillment"] is None
    assert answer["extensions"]["cost"]["actualQueryCost"] == 10


@pytest.mark.parametrize(("plan", "maximum", "rate"), [("basic", 2000, 100), ("plus", 20000, 1000)])
def test_the_plan_sets_the_bucket(plan: str, maximum: int, rate: int) -> None:
    clock = Clock(lambda: NOON)
    bucket = Bucket(PLANS[plan], clock)
    assert bucket.take(maximum)
    assert not bucket.take(1)
    clock.stop()
    clock.advance(NOON - NOON.replace(hour=11, minute=59, second=57))
    assert bucket.available == 3 * rate


def test_an_unlimited_shop_never_throttles(shop_opener: Opener) -> None:
    client = shop_opener(Options(unlimited=True, plan="plus"))
    for _ in range(5):
        given = client.post(document("orders_count"), query="")
        assert given["extensions"]["cost"]["throttleStatus"]["currentlyAvailable"] == 20000
