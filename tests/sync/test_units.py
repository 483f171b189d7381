"""The unit an order line is sold in: an option of the variant names it, else the item's sales unit."""

from __future__ import annotations

from decimal import Decimal

import pytest

from connector.sync.errors import Unmapped
from connector.sync.mapping.terms import ItemRef, ShippingTerms
from erp.drafts import ItemDraft
from erp.items import create_item
from erp.models import Company as Books
from erp.models import Item, ItemEntry
from shops.models import Shop
from tests.sync.conftest import LAMP, Run, Sandbox, change_settings, document_of, order_named, ship
from tests.sync.nodes import charge, line, order
from tests.sync.test_documents_mapping import VARIANT, draft

ITEM = ItemRef("LAMP", units=frozenset({"PCS", "BOX"}), sales_unit="PCS")


def unit(variant: str, option: int, item: ItemRef = ITEM) -> str:
    node = order("100.00", [line(variantTitle=variant)])
    [sold] = draft(node, items={VARIANT: item}, unit_option=option).lines
    return sold.uom


@pytest.mark.parametrize(
    ("variant", "option", "expected"),
    [
        ("Red / BOX", 2, "BOX"),
        ("box", 1, "BOX"),
        ("Red / BOX / XL", 2, "BOX"),
        ("Red / BOX", 0, "PCS"),
        ("Red", 2, "PCS"),
        ("", 1, "PCS"),
        ("Red / ABCDEFGHIJKL", 2, "PCS"),
    ],
    ids=["named", "any case", "of three", "no option", "too few", "none", "12 characters"],
)
def test_the_option_of_the_variant_names_the_unit(variant: str, option: int, expected: str) -> None:
    """AC-061."""
    assert unit(variant, option) == expected


def test_a_unit_that_the_item_does_not_have_is_named_and_stops_the_order() -> None:
    """Sold as pieces, a pallet would take one piece from stock."""
    with pytest.raises(Unmapped, match="a unit PALLET of item LAMP"):
        unit("Red / PALLET", 2)


def test_freight_that_is_an_item_is_sold_in_its_base_unit() -> None:
    node = order("110.00", [line(variantTitle="BOX")], shipping=(charge("10.00"),))
    terms = ShippingTerms(item=ItemRef("FREIGHT"))

    lines = draft(node, items={VARIANT: ITEM}, unit_option=1, shipping={"Express": terms}).lines

    assert [(sold.item_no, sold.uom) for sold in lines] == [("LAMP", "BOX"), ("FREIGHT", "")]


@pytest.mark.django_db(transaction=True)
def test_two_boxes_take_twenty_four_pieces_from_stock_and_are_fulfilled_as_two(
    shopify: Sandbox, shop: Shop, books: Books, run: Run
) -> None:
    create_item(books, ItemDraft(no="LAMP", description="Lamp", unit_price=Decimal(10)))
    Item.objects.filter(no="LAMP").update(units={"BOX": "12"})
    change_settings(shop, unit_option=1)
    name = shopify.place({**LAMP, "variantTitle": "BOX"})
    run("orders")
    run("documents")

    sold = document_of(name).lines.get()
    assert sold.uom == "BOX"
    assert (sold.quantity, sold.qty_per_uom) == (Decimal(2), Decimal(12))
    assert document_of(name).amount_incl == order_named(name).current_total
    ship(name, 2)
    run("shipments")
    assert ItemEntry.objects.get().quantity == -24
    run("orders")
    assert order_named(name).fulfillment_status == "FULFILLED"
