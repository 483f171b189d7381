"""From which location of the books the lines of an order come."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from connector.shopify.nodes.order import OrderNode
from connector.shopify.nodes.place import PlaceNode
from connector.sync.mapping.places import location_of
from erp.models import Company as Books
from erp.models import DocumentLine
from erp.models import Location as BooksLocation
from sandbox.records.location import Location as Place
from sandbox.store import Store
from shops.models import Location, Shop
from tests.sync import nodes
from tests.sync.conftest import (
    LAMP,
    Run,
    Sandbox,
    change,
    content_of,
    document_of,
    order_named,
    record_of,
)
from tests.sync.test_documents_mapping import TERMS

LINE, L1, L2 = (
    f"gid://shopify/{kind}/{n}" for kind, n in (("LineItem", 5), ("Location", 1), ("Location", 2))
)
MAPPED = replace(TERMS, location_code="L0", locations={L1: "EAST", L2: "WEST"})
CHAIR: dict[str, Any] = {"sku": "CHAIR-RED", "title": "Chair", "quantity": 1, "price": "250.00"}


def order_at(*places: PlaceNode, current: int = 5) -> OrderNode:
    node = nodes.order("500.00", [nodes.line(quantity=5, current=current, gid=LINE)])
    return replace(nodes.read(node), places=places)


def at(gid: str | None, units: int, *, closed: bool = False) -> PlaceNode:
    return PlaceNode(gid, closed, {LINE: units})


@pytest.mark.parametrize(
    ("places", "code"),
    [
        ([at(L1, 5)], "EAST"),
        ([at(L1, 2), at(L2, 2)], "L0"),
        ([at(L1, 2), at(L2, 3)], "L0"),
        ([at(L1, 2), at(L1, 3)], "EAST"),
        ([at(L1, 4)], "L0"),
        ([at(L1, 5, closed=True), at(L2, 5)], "WEST"),
        ([at(L2, 5, closed=True)], "WEST"),
        ([at("gid://shopify/Location/3", 5)], "L0"),
        ([at(None, 5)], "L0"),
        ([], "L0"),
    ],
    ids=[
        *("one has all", "four of five", "two share it", "one place twice", "too few"),
        *("moved", "all has left", "not mapped", "deleted", "not asked"),
    ],
)
def test_ac034_one_location_that_has_the_whole_line_decides(
    places: list[PlaceNode], code: str
) -> None:
    order = order_at(*places)

    assert location_of(order.lines[0], order, MAPPED) == code


def test_ac034_units_that_were_removed_need_no_location() -> None:
    order = order_at(at(L1, 3), current=3)

    assert location_of(order.lines[0], order, MAPPED) == "EAST"


@pytest.fixture
def west(store: Store, shop: Shop, books: Books) -> Place:
    """A second place of the store, which the books have as well."""
    place = Place(store.new_gid("Location"), "West")
    store.put(place)
    BooksLocation.objects.create(company=books, code="WEST", name="West")
    Location.objects.create(shop=shop, gid=place.gid, name="West", location_code="WEST")
    return place


def locations_of(name: str) -> dict[str, str]:
    lines = DocumentLine.objects.filter(document=document_of(name), item__isnull=False)
    return dict(lines.values_list("item__no", "location__code"))


@pytest.mark.django_db(transaction=True)
def test_ac034_each_line_comes_from_where_shopify_has_it_shipped(
    shopify: Sandbox, run: Run, west: Place
) -> None:
    name = shopify.place(LAMP, {**CHAIR, "location": "West"})

    run("orders")
    run("documents")

    assert locations_of(name) == {"LAMP": "MAIN", "CHAIR-RED": "WEST"}


@pytest.mark.django_db(transaction=True)
def test_ac034_what_was_moved_before_the_document_is_made_comes_from_its_new_place(
    shopify: Sandbox, store: Store, run: Run, west: Place
) -> None:
    name = shopify.place(LAMP)
    run("orders")
    moved = [replace(g, location_gid=west.gid) for g in record_of(store, name).fulfillment_orders]
    change(store, name, fulfillment_orders=tuple(moved))

    run("orders")
    run("documents")

    assert locations_of(name) == {"LAMP": "WEST"}


@pytest.mark.django_db(transaction=True)
def test_ac034_a_move_and_a_location_that_is_mapped_later_are_no_conflict(
    shopify: Sandbox, run: Run, west: Place
) -> None:
    """The document is made; from where Shopify has it shipped matters to nobody any more."""
    Location.objects.update(location_code="")
    name = shopify.place(LAMP)
    run("orders")
    run("documents")
    Location.objects.update(location_code="WEST")
    shopify.control("orders/move", {"name": name, "to": "West"})

    run("orders")

    assert content_of(name).places[0].location_gid == west.gid
    assert not order_named(name).conflict
    assert locations_of(name) == {"LAMP": "MAIN"}


@pytest.mark.django_db(transaction=True)
def test_ac034_a_shop_with_one_location_asks_for_none(shopify: Sandbox, run: Run) -> None:
    shopify.place()

    run("orders")

    assert "orders_places" not in calls(shopify)


@pytest.mark.django_db(transaction=True)
def test_ac034_a_hundred_orders_are_one_call_more(shopify: Sandbox, run: Run, west: Place) -> None:
    shopify.control("orders", [{"email": "kari@example.com", "lines": [LAMP]}] * 101)

    assert run("orders").counts["created"] == 101

    assert calls(shopify)["orders_places"] == 2


@pytest.mark.django_db(transaction=True)
def test_ac034_an_order_over_many_places_comes_whole(
    shopify: Sandbox, store: Store, run: Run, west: Place
) -> None:
    """More fulfillment orders than come at once, and more lines in one of them."""
    name = shopify.place(*[{**LAMP, "quantity": 1, "price": "1.00"}] * 60, {**CHAIR, "quantity": 7})
    record = record_of(store, name)
    [goods] = record.fulfillment_orders
    *lamps, chair = goods.lines
    parts = [
        replace(
            goods,
            gid=store.new_gid("FulfillmentOrder"),
            location_gid=west.gid,
            lines=(
                replace(chair, gid=store.new_gid("FulfillmentOrderLineItem"), total=1, remaining=1),
            ),
        )
        for _unit in range(7)
    ]
    change(store, name, fulfillment_orders=(replace(goods, lines=tuple(lamps)), *parts))

    run("orders")
    run("documents")

    assert locations_of(name)["CHAIR-RED"] == "WEST"
    assert len(content_of(name).places) == 8
    assert sum(len(place.lines) for place in content_of(name).places) == 67


def calls(shopify: Sandbox) -> dict[str, int]:
    return {snake(operation): count for operation, count in shopify.calls().items()}


def snake(operation: str) -> str:
    return "".join(f"_{c.lower()}" if c.isupper() else c for c in operation).lstrip("_")
