"""The card of an item, its variants and its prices."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from erp.cards import put_variant
from erp.models import Item, Price
from erp.price_lines import PriceDraft, put_price
from tests.web.books.conftest import Books
from tests.web.books.test_parties import filled, sent, text_of

CARD = "/items/A/"
PRICES = "/items/A/prices/"
VARIANTS = "/items/A/variants/"


def test_the_card_shows_stock_its_worth_and_the_entries(
    given_books: Books, given_kari: Client
) -> None:
    response = given_kari.get(CARD)

    assert (response.context["on_hand"], response.context["value"]) == (8, 32)
    assert response.context["projected"] == 5
    assert reverse("document", args=[given_books.shipment.pk]) in text_of(response)
    assert [str(entry.words) for entry in response.context["entries"]] == [
        "Sale",
        "Positive adjustment",
    ]


def test_changing_fields_saves_them(given_books: Books, given_kari: Client) -> None:
    data = filled(given_kari, CARD) | {"unit_price": "12.5", "units": "box=12", "blocked": "on"}

    assert given_kari.post(CARD, data).status_code == 302

    item = Item.objects.get(no="A")
    assert (item.unit_price, item.units, item.blocked) == (Decimal("12.5"), {"BOX": "12"}, True)


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("type", "service", "its type and base unit cannot change"),
        ("base_uom", "BOX", "its type and base unit cannot change"),
        ("sales_uom", "PALLET", "has no unit PALLET"),
        ("units", "BOX", "write it like BOX=12"),
        ("unit_price", "-1", "greater than or equal to 0"),
        ("unit_price", "ten", "Enter a number."),
    ],
)
def test_a_refusal_stands_at_its_field(
    field: str, typed: str, sentence: str, given_books: Books, given_kari: Client
) -> None:
    data = filled(given_kari, CARD) | {"description": "Renamed", field: typed}

    response = given_kari.post(CARD, data)

    assert sentence in response.context["form"].errors[field][0]
    assert response.context["form"]["description"].value() == "Renamed"
    assert Item.objects.get(no="A").description == "Item A"


def test_nobody_overwrites_a_price_they_have_not_seen(
    given_books: Books, given_kari: Client
) -> None:
    data = filled(given_kari, CARD)
    Item.objects.update(unit_price=11)

    response = given_kari.post(CARD, data | {"description": "Renamed"})
    assert Item.objects.get(no="A").description == "Item A"
    given_kari.post(CARD, sent(response.context["form"]))

    item = Item.objects.get(no="A")
    assert (item.description, item.unit_price) == ("Renamed", Decimal(11))


def test_amounts_are_written_in_the_language_of_the_page(
    given_books: Books, given_kari: Client
) -> None:
    given_kari.post(reverse("set_language"), {"language": "nb"})

    given_kari.post(CARD, filled(given_kari, CARD) | {"unit_price": "12,5"})

    assert Item.objects.get(no="A").unit_price == Decimal("12.5")
    assert 'value="12,5"' in text_of(given_kari.get(CARD))


def test_a_new_item_is_made(given_books: Books, given_kari: Client) -> None:
    address = reverse("item-new")
    data = filled(given_kari, address) | {"no": "b", "description": "Lamp", "unit_price": "7"}

    given_kari.post(address, data)

    item = Item.objects.get(no="B")
    assert (item.description, item.unit_price, item.vat_prod) == ("Lamp", Decimal(7), "STANDARD")


def test_variants_are_saved_together_or_not_at_all(given_books: Books, given_kari: Client) -> None:
    put_variant(given_books.item, "RED")
    data = {"RED-description": "Red", "new-code": "red", "new-description": "Red again"}

    refused = given_kari.post(VARIANTS, data)
    assert refused.context["extra"].errors["code"] == ["There is a variant RED already."]
    assert given_books.item.variants.get().description == ""

    given_kari.post(VARIANTS, data | {"new-code": "blue"})
    assert list(given_books.item.variants.order_by("code").values_list("code", flat=True)) == [
        "BLUE",
        "RED",
    ]
    given_kari.post(VARIANTS, {"delete": "BLUE"})
    assert given_books.item.variants.get().description == "Red"


def test_a_price_is_explained(given_books: Books, given_kari: Client) -> None:
    put_price(
        given_books.company,
        PriceDraft("A", Decimal(9), source_type=Price.Source.CUSTOMER, source_no="C1"),
    )

    mine = given_kari.get(
        PRICES, {"ask": "1", "customer": "c1", "quantity": "2", "day": "2026-03-02"}
    )
    others = given_kari.get(PRICES, {"ask": "1"})
    nobody = given_kari.get(PRICES, {"ask": "1", "customer": "C9"})

    assert mine.context["found"].unit_price == 9
    assert "The price of customer C1: 9." in text_of(mine)
    assert others.context["found"].unit_price == 10
    assert nobody.context["ask"].errors["customer"] == ["C9 does not exist."]


def test_price_lines_are_added_and_deleted(given_books: Books, given_kari: Client) -> None:
    data = {"source_type": "customer", "source_no": "C9", "unit_price": "8", "min_qty": "5"}

    refused = given_kari.post(PRICES, data)
    assert refused.context["form"].errors["source_no"] == ["C9 does not exist."]
    given_kari.post(PRICES, data | {"source_no": "C1"})
    line = Price.objects.get()
    assert (line.source_no, line.min_qty) == ("C1", Decimal(5))

    given_kari.post(PRICES, {"delete": line.pk})
    assert not Price.objects.exists()


def test_a_reader_may_ask_for_prices_and_change_nothing(
    given_books: Books, given_lars: Client
) -> None:
    text = text_of(given_lars.get(PRICES, {"ask": "1"}))

    assert "10.00 EUR" in text
    assert "Save" not in text
    for address in (CARD, PRICES, VARIANTS):
        assert given_lars.post(address, {}).status_code == 403
