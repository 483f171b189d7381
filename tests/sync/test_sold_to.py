"""Whom orders are sold and billed to: by country, by default, by a company's location."""

from __future__ import annotations

from typing import Any

import pytest

from connector.sync.mapping.buyers import SoldTo, at_location
from connector.sync.models import CompanyLink, CustomerLink
from connector.sync.models.links import MappingState
from erp.customers import create_customer
from erp.drafts import CustomerDraft
from erp.models import Company as Books
from erp.models import Party
from shops.models import CompanyLocation, CustomerTemplate, Shop
from tests.sync.conftest import KARI, LAMP, Run, Sandbox, change_settings, document_of, order_named

BERLIN: dict[str, Any] = {
    "firstName": "Uwe",
    "lastName": "Voss",
    "address1": "Torstr. 1",
    "zip": "10119",
    "city": "Berlin",
    "countryCode": "DE",
}
PEOPLE = pytest.mark.django_db(transaction=True)


def customer(books: Books, no: str) -> Party:
    return create_customer(books, CustomerDraft(name=f"Customer {no}", no=no))


def buyers(name: str) -> tuple[str, str]:
    """Who ordered and who pays, by their numbers."""
    document = document_of(name)
    assert document.party is not None
    payer = document.bill_to or document.party
    return document.party.no, payer.no


@PEOPLE
def test_ac050_the_default_customer_of_a_country_buys_whoever_was_mapped_before(
    shopify: Sandbox, shop: Shop, books: Books, run: Run
) -> None:
    customer(books, "C-DE")
    CustomerTemplate.objects.create(shop=shop, country="DE", default_customer_no="C-DE")
    name = shopify.place(LAMP, customer=KARI, shippingAddress=BERLIN)
    elsewhere = shopify.place(LAMP, customer=KARI)
    run("orders")
    by_hand = CustomerLink.objects.get(customer__gid=order_named(name).customer_gid)
    by_hand.party, by_hand.state = customer(books, "C1"), MappingState.MAPPED
    by_hand.save()

    run("documents")

    assert buyers(name) == ("C-DE", "C-DE")
    assert buyers(elsewhere) == ("C1", "C1")


@PEOPLE
def test_ac050_no_card_is_created_for_a_buyer_whose_country_has_a_default(
    shopify: Sandbox, shop: Shop, books: Books, run: Run
) -> None:
    customer(books, "C-DE")
    CustomerTemplate.objects.create(shop=shop, country="DE", default_customer_no="C-DE")
    name = shopify.place(LAMP, customer=KARI, shippingAddress=BERLIN)
    run("orders")
    before = Party.objects.count()

    run("documents")

    assert buyers(name) == ("C-DE", "C-DE")
    assert Party.objects.count() == before


@PEOPLE
def test_ac050_a_default_that_is_gone_from_the_books_is_told(
    shopify: Sandbox, shop: Shop, run: Run
) -> None:
    CustomerTemplate.objects.create(shop=shop, country="DE", default_customer_no="GONE")
    name = shopify.place(LAMP, customer=KARI, shippingAddress=BERLIN)
    run("orders")

    run("documents")

    assert order_named(name).reason == "Customer GONE does not exist. Create it first."


@PEOPLE
def test_ac051_without_customers_or_a_template_the_shops_default_buys(
    shopify: Sandbox, shop: Shop, books: Books, run: Run
) -> None:
    """And who was mapped by hand keeps buying."""
    change_settings(shop, auto_create_unknown_customers=False)
    CustomerTemplate.objects.create(shop=shop, country="SE", default_customer_no="C-SE")
    unknown = shopify.place(LAMP, customer=KARI, shippingAddress=BERLIN)
    known = shopify.place(LAMP, email="ola@example.com", customer=KARI)
    run("orders")
    link = CustomerLink.objects.get(customer__gid=order_named(known).customer_gid)
    link.party, link.state = customer(books, "C1"), MappingState.MAPPED
    link.save()

    run("documents")

    assert buyers(unknown) == ("GUEST", "GUEST")
    assert buyers(known) == ("C1", "C1")


@pytest.mark.parametrize(
    ("company", "sell_to", "bill_to", "expected"),
    [
        ("10000", "", "", SoldTo("10000")),
        ("10000", "20000", "", SoldTo("20000")),
        ("10000", "20000", "30000", SoldTo("20000", "30000")),
        ("10000", "", "30000", SoldTo("10000")),
        ("", "20000", "30000", SoldTo("")),
    ],
)
def test_ac056_a_location_names_customer_and_payer(
    company: str, sell_to: str, bill_to: str, expected: SoldTo
) -> None:
    assert at_location(company, SoldTo(sell_to, bill_to)) == expected


@PEOPLE
@pytest.mark.parametrize(
    ("chosen", "expected"),
    [
        (("", ""), ("10000", "10000")),
        (("20000", ""), ("20000", "20000")),
        (("20000", "30000"), ("20000", "30000")),
        (("", "30000"), ("10000", "10000")),
    ],
)
def test_ac056_documents_follow_the_location(
    chosen: tuple[str, str],
    expected: tuple[str, str],
    shopify: Sandbox,
    books: Books,
    run: Run,
) -> None:
    name = shopify.place(LAMP, company="Fjell AS")
    run("orders")
    for no in ("10000", "20000", "30000"):
        customer(books, no)
    CompanyLink.objects.update(
        party=Party.objects.get(no="10000"), state=MappingState.MAPPED, how="by hand"
    )
    place = CompanyLocation.objects.get()
    assert place.company.name == "Fjell AS"
    place.sell_to_no, place.bill_to_no = chosen
    place.save()

    run("documents")

    assert buyers(name) == expected


@PEOPLE
def test_a_location_keeps_what_a_person_chose_when_it_comes_again(
    shopify: Sandbox, shop: Shop, run: Run
) -> None:
    shopify.place(LAMP, company="Fjell AS")
    run("orders")
    CompanyLocation.objects.update(sell_to_no="20000", name="Old name")
    shopify.place(LAMP, company="Fjell AS")

    run("orders")

    place = CompanyLocation.objects.get()
    assert place.sell_to_no == "20000"
    assert place.name != "Old name"
