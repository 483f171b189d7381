"""30109, when somebody did something to the goods in Shopify meanwhile: each is told, and mends itself."""

from __future__ import annotations

from typing import Any

import pytest

from connector.shopify.fulfillments import create_fulfillment
from connector.sync.models import DryRunLine, Issue, ShipmentLink
from sandbox.records.order import Order
from sandbox.store import Store
from shops.models import Location, Shop
from tests.sync.conftest import LAMP, Run, Sandbox, record_of, ship
from tests.sync.test_shipments import again

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def name(shopify: Sandbox, run: Run) -> str:
    """Five lamps, imported and processed."""
    name = shopify.place({**LAMP, "quantity": 5})
    run("orders")
    run("documents")
    return name


@pytest.fixture
def depot(shopify: Sandbox, shop: Shop, name: str) -> Location:
    """The lamps lie at a fulfillment service, which is asked for them."""
    place = shopify.control("locations", {"name": "Depot", "service": "depot"})
    shopify.control("orders/move", {"name": name, "to": "Depot"})
    shopify.control("orders/request", {"name": name})
    return Location.objects.create(
        shop=shop, gid=place["id"], name="Depot", is_fulfillment_service=True
    )


def sent(record: Order) -> list[tuple[str, int]]:
    """Place and units of each fulfillment."""
    return [(f.location_gid, sum(line.quantity for line in f.lines)) for f in record.fulfillments]


def roots(shopify: Sandbox) -> list[str]:
    """What was changed in Shopify, in order."""
    return [call["operation"] for call in shopify.state()["mutations"]]


def link() -> ShipmentLink:
    return ShipmentLink.objects.get()


CREATE_CALL = "connector.sync.reports.shipments.create_fulfillment"
ACCEPT, CREATE = "FulfillmentOrderAcceptFulfillmentRequest", "FulfillmentCreate"


def test_ac094_a_request_to_our_own_service_is_accepted_and_then_fulfilled(
    shopify: Sandbox, store: Store, run: Run, name: str, depot: Location
) -> None:
    Location.objects.update(ours=True)
    ship(name, 5)

    log = run("shipments")

    assert log.counts == {"read": 1, "created": 1}
    assert roots(shopify) == [ACCEPT, CREATE]
    assert sent(record_of(store, name)) == [(depot.gid, 5)]
    assert record_of(store, name).fulfillment_orders[0].request_status == "ACCEPTED"


def test_ac094_a_service_that_is_not_ours_is_left_alone(
    shopify: Sandbox, store: Store, run: Run, name: str, depot: Location
) -> None:
    ship(name, 5)

    log = run("shipments")

    assert (log.counts, roots(shopify)) == ({"read": 1, "rejected": 1}, [])
    assert "Depot is a fulfillment service: it fulfils by itself." in link().reason
    assert record_of(store, name).fulfillment_orders[0].request_status == "SUBMITTED"

    Location.objects.update(ours=True)  # as the sentence says
    assert run("shipments").counts == {"read": 1, "created": 1}
    assert Issue.objects.get().state == Issue.State.RESOLVED


@pytest.mark.parametrize("units", [(2, 3), (5, 0)])
def test_ac094_a_request_is_accepted_once(
    shopify: Sandbox, store: Store, run: Run, name: str, depot: Location, units: tuple[int, int]
) -> None:
    Location.objects.update(ours=True)
    for part in filter(None, units):
        ship(name, part)
        run("shipments")

    assert roots(shopify).count(ACCEPT) == 1
    assert sum(count for _place, count in sent(record_of(store, name))) == 5


@pytest.mark.parametrize("lost", [ACCEPT, CREATE])
def test_ac094_an_answer_that_is_lost_makes_nothing_twice(
    shopify: Sandbox, store: Store, run: Run, name: str, depot: Location, lost: str
) -> None:
    Location.objects.update(ours=True)
    ship(name, 5)
    root = lost[0].lower() + lost[1:]
    shopify.faults({"kind": "reset_after", "root": root, "times": 1})

    log = run("shipments")
    again(log)
    run("shipments")

    assert sent(record_of(store, name)) == [(depot.gid, 5)]
    assert (roots(shopify).count(ACCEPT), roots(shopify).count(CREATE)) == (1, 1)
    assert link().state == ShipmentLink.State.SENT


def test_a_hold_is_told_with_its_reason_and_its_release_sends_the_goods(
    shopify: Sandbox, store: Store, run: Run, name: str
) -> None:
    shopify.control("orders/hold", {"name": name, "reason": "AWAITING_PAYMENT"})
    ship(name, 5)

    run("shipments")
    assert link().reason == (
        "5 of 5 units were not fulfilled. The fulfillment order is on hold in Shopify "
        "(Awaiting payment). Release it there; it is then sent by itself."
    )
    assert roots(shopify) == []

    shopify.control("orders/release", {"name": name})
    log = run("shipments")

    assert log.counts == {"read": 1, "created": 1}
    assert link().state == ShipmentLink.State.SENT


def test_a_hold_that_comes_while_goods_are_sent_is_told(
    shopify: Sandbox, run: Run, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the look and the call: Shopify refuses, and the second look says why."""
    ship(name, 5)

    def held_first(*args: Any) -> str:
        shopify.control("orders/hold", {"name": name, "reason": "HIGH_RISK_OF_FRAUD"})
        return create_fulfillment(*args)

    monkeypatch.setattr(CREATE_CALL, held_first)
    run("shipments")

    assert "on hold in Shopify (High risk of fraud)" in link().reason
    assert link().fulfillment_gids == []


def test_goods_that_were_moved_leave_from_where_they_are_now(
    shopify: Sandbox, store: Store, run: Run, name: str
) -> None:
    """Also in part: two of the five lie elsewhere, so two calls are made."""
    west = shopify.control("locations", {"name": "West"})["id"]
    shopify.control("orders/move", {"name": name, "to": "West", "lines": {"LAMP": 2}})
    ship(name, 5)

    log = run("shipments")

    home = next(place.gid for place in store.locations() if place.name != "West")
    assert log.counts == {"read": 1, "created": 1}
    assert sorted(sent(record_of(store, name))) == sorted([(home, 3), (west, 2)])


def test_a_move_while_goods_are_sent_costs_one_look_more(
    shopify: Sandbox, store: Store, run: Run, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    west = shopify.control("locations", {"name": "West"})["id"]
    ship(name, 5)
    moved: list[Any] = []

    def moved_first(*args: Any) -> str:
        if not moved:
            most = {"name": name, "to": "West", "lines": {"LAMP": 4}}
            moved.append(shopify.control("orders/move", most))
        return create_fulfillment(*args)

    monkeypatch.setattr(CREATE_CALL, moved_first)
    log = run("shipments")

    assert log.counts == {"read": 1, "created": 1}
    assert dict(sent(record_of(store, name)))[west] == 4
    assert sum(units for _place, units in sent(record_of(store, name))) == 5


def test_s13_7_goods_of_a_split_fulfillment_order_are_taken_in_its_order(
    shopify: Sandbox, store: Store, run: Run, name: str
) -> None:
    """Spec 13.7: two at one place and three at the other; four leave, then one, then nothing."""
    shopify.control("locations", {"name": "West"})
    shopify.control("orders/move", {"name": name, "to": "West", "lines": {"LAMP": 3}})
    ship(name, 4)
    run("shipments")
    assert sorted(units for _place, units in sent(record_of(store, name))) == [2, 2]
    assert len(link().fulfillment_gids) == 2

    ship(name, 1)
    run("shipments")

    assert sum(units for _place, units in sent(record_of(store, name))) == 5
    assert ShipmentLink.objects.filter(state=ShipmentLink.State.SENT).count() == 2


def test_parts_at_one_place_leave_in_one_call(
    shopify: Sandbox, store: Store, run: Run, name: str
) -> None:
    shopify.control("orders/split", {"name": name, "lines": {"LAMP": 2}})
    ship(name, 5)

    run("shipments")

    assert roots(shopify) == [CREATE]
    assert [units for _place, units in sent(record_of(store, name))] == [5]


def test_what_was_fulfilled_elsewhere_is_not_sent_again_and_is_told(
    shopify: Sandbox, store: Store, run: Run, name: str
) -> None:
    shopify.control("orders/fulfill", {"name": name, "lines": {"LAMP": 2}, "tracking": "X1"})
    ship(name, 5)

    log = run("shipments")

    assert log.counts == {"read": 1, "rejected": 1}
    assert [units for _place, units in sent(record_of(store, name))] == [2, 3]
    assert "2 of 5 units were not fulfilled. Shopify has nothing left to fulfil" in link().reason
    run("shipments")
    assert len(record_of(store, name).fulfillments) == 2


def test_a_service_that_declines_is_told(
    shopify: Sandbox, run: Run, name: str, depot: Location
) -> None:
    Location.objects.update(ours=True)
    shopify.control("orders/request", {"name": name, "word": "reject"})
    ship(name, 5)

    run("shipments")

    assert "The request to Depot is rejected." in link().reason
    assert roots(shopify) == []


def test_ac094_a_dry_run_says_what_it_would_accept_and_accepts_nothing(
    shopify: Sandbox, store: Store, run: Run, name: str, depot: Location
) -> None:
    Location.objects.update(ours=True)
    ship(name, 5)

    run("shipments", dry_run="yes")

    assert "1 request to our own service is accepted first." in DryRunLine.objects.get().words
    assert roots(shopify) == []
    assert record_of(store, name).fulfillment_orders[0].request_status == "SUBMITTED"
