"""How a shipment is spread over what Shopify still waits for."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from connector.shopify.nodes.fulfillment_order import (
    FulfillmentNode,
    FulfillmentOrderLineNode,
    FulfillmentOrderNode,
    OrderFulfillmentState,
)
from connector.sync.mapping.shipments import plan, recognised, shipped_already


def part(
    gid: str,
    lines: dict[str, int],
    *,
    location: str = "EAST",
    status: str = "OPEN",
    service: bool = False,
    request: str = "UNSUBMITTED",
    holds: tuple[str, ...] = (),
) -> FulfillmentOrderNode:
    nodes = tuple(
        FulfillmentOrderLineNode(f"{gid}/{line}", line, units) for line, units in lines.items()
    )
    return FulfillmentOrderNode(gid, status, request, location, location, service, holds, nodes)


def waiting(*parts: FulfillmentOrderNode) -> OrderFulfillmentState:
    return OrderFulfillmentState("gid://shopify/Order/1", "UNFULFILLED", (), parts)


def fulfillment(gid: str, **lines: int) -> FulfillmentNode:
    return FulfillmentNode(
        gid, "SUCCESS", datetime(2026, 3, 2, tzinfo=UTC), (), tuple(lines.items())
    )


def test_one_line_is_one_call_with_its_fulfillment_order_its_line_and_its_units() -> None:
    """AC-090."""
    [parcel] = plan({"A": 3}, waiting(part("FO1", {"A": 3}))).parcels

    assert parcel.lines == {"FO1": {"FO1/A": 3}}
    assert parcel.goods == (("A", 3),)


def test_three_hundred_lines_are_two_calls_of_250_and_50() -> None:
    """AC-091."""
    goods = {f"L{number:03}": 1 for number in range(300)}

    parcels = plan(goods, waiting(part("FO1", goods))).parcels

    assert [len(parcel.goods) for parcel in parcels] == [250, 50]


def test_each_location_is_a_call_of_its_own() -> None:
    """AC-092."""
    state = waiting(part("FO1", {"A": 10}, location="EAST"), part("FO2", {"B": 7}, location="WEST"))

    parcels = plan({"A": 5, "B": 4}, state).parcels

    assert [parcel.lines for parcel in parcels] == [{"FO1": {"FO1/A": 5}}, {"FO2": {"FO2/B": 4}}]


def test_a_line_that_is_split_over_two_locations_is_taken_from_both() -> None:
    state = waiting(
        part("FO11", {"C": 2}, location="EAST"), part("FO12", {"C": 3}, location="WEST")
    )

    result = plan({"C": 4}, state)

    assert [parcel.goods for parcel in result.parcels] == [(("C", 2),), (("C", 2),)]
    assert result.left_over == {}


def test_a_fulfillment_service_is_left_alone_and_named() -> None:
    """AC-093."""
    result = plan({"A": 1}, waiting(part("FO1", {"A": 1}, location="Depot", service=True)))

    assert result.parcels == ()
    assert result.reason == (
        "Depot is a fulfillment service: it fulfils by itself. "
        "If it is yours, mark it as fulfilled by us on the shop's locations."
    )


def test_ac094_a_request_to_our_own_service_is_accepted_before_its_goods_leave() -> None:
    state = waiting(
        part("FO1", {"A": 1}, location="Depot", service=True, request="SUBMITTED"),
        part("FO2", {"B": 1}, location="Depot", service=True, request="ACCEPTED"),
        part("FO3", {"C": 1}, location="Depot", service=True),
    )

    [parcel] = plan({"A": 1, "B": 1, "C": 1}, state, own={"Depot"}).parcels

    assert parcel.requests == ("FO1",)
    assert set(parcel.lines) == {"FO1", "FO2", "FO3"}


def test_ac094_a_request_to_somebody_elses_service_is_never_accepted() -> None:
    state = waiting(part("FO1", {"A": 1}, location="Theirs", service=True, request="SUBMITTED"))

    result = plan({"A": 1}, state, own={"Depot"})

    assert (result.parcels, result.left_over) == ((), {"A": 1})
    assert "Theirs is a fulfillment service" in result.reason


def test_ac094_only_what_ships_now_is_accepted() -> None:
    state = waiting(
        part("FO1", {"A": 1}, location="Depot", service=True, request="SUBMITTED"),
        part("FO2", {"B": 1}, location="Depot", service=True, request="SUBMITTED"),
    )

    [parcel] = plan({"B": 1}, state, own={"Depot"}).parcels

    assert parcel.requests == ("FO2",)


@pytest.mark.parametrize(
    ("request_", "told"),
    [("REJECTED", "rejected"), ("CANCELLATION_REQUESTED", "to be cancelled")],
)
def test_a_request_that_was_declined_is_told(request_: str, told: str) -> None:
    state = waiting(part("FO1", {"A": 1}, location="Depot", service=True, request=request_))

    result = plan({"A": 1}, state, own={"Depot"})

    assert result.parcels == ()
    assert f"to Depot is {told}. Answer it in" in result.reason


def test_a_fulfillment_order_on_hold_is_left_alone_and_said_so() -> None:
    held = part("FO1", {"A": 1}, status="ON_HOLD", holds=("Awaiting payment",))
    result = plan({"A": 1}, waiting(held))

    assert (result.parcels, result.left_over) == ((), {"A": 1})
    assert result.reason == (
        "The fulfillment order is on hold in Shopify (Awaiting payment). "
        "Release it there; it is then sent by itself."
    )


def test_what_is_scheduled_is_sent_when_its_day_comes() -> None:
    result = plan({"A": 1}, waiting(part("FO1", {"A": 1}, status="SCHEDULED")))

    assert result.reason == (
        "The fulfillment order is scheduled in Shopify. It is tried again by itself."
    )


def test_the_reason_is_of_the_goods_that_are_left() -> None:
    """Another line that is on hold explains nothing."""
    result = plan({"A": 1}, waiting(part("FO1", {"B": 1}, status="ON_HOLD")))

    assert "nothing left to fulfil" in result.reason


def test_more_than_shopify_waits_for_is_left_over_with_the_reason() -> None:
    result = plan({"A": 5}, waiting(part("FO1", {"A": 3})))

    assert [parcel.goods for parcel in result.parcels] == [(("A", 3),)]
    assert result.left_over == {"A": 2}
    assert "nothing left to fulfil" in result.reason


def test_what_a_lost_answer_did_is_recognised_by_its_goods() -> None:
    there = [fulfillment("F1", A=1), fulfillment("F2", A=2, B=1)]

    assert recognised(there, (("A", 2), ("B", 1)), {"F1"}) == "F2"
    assert recognised(there, (("A", 1),), {"F1"}) == ""


def test_units_that_are_shipped_already_are_counted_from_our_own_fulfillments() -> None:
    there = [fulfillment("F1", A=1), fulfillment("F2", A=2)]

    assert shipped_already(there, ["F2"]) == {"A": 2}


def test_a_line_without_an_item_goes_along_where_shopify_waits_for_it() -> None:
    result = plan({"A": 1}, waiting(part("FO1", {"A": 1, "X": 2})), extras={"X": 2, "GIFT": 1})

    assert [parcel.goods for parcel in result.parcels] == [(("A", 1), ("X", 2))]
    assert result.left_over == {}
