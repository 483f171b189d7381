"""What a shop's ways of shipping are in the books, on one page."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from erp.drafts import ItemDraft
from erp.items import create_item
from erp.setup import create_company
from shops.models import ShipmentMethodMapping, Shop
from tests import factories


@pytest.fixture
def given_express(db: None) -> ShipmentMethodMapping:
    books = create_company("NORDLYS", "NOK")
    create_item(books, ItemDraft(no="FREIGHT", description="Freight", unit_price=Decimal(0)))
    return factories.make_shipment_method(factories.make_shop())


def address(shop: Shop) -> str:
    return reverse("shipment-methods", args=[shop.code])


def values(row: ShipmentMethodMapping, *given: str) -> dict[str, str]:
    names = ("shipment_method", "agent", "charge_type", "charge_no")
    return {f"{row.pk}-{name}": value for name, value in zip(names, given, strict=True)}


def test_what_is_chosen_is_kept_as_the_books_keep_it(
    given_express: ShipmentMethodMapping, given_kari: Client
) -> None:
    page = address(given_express.shop)
    assert "Express" in given_kari.get(page).content.decode()

    response = given_kari.post(page, values(given_express, "exp", " dhl ", "item", "freight"))

    assert response.status_code == 302
    given_express.refresh_from_db()
    row = given_express
    assert (row.shipment_method, row.agent) == ("EXP", "DHL")
    assert (row.charge_type, row.charge_no) == ("item", "FREIGHT")

    given_kari.post(page, values(given_express, "", "", "shop", "left over"))
    given_express.refresh_from_db()
    assert (given_express.charge_type, given_express.charge_no) == ("shop", "")


@pytest.mark.parametrize(
    ("charge", "no", "sentence"),
    [
        ("account", "", "Enter the number of the account or item."),
        ("account", "9999", "There is no account 9999."),
        ("item", "4100", "There is no item 4100."),
    ],
)
def test_a_number_that_the_books_do_not_have_is_refused_on_its_field(
    charge: str, no: str, sentence: str, given_express: ShipmentMethodMapping, given_kari: Client
) -> None:
    response = given_kari.post(
        address(given_express.shop), values(given_express, "EXP", "DHL", charge, no)
    )

    assert sentence in response.content.decode()
    given_express.refresh_from_db()
    assert (given_express.shipment_method, given_express.charge_type) == ("", "shop")


def test_without_the_right_it_is_only_shown(
    given_express: ShipmentMethodMapping, given_lars: Client
) -> None:
    page = address(given_express.shop)

    assert "You may look at the shipment methods" in given_lars.get(page).content.decode()
    sent = values(given_express, "EXP", "DHL", "shop", "")
    assert given_lars.post(page, sent).status_code == 403


def test_a_shop_that_shipped_nothing_yet_says_so(given_kari: Client) -> None:
    text = given_kari.get(address(factories.make_shop())).content.decode()

    assert "No way of shipping yet." in text
