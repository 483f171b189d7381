"""Where goods go: the addresses of a customer, and that of one document."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from erp.documents import release
from erp.drafts import AddressDraft
from erp.errors import CardError
from erp.models import Document, ShipToAddress
from erp.posting import post_order
from erp.ship_to_addresses import put_ship_to
from tests.erp.makers import TODAY, item_line, make_order, make_purchase, make_vendor
from tests.web.books import test_documents
from tests.web.books.conftest import Books
from tests.web.books.test_documents import page
from tests.web.books.test_parties import filled, sent, text_of

ADDRESSES = "/customers/C1/ship-to/"


def typed(client: Client, document: Document) -> dict[str, Any]:
    """What a browser sends back of a page, with the address."""
    form = client.get(page(document)).context["ship_to"]
    values = {form.add_prefix(name): form[name].value() or "" for name in form.fields}
    return values | test_documents.filled(client, document)


def test_a_customer_gets_an_address_which_is_changed_and_deleted(
    given_books: Books, given_kari: Client
) -> None:
    data = filled(given_kari, ADDRESSES) | {"code": "cabin", "name": "Ada", "city": "Geilo"}

    given_kari.post(ADDRESSES, data)
    kept = ShipToAddress.objects.get(party=given_books.customer)
    assert (kept.code, kept.city) == ("CABIN", "Geilo")

    opened = f"{ADDRESSES}?code=CABIN"
    given_kari.post(opened, filled(given_kari, opened) | {"city": "Ål", "country": "no"})
    kept.refresh_from_db()
    assert (kept.city, kept.country, kept.name) == ("Ål", "NO", "Ada")

    given_kari.post(opened, {"do": "delete"})
    assert not ShipToAddress.objects.exists()


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("code", "home", "There is an address HOME already."),
        ("name", "", "This field is required."),
        ("country", "N1", "is no country"),
    ],
)
def test_a_refusal_stands_at_its_field(
    field: str, value: str, sentence: str, given_books: Books, given_kari: Client
) -> None:
    put_ship_to(given_books.customer, "HOME", name="Ada")
    data = filled(given_kari, ADDRESSES) | {"code": "CABIN", "name": "Ada", field: value}

    response = given_kari.post(ADDRESSES, data)

    assert sentence in response.context["form"].errors[field][0]
    assert ShipToAddress.objects.count() == 1


def test_nobody_overwrites_an_address_they_have_not_seen(
    given_books: Books, given_kari: Client
) -> None:
    put_ship_to(given_books.customer, "HOME", name="Ada", city="Oslo")
    opened = f"{ADDRESSES}?code=HOME"
    data = filled(given_kari, opened)
    put_ship_to(given_books.customer, "HOME", city="Bergen")

    response = given_kari.post(opened, data | {"city": "Bodø"})

    assert "“Bergen”" in response.context["form"].errors["city"][0]
    given_kari.post(opened, sent(response.context["form"]))
    assert ShipToAddress.objects.get().city == "Bodø"


def test_a_reader_sees_them_and_cannot_change_them(given_books: Books, given_lars: Client) -> None:
    put_ship_to(given_books.customer, "HOME", name="Ada", city="Oslo")

    text = text_of(given_lars.get(ADDRESSES))

    assert "HOME Ada" in text
    assert "Save" not in text
    assert given_lars.post(f"{ADDRESSES}?code=HOME", {"do": "delete"}).status_code == 403
    assert ShipToAddress.objects.exists()


@pytest.mark.parametrize("kind", ["order", "invoice"])
def test_a_document_takes_an_address_of_the_customer(
    kind: str, given_books: Books, given_kari: Client
) -> None:
    put_ship_to(given_books.customer, "CABIN", name="Ada", city="Geilo")
    document = make_order(given_books.company, item_line(2, 10), kind=kind)

    given_kari.post(page(document), typed(given_kari, document) | {"ship-take": "CABIN"})
    document.refresh_from_db()
    assert document.ship_to_address["city"] == "Geilo"
    assert document.sell_to_address["city"] == ""

    given_kari.post(page(document), typed(given_kari, document) | {"ship-take": "="})
    document.refresh_from_db()
    assert document.ship_to_address["name"] == given_books.customer.name
    assert document.ship_to_address["city"] == ""


def test_an_address_is_typed_and_goes_on_the_delivery_note(
    given_books: Books, given_kari: Client
) -> None:
    order = make_order(given_books.company, item_line(2, 10))

    given_kari.post(page(order), typed(given_kari, order) | {"ship-city": "Røros"})
    shipment = post_order(order.pk, today=TODAY).shipment

    assert shipment
    address = reverse("document-print", args=[shipment.pk])
    assert "Røros" in text_of(given_kari.get(address))


def test_what_nobody_touches_stays_as_it_came(given_books: Books, given_kari: Client) -> None:
    order = make_order(
        given_books.company, item_line(2, 10), ship_to=AddressDraft("Ada", country="NO")
    )
    Document.objects.filter(pk=order.pk).update(ship_to_address={"name": "Ada", "city": "Oslo"})

    given_kari.post(page(order), typed(given_kari, order) | {"your_ref": "x"})

    order.refresh_from_db()
    assert order.ship_to_address == {"name": "Ada", "city": "Oslo"}


def test_of_a_released_document_the_address_stays(given_books: Books, given_kari: Client) -> None:
    order = make_order(given_books.company, item_line(2, 10))
    release(order.pk)
    before = Document.objects.get(pk=order.pk).ship_to_address

    given_kari.post(page(order), typed(given_kari, order) | {"ship-city": "Oslo"})

    order.refresh_from_db()
    assert order.ship_to_address == before


def test_a_purchase_says_where_the_goods_are_to_come(
    given_books: Books, given_kari: Client
) -> None:
    make_vendor(given_books.company)
    bought = make_purchase(given_books.company, item_line(2, 4))

    given_kari.post(page(bought), typed(given_kari, bought) | {"ship-city": "Oslo"})

    bought.refresh_from_db()
    assert bought.ship_to_address["city"] == "Oslo"


def test_only_customers_have_them_and_under_a_code(given_books: Books) -> None:
    for party, code, refusal in (
        (make_vendor(given_books.company), "X", "kind"),
        (given_books.customer, " ", "code"),
    ):
        with pytest.raises(CardError) as refused:
            put_ship_to(party, code, name="Ada")
        assert refused.value.code == refusal
