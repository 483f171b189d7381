"""What a card asks of the database, however much there is on it."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from connector.pages.books.item import ENTRIES_SHOWN
from erp.applications import apply_entries
from erp.cards import put_variant
from erp.company_information import change_company_information
from erp.drafts import PaymentDraft
from erp.ledgers import entry_of
from erp.models import Document
from erp.payments import create_payment
from erp.posting import post_order, post_payment
from tests.erp.makers import (
    TODAY,
    D,
    item_line,
    make_order,
    make_purchase,
    make_stock,
    make_vendor,
)
from tests.web.books.conftest import Books
from tests.web.world import World

CARD = 15
ITEM = 20  # it tells of the shops as well
ORDER = CARD + 2  # of Shopify: its returns, and what people did with it


@pytest.fixture
def given_much(given_books: Books) -> Books:
    """Orders, invoices, payments and entries, more than a card shows."""
    company = given_books.company
    make_vendor(company)
    change_company_information(company, city="Oslo")
    for code in ("RED", "BLUE"):
        put_variant(given_books.item, code)
    make_stock(company, ("A", 99, 4))
    for _ in range(ENTRIES_SHOWN + 2):
        order = make_order(company, item_line(1, 10), item_line(2, 5))
        invoice = post_order(order.pk, today=TODAY).invoice
        assert invoice
        draft = PaymentDraft("C1", D(5), "EUR", TODAY)
        payment = create_payment(company, draft)
        post_payment(payment.pk)
        apply_entries(entry_of(invoice).pk, entry_of(payment).pk, posting_date=TODAY)
    bought = make_purchase(company, item_line(3, 4), external_no="77")
    post_order(bought.pk, today=TODAY)
    make_purchase(company, item_line(3, 4), item_line(1, 4), external_no="78")
    return given_books


@pytest.fixture
def given_a_clerk(given_lars: Client) -> Client:
    """Who may do all in the books, but has to be looked up for it: no superuser."""
    rights = Permission.objects.filter(content_type__app_label="erp")
    User.objects.get(username="lars").user_permissions.set(rights)
    return given_lars


def cards() -> list[str]:
    documents = Document.objects.order_by("side", "kind", "state", "no")
    one_of_each = {(row.side, row.kind, row.state): row for row in documents}
    return [
        reverse("customer", args=["C1"]),
        reverse("vendor", args=["V1"]),
        reverse("item", args=["A"]),
        reverse("company-information"),
        *(reverse("document", args=[row.pk]) for row in one_of_each.values()),
    ]


def test_a_card_keeps_to_its_budget(
    given_much: Books,
    given_a_clerk: Client,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    asked = cards()

    assert len(asked) > 12
    for address in asked:
        budget = ITEM if address.startswith("/items/") else CARD
        with django_assert_max_num_queries(budget, info=address):
            assert given_a_clerk.get(address).status_code == 200


def test_the_pages_of_an_order_keep_to_it_too(
    given_a_world: World,
    given_a_clerk: Client,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    documents = [given_a_world.document, *given_a_world.document.posted_children.all()]
    asked = [
        reverse("order", args=[given_a_world.order.pk]),
        *(reverse("document", args=[row.pk]) for row in documents),
    ]

    for address in asked:
        with django_assert_max_num_queries(ORDER, info=address):
            assert given_a_clerk.get(address).status_code == 200
