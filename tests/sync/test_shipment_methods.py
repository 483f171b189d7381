"""Ways of shipping: noted with the first order, and what they decide on its sales document."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from connector.sync.audit import broken_links
from connector.sync.models import ShipmentLink
from erp.drafts import ItemDraft
from erp.items import create_item
from erp.models import Company as Books
from erp.models import Document
from shops.models import ShipmentMethodMapping, Shop
from tests import factories
from tests.sync.conftest import LAMP, Run, Sandbox, document_of, order_named, ship

pytestmark = pytest.mark.django_db(transaction=True)


def charge(title: str, price: str, **more: str) -> dict[str, str]:
    return {"title": title, "price": price, **more}


def freight(name: str) -> list[tuple[str, str, Decimal, Decimal]]:
    """Account, item no., price and discount of each line after the goods."""
    lines = document_of(name).lines.order_by("line_no").select_related("item")[1:]
    return [
        (line.account, line.item.no if line.item else "", line.unit_price, line.line_discount)
        for line in lines
    ]


def test_every_way_of_shipping_is_noted_once_and_keeps_what_was_chosen(
    shopify: Sandbox, shop: Shop, run: Run
) -> None:
    factories.make_shipment_method(shop, "Express", agent="DHL")
    shopify.place(LAMP, shipping=[charge("Express", "10.00"), charge("Pallet", "90.00")])
    shopify.place(LAMP, shipping=[charge("Pallet", "90.00")])

    run("orders")

    rows = ShipmentMethodMapping.objects.values_list("name", "agent", "charge_type")
    assert list(rows) == [("Express", "DHL", "shop"), ("Pallet", "", "shop")]


def test_the_document_is_shipped_as_the_mapping_says(
    shopify: Sandbox, shop: Shop, run: Run
) -> None:
    """AC-058: also where the charge itself was free."""
    factories.make_shipment_method(shop, "Express", agent="DHL", shipment_method="EXP")
    names = [
        shopify.place(LAMP, shipping=[charge("Express", price)]) for price in ("10.00", "0.00")
    ]
    other = shopify.place(LAMP, shipping=[charge("Pallet", "90.00"), charge("Express", "10.00")])
    run("orders")
    run("documents")

    def shipped_by(name: str) -> tuple[str, str]:
        return document_of(name).agent, document_of(name).shipment_method

    assert [shipped_by(name) for name in names] == [("DHL", "EXP")] * 2
    assert shipped_by(other) == ("", "")
    Document.objects.update(tracking_no="T1")
    ship(names[0], 2)
    run("shipments")
    [call] = shopify.state()["mutations"]
    assert call["variables"]["fulfillment"]["trackingInfo"]["company"] == "DHL"


@pytest.mark.parametrize(
    ("chosen", "account", "item"),
    [
        ({}, "4100", ""),
        ({"charge_type": "account", "charge_no": "4000"}, "4000", ""),
        ({"charge_type": "item", "charge_no": "FREIGHT"}, "", "FREIGHT"),
    ],
    ids=["blank", "account", "item"],
)
def test_a_charge_goes_where_its_way_of_shipping_says(
    shopify: Sandbox,
    shop: Shop,
    run: Run,
    freight_item: None,
    *,
    chosen: dict[str, Any],
    account: str,
    item: str,
) -> None:
    """AC-073: price 10, discount 10; and a charge that comes after it goes its own way."""
    factories.make_shipment_method(shop, "Express", **chosen)
    charges = [charge("Express", "10.00", discount="10.00"), charge("Pallet", "90.00")]
    free = charge("Pick-up", "0.00")
    name = shopify.place(LAMP, shipping=[*charges, free])
    run("orders")
    run("documents")

    assert freight(name) == [
        (account, item, Decimal(10), Decimal(10)),
        ("4100", "", Decimal(90), Decimal(0)),
    ]
    assert document_of(name).amount_incl == order_named(name).current_total
    assert broken_links() == []


@pytest.fixture
def freight_item(books: Books) -> None:
    draft = ItemDraft(
        no="FREIGHT", description="Freight", unit_price=Decimal(10), type="non_inventory"
    )
    create_item(books, draft)


def test_freight_that_is_an_item_is_no_goods_for_shopify(
    shopify: Sandbox, shop: Shop, run: Run, freight_item: None
) -> None:
    factories.make_shipment_method(shop, charge_type="item", charge_no="FREIGHT")
    name = shopify.place({**LAMP, "quantity": 1}, shipping=[charge("Express", "10.00")])
    run("orders")
    run("documents")
    ship(name, 1)

    run("shipments")

    link = ShipmentLink.objects.get()
    assert (link.state, link.reason) == (ShipmentLink.State.SENT, "")


def test_an_item_that_is_gone_is_the_orders_problem_and_said(
    shopify: Sandbox, shop: Shop, run: Run
) -> None:
    factories.make_shipment_method(shop, charge_type="item", charge_no="GONE")
    name = shopify.place(LAMP, shipping=[charge("Express", "10.00")])
    run("orders")
    run("documents")

    assert order_named(name).reason == "Item GONE does not exist. Create or map it."
    assert not Document.objects.exists()
