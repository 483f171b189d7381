"""30109, the calls: what Shopify is told of a shipment, where it is not told, and why."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, NamedTuple

import pytest

from connector.sync.hooks import notify_customer
from connector.sync.models import Issue, ShipmentLink
from erp.models import Company as Books
from erp.models import Document, DocumentLine, Lookup
from erp.posting import post_order
from sandbox.records.location import Location
from sandbox.store import Store
from shops.models import Shop
from tests.sync.conftest import (
    LAMP,
    TODAY,
    Run,
    Sandbox,
    change_settings,
    document_of,
    record_of,
    ship,
)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def given_an_order(shopify: Sandbox, run: Run) -> str:
    """Five lamps, imported and processed."""
    name = shopify.place({**LAMP, "quantity": 5})
    run("orders")
    run("documents")
    return name


def sent(shopify: Sandbox) -> list[dict[str, Any]]:
    """What was told to Shopify, call by call."""
    calls = [call["variables"]["fulfillment"] for call in shopify.state()["mutations"]]
    return sorted(calls, key=str)


def test_three_of_three_are_one_call_and_its_answer_is_kept(
    shopify: Sandbox, store: Store, run: Run
) -> None:
    """AC-090."""
    name = shopify.place({**LAMP, "quantity": 3})
    run("orders")
    run("documents")
    ship(name, 3)
    [goods] = record_of(store, name).fulfillment_orders

    run("shipments")

    [call] = sent(shopify)
    assert call["lineItemsByFulfillmentOrder"] == [
        {
            "fulfillmentOrderId": goods.gid,
            "fulfillmentOrderLineItems": [{"id": goods.lines[0].gid, "quantity": 3}],
        }
    ]
    [fulfillment] = record_of(store, name).fulfillments
    assert ShipmentLink.objects.get().fulfillment_gids == [fulfillment.gid]


def test_three_hundred_lines_go_out_in_two_calls(shopify: Sandbox, run: Run) -> None:
    """AC-091."""
    name = shopify.place(*[{**LAMP, "quantity": 1, "price": "1.00"}] * 300)
    run("orders")
    run("documents")
    ship(name, 1)

    run("shipments")

    lines = [
        len(group["fulfillmentOrderLineItems"])
        for call in sent(shopify)
        for group in call["lineItemsByFulfillmentOrder"]
    ]
    assert sorted(lines) == [50, 250]
    assert ShipmentLink.objects.get().state == ShipmentLink.State.SENT


def test_each_location_gets_its_own_goods(shopify: Sandbox, store: Store, run: Run) -> None:
    """AC-092: ten wait at one place and seven at the other; five and four are shipped."""
    store.put(Location(store.new_gid("Location"), "West"))
    chair = {"sku": "CHAIR-RED", "title": "Chair", "quantity": 7, "price": "250.00"}
    name = shopify.place({**LAMP, "quantity": 10}, {**chair, "location": "West"})
    run("orders")
    run("documents")
    document = document_of(name)
    for no, units in (("LAMP", 5), ("CHAIR-RED", 4)):
        DocumentLine.objects.filter(document=document, item__no=no).update(qty_to_ship=units)
    post_order(document.pk, ship=True, invoice=False, today=TODAY)

    run("shipments")

    groups = [call["lineItemsByFulfillmentOrder"] for call in sent(shopify)]
    assert [len(group) for group in groups] == [1, 1]
    shipped = {
        group["fulfillmentOrderId"]: group["fulfillmentOrderLineItems"][0]["quantity"]
        for [group] in groups
    }
    east, west = record_of(store, name).fulfillment_orders
    assert shipped == {east.gid: 5, west.gid: 4}
    assert (east.remaining, west.remaining) == (5, 3)
    assert len(ShipmentLink.objects.get().fulfillment_gids) == 2


def test_somebody_elses_warehouse_is_told_nothing_and_the_person_is(
    shopify: Sandbox, store: Store, run: Run, given_an_order: str
) -> None:
    """AC-093."""
    ship(given_an_order, 5)
    [place] = store.locations()
    store.put(replace(place, service_name="Depot"))

    log = run("shipments")

    link = ShipmentLink.objects.get()
    assert (log.counts, shopify.mutations()) == ({"read": 1, "rejected": 1}, 0)
    assert link.state == ShipmentLink.State.FAILED
    assert "Main warehouse is a fulfillment service: it fulfils by itself." in link.reason
    assert Issue.objects.open().get().reason == link.reason


def test_a_shipment_without_goods_is_nothing_to_send(shopify: Sandbox, run: Run) -> None:
    """AC-095: shipped was the freight alone."""
    name = shopify.place(LAMP, shipping=[{"title": "Post", "price": "10.00"}])
    run("orders")
    run("documents")
    document = document_of(name)
    lines = DocumentLine.objects.filter(document=document)
    lines.filter(type=DocumentLine.Type.ITEM).update(qty_to_ship=0)
    post_order(document.pk, ship=True, invoice=False, today=TODAY)

    log = run("shipments")

    assert (log.counts, shopify.mutations()) == ({"read": 1, "skipped": 1}, 0)
    assert ShipmentLink.objects.get().state == ShipmentLink.State.NOTHING_TO_SEND
    assert Issue.objects.get().outcome == Issue.Outcome.SKIPPED
    assert run("shipments").counts == {}


def test_a_shipment_of_an_order_that_is_gone_is_told_once(
    shopify: Sandbox, run: Run, given_an_order: str
) -> None:
    """AC-096."""
    ship(given_an_order, 5)
    shopify.control("reset")

    for _run in range(2):
        run("shipments")

    issue = Issue.objects.get()
    assert (issue.reason, issue.attempts) == ("The order no longer exists in Shopify.", 2)
    assert ShipmentLink.objects.get().state == ShipmentLink.State.FAILED


def test_what_shopify_waits_for_only_later_is_fulfilled_by_a_later_run(
    shopify: Sandbox, store: Store, run: Run, given_an_order: str
) -> None:
    """AC-097: nobody has to put it back."""
    ship(given_an_order, 5)
    record = record_of(store, given_an_order)
    closed = [replace(goods, status="CLOSED", lines=()) for goods in record.fulfillment_orders]
    store.put(replace(record, fulfillment_orders=tuple(closed)))
    run("shipments")
    assert ShipmentLink.objects.get().state == ShipmentLink.State.FAILED
    store.put(record)

    log = run("shipments")

    assert log.counts == {"read": 1, "created": 1}
    assert ShipmentLink.objects.get().state == ShipmentLink.State.SENT
    assert Issue.objects.get().state == Issue.State.RESOLVED


class Tracked(NamedTuple):
    """A shipping agent of the books, a tracking number, and what Shopify is told of both."""

    description: str
    carrier: str
    number: str
    told: dict[str, Any] | None


@pytest.mark.parametrize(
    "given",
    [
        Tracked("United Parcel Service", "UPS", "T1", {"company": "UPS", "numbers": ["T1"]}),
        Tracked("DHL Express", "", "T1", {"company": "DHL Express", "numbers": ["T1"]}),
        Tracked("", "", "T1", {"company": "SWIFT", "numbers": ["T1"]}),
        Tracked("United Parcel Service", "UPS", "", None),
    ],
    ids=["carrier", "name", "code", "no number"],
)
def test_the_carrier_is_named_as_shopify_knows_it(
    shopify: Sandbox, books: Books, run: Run, given_an_order: str, given: Tracked
) -> None:
    """AC-099."""
    agent(books, given.description, given.carrier)
    agent(Books.objects.create(code="OTHER", lcy="EUR"), "Another company's", "Wrong")
    Document.objects.update(agent="SWIFT", tracking_no=given.number)
    ship(given_an_order, 5)

    run("shipments")

    [call] = sent(shopify)
    assert call.get("trackingInfo") == given.told


def agent(books: Books, description: str, carrier: str) -> None:
    Lookup.objects.create(
        company=books,
        kind=Lookup.Kind.SHIPPING_AGENT,
        code="SWIFT",
        description=description,
        data={"tracking_company": carrier} if carrier else {},
    )


def test_the_tracking_reaches_shopify(
    shopify: Sandbox, store: Store, run: Run, given_an_order: str
) -> None:
    """AC-030, AC-099."""
    url = "https://track.example/T1"
    Document.objects.update(agent="SWIFT", tracking_no="T1", tracking_url=url)
    ship(given_an_order, 5)

    run("shipments")

    [fulfillment] = record_of(store, given_an_order).fulfillments
    [tracking] = fulfillment.tracking
    assert (tracking.number, tracking.url, tracking.company) == ("T1", url, "SWIFT")


@pytest.mark.parametrize("setting", [True, False])
def test_the_shop_decides_whether_the_buyer_is_written_to(
    shopify: Sandbox, shop: Shop, run: Run, given_an_order: str, *, setting: bool
) -> None:
    """AC-100."""
    change_settings(shop, send_shipping_confirmation=setting)
    ship(given_an_order, 5)

    run("shipments")

    assert [call["notifyCustomer"] for call in sent(shopify)] == [setting]


@pytest.mark.parametrize(("answer", "notified"), [(True, True), (None, False)])
def test_an_installation_may_decide_otherwise_for_a_location(
    shopify: Sandbox,
    store: Store,
    shop: Shop,
    run: Run,
    given_an_order: str,
    *,
    answer: bool | None,
    notified: bool,
) -> None:
    """AC-100: a receiver that decides for one location only."""
    change_settings(shop, send_shipping_confirmation=False)
    ship(given_an_order, 5)
    [place] = store.locations()

    def decide(*, shipment: Document, location_gid: str | None, **_more: Any) -> bool | None:
        assert shipment.kind == Document.Kind.SHIPMENT
        return answer if location_gid == place.gid else False

    with listening(decide):
        run("shipments")

    assert [call["notifyCustomer"] for call in sent(shopify)] == [notified]


@contextmanager
def listening(receiver: Any) -> Iterator[None]:
    notify_customer.connect(receiver, weak=False)
    try:
        yield
    finally:
        notify_customer.disconnect(receiver)
