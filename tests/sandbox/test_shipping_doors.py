"""What others do about shipping an order: holds, moves, parts, requests, fulfilments."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.conftest import Client, document
from tests.sandbox.test_mutations import SPEC

GOODS = """displayFulfillmentStatus fulfillmentOrders(first: 10) { nodes {
  id status requestStatus fulfillmentHolds { reason displayReason }
  assignedLocation { name location { isFulfillmentService } }
  lineItems(first: 10) { nodes { totalQuantity remainingQuantity lineItem { sku } } } } }"""


@pytest.fixture
def given_order(given_empty_shop: Client) -> Client:
    """Order #1001 of three A and one B, at one place; and a place in the west."""
    given_empty_shop.control("orders", SPEC)
    given_empty_shop.control("locations", {"name": "West"})
    return given_empty_shop


def do(client: Client, door: str, **given: Any) -> None:
    client.control(f"orders/{door}", {"name": "#1001", **given})


def goods(client: Client) -> list[dict[str, Any]]:
    nodes: list[dict[str, Any]] = client.order("#1001", GOODS)["fulfillmentOrders"]["nodes"]
    return nodes


def left(node: dict[str, Any]) -> dict[str, int]:
    lines = node["lineItems"]["nodes"]
    return {line["lineItem"]["sku"]: line["remainingQuantity"] for line in lines}


def status(client: Client) -> str:
    return str(client.order("#1001", GOODS)["displayFulfillmentStatus"])


def test_a_hold_keeps_goods_back_until_it_is_released(given_order: Client) -> None:
    do(given_order, "hold", reason="INCORRECT_ADDRESS")
    [held] = goods(given_order)
    assert (held["status"], status(given_order)) == ("ON_HOLD", "ON_HOLD")
    assert held["fulfillmentHolds"] == [
        {"reason": "INCORRECT_ADDRESS", "displayReason": "Incorrect address"}
    ]
    answer = given_order.data(
        document("fulfillment_create"),
        fulfillment={"lineItemsByFulfillmentOrder": [{"fulfillmentOrderId": held["id"]}]},
    )
    [error] = answer["fulfillmentCreate"]["userErrors"]
    assert error["message"].endswith("has an unfulfillable status= on_hold.")

    do(given_order, "release")

    assert (goods(given_order)[0]["status"], status(given_order)) == ("OPEN", "UNFULFILLED")


def test_goods_move_whole_and_in_part(given_order: Client) -> None:
    [before] = goods(given_order)
    do(given_order, "move", to="West")
    [moved] = goods(given_order)
    assert (moved["id"], moved["assignedLocation"]["name"]) == (before["id"], "West")

    given_order.control("locations", {"name": "North"})
    do(given_order, "move", to="North", lines={"A": 2})

    west, north = goods(given_order)
    assert (left(west), left(north)) == ({"A": 1, "B": 1}, {"A": 2})
    assert north["assignedLocation"]["name"] == "North"


def test_what_has_partly_left_moves_with_a_new_id_and_closes(given_order: Client) -> None:
    do(given_order, "fulfill", lines={"A": 1})

    do(given_order, "move", to="West")

    rest, moved = goods(given_order)
    assert (rest["status"], left(rest)) == ("CLOSED", {"A": 0})
    assert (moved["status"], left(moved)) == ("OPEN", {"A": 2, "B": 1})
    assert status(given_order) == "PARTIALLY_FULFILLED"


def test_goods_are_split_at_their_place(given_order: Client) -> None:
    do(given_order, "split", lines={"A": 2})

    first, second = goods(given_order)
    assert (left(first), left(second)) == ({"A": 1, "B": 1}, {"A": 2})
    assert first["assignedLocation"] == second["assignedLocation"]


def test_a_service_is_asked_and_answers(given_order: Client) -> None:
    given_order.control("locations", {"name": "Depot", "service": "depot"})
    do(given_order, "move", to="Depot")
    [asked] = goods(given_order)
    assert asked["assignedLocation"]["location"]["isFulfillmentService"]

    for word, state, shown in (
        ("submit", "SUBMITTED", "PENDING_FULFILLMENT"),
        ("reject", "REJECTED", "REQUEST_DECLINED"),
        ("submit", "SUBMITTED", "PENDING_FULFILLMENT"),
    ):
        do(given_order, "request", word=word)
        assert (goods(given_order)[0]["requestStatus"], status(given_order)) == (state, shown)

    accept = document("fulfillment_order_accept_fulfillment_request")
    first = given_order.data(accept, id=asked["id"])["fulfillmentOrderAcceptFulfillmentRequest"]
    assert first["userErrors"] == []
    assert first["fulfillmentOrder"] == {
        "id": asked["id"],
        "status": "IN_PROGRESS",
        "requestStatus": "ACCEPTED",
    }
    second = given_order.data(accept, id=asked["id"])["fulfillmentOrderAcceptFulfillmentRequest"]
    assert second["fulfillmentOrder"] is None
    assert "that is accepted" in second["userErrors"][0]["message"]


def test_somebody_else_fulfils(given_order: Client) -> None:
    do(given_order, "fulfill", lines={"A": 3}, tracking="T1")
    assert left(goods(given_order)[0]) == {"A": 0, "B": 1}

    do(given_order, "fulfill")

    assert status(given_order) == "FULFILLED"


@pytest.mark.parametrize(
    ("door", "given"),
    [
        ("release", {}),
        ("move", {"to": "Nowhere"}),
        ("split", {}),
        ("split", {"lines": {"A": 4}}),
        ("request", {"word": "shout"}),
        ("request", {"word": "accept"}),
        ("hold", {"goods": 3}),
        ("fulfill", {"lines": {"A": 4}}),
    ],
)
def test_what_makes_no_sense_is_refused_and_changes_nothing(
    given_order: Client, door: str, given: dict[str, Any]
) -> None:
    before = goods(given_order)
    body = {"name": "#1001", **given}

    code, _body, _headers = given_order.raw(f"/__sandbox/orders/{door}", body)

    assert code == 400
    assert goods(given_order) == before
