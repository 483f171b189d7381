"""Faults: each kind happens as the list says, to the calls it names, and no oftener."""

from __future__ import annotations

import http.client
import json
import time
from typing import Any

import pytest

from sandbox.faults import BadFaults, read_faults

from .conftest import Client, document

SHIP = document("fulfillment_create")
PATH = "/admin/api/2026-10/graphql.json"
WANTED = {
    "fulfillment": {
        "lineItemsByFulfillmentOrder": [
            {"fulfillmentOrderId": "gid://shopify/FulfillmentOrder/7000001"}
        ]
    }
}


def rules(client: Client, *faults: dict[str, Any], seed: int = 0) -> None:
    client.control("faults", {"seed": seed, "rules": list(faults)})


def status_of(client: Client) -> str:
    order = client.data('{ order(id: "gid://shopify/Order/5000001") { displayFulfillmentStatus } }')
    status: str = order["order"]["displayFulfillmentStatus"]
    return status


def count(client: Client) -> tuple[int, bytes, http.client.HTTPMessage]:
    return client.raw(PATH, {"query": document("orders_count"), "variables": {"query": ""}})


@pytest.mark.parametrize(
    ("status", "start"),
    [
        (401, b'{"errors":"[API] Invalid API key'),
        (402, b'{"errors":"Unavailable Shop"}'),
        (403, b'{"errors":"[API] This action'),
        (429, b'{"errors":"Exceeded 2 calls'),
        (503, b'{"errors":"Internal Server Error"}'),
    ],
)
def test_http_errors_come_with_shopifys_body(
    given_demo_shop: Client, status: int, start: bytes
) -> None:
    rules(given_demo_shop, {"kind": "http", "status": status, "seconds": 2.5, "times": 1})
    given, body, headers = count(given_demo_shop)
    assert (given, body[: len(start)]) == (status, start)
    assert headers["Retry-After"] == ("2.5" if status == 429 else None)
    assert count(given_demo_shop)[0] == 200


def test_a_fault_names_its_operation_its_root_and_its_turn(given_demo_shop: Client) -> None:
    rules(
        given_demo_shop,
        {"kind": "internal", "operation": "OrdersCount", "nth": 2},
        {"kind": "throttle", "root": "shop"},
    )
    codes = [json.loads(count(given_demo_shop)[1]).get("errors", [{}])[0] for _ in range(3)]
    assert [code.get("extensions", {}).get("code") for code in codes] == [
        None,
        "INTERNAL_SERVER_ERROR",
        None,
    ]
    (error,) = given_demo_shop.post(document("shop_info"))["errors"]
    assert error["extensions"]["code"] == "THROTTLED"
    assert given_demo_shop.state()["faults"] == [
        {"kind": "internal", "matched": 3, "fired": 1},
        {"kind": "throttle", "matched": 1, "fired": 1},
    ]


def test_chance_is_the_same_for_the_same_seed(given_demo_shop: Client) -> None:
    def outcomes(seed: int) -> list[int]:
        rules(given_demo_shop, {"kind": "http", "status": 500, "probability": 0.5}, seed=seed)
        return [count(given_demo_shop)[0] for _ in range(20)]

    first = outcomes(1)
    assert set(first) == {200, 500}
    assert outcomes(1) == first
    assert outcomes(2) != first


def test_a_reset_before_the_commit_leaves_nothing_done(given_demo_shop: Client) -> None:
    rules(given_demo_shop, {"kind": "reset_before", "root": "fulfillmentCreate", "times": 1})
    with pytest.raises(ConnectionError):
        given_demo_shop.post(SHIP, **WANTED)
    given_demo_shop.connection.close()
    assert status_of(given_demo_shop) == "UNFULFILLED"


@pytest.mark.parametrize("kind", ["reset_after", "truncated"])
def test_a_break_after_the_commit_leaves_all_done(given_demo_shop: Client, kind: str) -> None:
    rules(given_demo_shop, {"kind": kind, "root": "fulfillmentCreate", "times": 1})
    with pytest.raises((ConnectionError, http.client.IncompleteRead)):
        given_demo_shop.post(SHIP, **WANTED)
    given_demo_shop.connection.close()
    assert status_of(given_demo_shop) == "FULFILLED"
    (entry,) = given_demo_shop.state()["mutations"]
    assert entry["operation"] == "FulfillmentCreate"


def test_a_page_or_nothing_instead_of_json(given_demo_shop: Client) -> None:
    rules(given_demo_shop, {"kind": "html", "nth": 1}, {"kind": "empty", "nth": 2})
    status, body, headers = count(given_demo_shop)
    assert (status, headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert body.startswith(b"<!doctype html>")
    assert count(given_demo_shop)[:2] == (200, b"")


def test_user_errors_come_with_nothing_done(given_demo_shop: Client) -> None:
    errors = [{"field": ["fulfillment"], "message": "Not today."}]
    rules(
        given_demo_shop, {"kind": "userErrors", "root": "fulfillmentCreate", "userErrors": errors}
    )
    data = given_demo_shop.data(SHIP, **WANTED)
    assert data["fulfillmentCreate"] == {"fulfillment": None, "userErrors": errors}
    assert status_of(given_demo_shop) == "UNFULFILLED"


def test_a_slow_answer_is_late_and_right(given_demo_shop: Client) -> None:
    rules(given_demo_shop, {"kind": "slow", "seconds": 0.2, "times": 1})
    before = time.monotonic()
    status, body, _ = count(given_demo_shop)
    assert time.monotonic() - before >= 0.2
    assert (status, json.loads(body)["data"]["ordersCount"]["count"]) == (200, 47)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (7, 'A fault list looks like {"seed": 1, "rules": [{"kind": "throttle"}]}.'),
        ([{"kind": "slow"}, 3], "Rule 2 is not an object."),
        ([{"kind": "slow", "often": 1}], "Rule 1 has the unknown fields often."),
        ([{"kind": "fire"}], "Rule 1 has no kind out of throttle, http, internal, slow, "
         "reset_before, reset_after, truncated, html, empty, userErrors."),
    ],
)  # fmt: skip
def test_a_list_that_makes_no_sense_is_refused(body: Any, message: str) -> None:
    with pytest.raises(BadFaults) as refusal:
        read_faults(body)
    assert str(refusal.value) == message
