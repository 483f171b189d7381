"""Every page shows what there is, and looking changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from connector.pages.books.parents import parent_of
from erp.models import Document
from shops.models import Order
from tests import factories
from tests.web.addresses import CREATING, LISTS, pages
from tests.web.world import World


def test_every_page_renders_and_writes_nothing(
    given_a_world: World, given_kari: Client, no_writes: Callable[[], Any]
) -> None:
    with no_writes():
        for address in [*pages(given_a_world), *map(reverse, CREATING)]:
            response = given_kari.get(address)

            assert response.status_code == 200, address
            text = response.content.decode()
            if "partials" not in address:
                assert text.count("<h1>") == 1, address
                assert "<title> –" not in text, address


@pytest.mark.parametrize("name", LISTS)
def test_an_empty_list_says_that_it_is_empty(name: str, given_kari: Client) -> None:
    text = given_kari.get(reverse(name)).content.decode()

    assert '<div class="empty">' in text
    assert "<table" not in text


@pytest.mark.parametrize("name", LISTS)
def test_a_list_takes_few_queries(
    name: str,
    given_a_world: World,
    given_kari: Client,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    with django_assert_max_num_queries(13):
        given_kari.get(reverse(name))


@pytest.mark.parametrize("name", LISTS)
def test_nonsense_in_the_address_shows_the_list(
    name: str, given_a_world: World, given_kari: Client
) -> None:
    response = given_kari.get(f"{reverse(name)}?view=nonsense&page=x&q=")

    assert response.status_code == 200
    assert len(response.context["page"].object_list) == len(
        given_kari.get(reverse(name)).context["page"].object_list
    )


@pytest.mark.parametrize("name", LISTS)
def test_a_search_without_a_match_offers_to_clear_it(
    name: str, given_a_world: World, given_kari: Client
) -> None:
    text = given_kari.get(reverse(name), {"q": "zzz-nobody"}).content.decode()

    assert "Nothing matches these filters" in text
    assert "Clear filters" in text


def test_a_search_finds_by_number_and_by_customer(given_a_world: World, given_kari: Client) -> None:
    def names(query: str) -> list[str]:
        page = given_kari.get(reverse("orders"), {"q": query}).context["page"]
        return [order.name for order in page.object_list]

    assert names(given_a_world.unprocessed.name) == [given_a_world.unprocessed.name]
    assert len(names("virtanen")) == 1


def test_a_list_can_be_narrowed_to_a_shop(given_a_world: World, given_kari: Client) -> None:
    response = given_kari.get(reverse("orders"), {"shop": "FJELL"})

    assert [order.shop.code for order in response.context["page"].object_list] == ["FJELL"]


def test_long_lists_are_paged(given_kari: Client) -> None:
    shop = factories.make_shop()
    orders = [factories.make_order(shop) for _ in range(51)]

    first = given_kari.get(reverse("orders"))
    second = given_kari.get(reverse("orders"), {"page": "2"})

    assert len(first.context["page"].object_list) == 50
    assert second.context["page"].object_list[0].pk in {order.pk for order in orders}
    assert "51–51 of 51" in second.content.decode()
    assert 'rel="next"' in first.content.decode()
    assert 'rel="next"' not in second.content.decode()


def test_htmx_gets_the_list_without_the_page_around_it(
    given_a_world: World, given_kari: Client
) -> None:
    response = given_kari.get(reverse("orders"), headers={"HX-Request": "true"})

    assert response.content.decode().lstrip().startswith('<div class="card" id="list">')
    assert "HX-Request" in response["Vary"]


def test_an_order_shows_why_it_is_not_processed(given_a_world: World, given_kari: Client) -> None:
    order = given_a_world.unprocessed

    text = given_kari.get(reverse("order", args=[order.pk])).content.decode()

    assert "No sales document yet" in text
    assert order.reason in text
    assert "No item" in text
    assert "34.90 EUR" in text  # what the buyer saw
    assert "398.00 NOK" in text


def test_an_order_shows_the_difference_from_its_document(
    given_a_world: World, given_kari: Client
) -> None:
    address = reverse("order", args=[given_a_world.order.pk])

    differing = given_kari.get(address).content.decode()
    Order.objects.update(current_total=given_a_world.document.amount_incl)
    agreeing = given_kari.get(address).content.decode()

    assert "Differs by -149.00 NOK" in differing
    assert "Both agree to the cent." in agreeing


def test_a_document_links_to_its_order_and_its_entries(
    given_a_world: World, given_kari: Client
) -> None:
    invoice = given_a_world.document.posted_children.get(kind="invoice")

    text = given_kari.get(reverse("document", args=[invoice.pk])).content.decode()

    assert reverse("order", args=[given_a_world.order.pk]) in text
    assert reverse("document", args=[given_a_world.document.pk]) in text
    for amount in ("1,250.00 NOK", "-1,000.00 NOK", "-250.00 NOK"):
        assert amount in text


@pytest.mark.parametrize(
    ("kind", "posted", "name"),
    [
        (Document.Kind.ORDER, False, "sales-orders"),
        (Document.Kind.INVOICE, False, "sales-invoices"),
        (Document.Kind.INVOICE, True, "posted-invoices"),
        (Document.Kind.SHIPMENT, True, "shipments"),
        (Document.Kind.CREDIT_MEMO, False, "credit-memos"),
        (Document.Kind.CREDIT_MEMO, True, "posted-credit-memos"),
        (Document.Kind.RETURN_ORDER, False, "return-orders"),
        (Document.Kind.RETURN_RECEIPT, True, "return-receipts"),
    ],
)
@pytest.mark.django_db
def test_a_document_leads_back_to_the_list_it_stands_on(kind: str, posted: bool, name: str) -> None:
    make = factories.make_posted if posted else factories.make_document

    parent = parent_of(make(factories.make_books(), kind))

    assert parent.url == reverse(name)


def test_an_item_of_two_companies_is_chosen_by_company(given_kari: Client) -> None:
    for code in ("ALFA", "BETA"):
        factories.make_item(factories.make_books(code), "X/1")

    chosen = given_kari.get(reverse("item", args=["X/1"]), {"company": "BETA"})

    assert chosen.context["item"].company.code == "BETA"
