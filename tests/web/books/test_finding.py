"""Finding parties and items by words: while one types, and on saving."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from connector.pages.books.finding import FOUND, found_items
from erp.documents import Correction, correct_invoice
from erp.models import Document, Item, Party
from erp.posting import post_document
from tests.erp.makers import (
    TODAY,
    D,
    item_line,
    make_customer,
    make_invoice,
    make_item,
    make_order,
    make_vendor,
)
from tests.web.books.conftest import Books
from tests.web.books.test_documents import filled, page
from tests.web.books.test_parties import text_of


@pytest.fixture
def given_names(given_books: Books) -> Books:
    for no, name, gtin in (
        ("1001", "Work apron sand", "7350000000012"),
        ("1002", "Work apron sea", ""),
        ("2001", "Wool blanket", ""),
    ):
        item = make_item(given_books.company, no)
        Item.objects.filter(pk=item.pk).update(description=name, gtin=gtin)
    return given_books


@pytest.mark.parametrize(
    ("typed", "numbers"),
    [
        ("apron", ["1001", "1002"]),
        ("SAND apron", ["1001"]),
        ("7350000000012", ["1001"]),
        ("100", ["1001", "1002"]),
        ("nothing", []),
        ("", []),
    ],
)
def test_items_are_found_by_number_words_and_gtin(
    typed: str, numbers: list[str], given_names: Books
) -> None:
    assert [one.no for one in found_items(given_names.company, typed)] == numbers


def test_no_more_is_offered_than_one_can_look_at(given_books: Books) -> None:
    Item.objects.bulk_create(
        Item(company=given_books.company, no=f"Z{n}", description="Same", vat_prod="STANDARD")
        for n in range(FOUND + 5)
    )

    assert len(found_items(given_books.company, "same")) == FOUND


def test_blocked_items_and_other_companies_are_not_offered(given_names: Books) -> None:
    Item.objects.filter(no="1001").update(blocked=True)

    assert [one.no for one in found_items(given_names.company, "apron")] == ["1002"]


@pytest.mark.parametrize(
    ("what", "query", "option"),
    [
        ("customers", {"field": "party", "party": "lovel"}, 'value="C1">Ada Lovelace'),
        ("vendors", {"field": "party", "party": "babb"}, 'value="V1">Charles Babbage'),
        (
            "parties",
            {"field": "party", "party": "charles", "kind": "vendor"},
            'value="V1">Charles Babbage',
        ),
        ("items", {"field": "no", "no": "sea"}, 'value="1002">Work apron sea'),
        (
            "lines",
            {"field": "n0-no", "n0-no": "sea", "n0-type": "item"},
            'value="1002">Work apron sea',
        ),
        (
            "lines",
            {"field": "n0-no", "n0-no": "shipping", "n0-type": "account"},
            'value="4100">Shipping charges',
        ),
    ],
)
def test_what_is_found_is_offered_while_one_types(
    what: str,
    query: dict[str, str],
    option: str,
    given_names: Books,
    given_lars: Client,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    make_vendor(given_names.company)
    address = reverse("find", args=[what])

    with django_assert_max_num_queries(4):
        text = text_of(given_lars.get(address, {"company": "DEMO"} | query))

    assert option in text


def test_what_cannot_be_looked_for_is_not_there(given_books: Books, given_lars: Client) -> None:
    assert given_lars.get(reverse("find", args=["secrets"]), {"company": "DEMO"}).status_code == 404
    assert given_lars.get(reverse("find", args=["items"]), {"company": "NONE"}).status_code == 404


def test_a_line_takes_words_for_the_number(given_names: Books, given_kari: Client) -> None:
    order = make_order(given_names.company, item_line(2, 10))
    data = filled(given_kari, order) | {"n0-no": "apron sea", "n0-quantity": "1"}

    given_kari.post(page(order), data)

    assert order.lines.latest("line_no").item == Item.objects.get(no="1002")


@pytest.mark.parametrize("typed", ["apron", "200"])
def test_words_for_several_and_parts_of_numbers_are_asked_back(
    typed: str, given_names: Books, given_kari: Client
) -> None:
    order = make_order(given_names.company, item_line(2, 10))
    data = filled(given_kari, order) | {"n0-no": typed, "n0-quantity": "1"}

    response = given_kari.post(page(order), data)

    first = found_items(given_names.company, typed)[0]
    assert response.context["forms"][1].errors["no"][0].startswith(f"Which one? {first}")
    assert f'<option value="{first.no}">' in text_of(response)
    assert order.lines.count() == 1


def test_a_document_is_made_for_whom_words_mean(given_books: Books, given_kari: Client) -> None:
    make_customer(given_books.company, "C2")
    Party.objects.filter(no="C2").update(name="Grace Hopper")
    address = reverse("sales-order-new")
    form = given_kari.get(address).context["form"]
    data = {name: form[name].value() or "" for name in form.fields}

    given_kari.post(address, data | {"party": "grace"})

    assert Document.objects.latest("document_date", "no").party == Party.objects.get(no="C2")


@pytest.mark.parametrize("kind", ["order", "invoice", "credit-memo"])
def test_a_purchase_is_made_and_posted_on_its_pages(
    kind: str, given_books: Books, given_kari: Client
) -> None:
    vendor = make_vendor(given_books.company)
    address = reverse(f"purchase-{kind}-new")
    form = given_kari.get(address, {"party": "v1"}).context["form"]
    data = {name: form[name].value() or "" for name in form.fields}

    given_kari.post(address, data | {"external_no": "77"})
    made = Document.objects.get(side="purchase")
    sent = {"n0-no": "a", "n0-quantity": "2", "n0-unit_price": "4"}
    given_kari.post(page(made), filled(given_kari, made) | sent)
    posting = given_kari.get(page(made, "document-post")).context["form"]
    answer = given_kari.post(
        page(made, "document-post"),
        {name: posting[name].value() for name in posting.fields} | {"do": "post"},
        follow=True,
    )

    made.refresh_from_db()
    assert made.party == vendor
    assert made.amount == 8
    assert ("Posted: Receipt PR+" in text_of(answer)) == (kind == "order")
    assert made.state == ("completed" if kind == "order" else "posted")
    assert reverse("document", args=[made.pk]) in text_of(
        given_kari.get(reverse("documents"), {"side": "purchase"})
    )


def test_a_credit_memo_is_made_on_the_page_of_the_invoice(
    given_books: Books, given_kari: Client, given_lars: Client
) -> None:
    invoice = given_books.invoice
    shown = given_kari.get(page(invoice))
    assert "Create credit memo" in text_of(shown)
    request = shown.context["request_id"]
    address = page(invoice, "document-credit")

    once = given_kari.post(address, {"request_id": request})
    twice = given_kari.post(address, {"request_id": request})

    memo = invoice.corrections.get()
    assert once["Location"] == twice["Location"] == page(memo)
    assert memo.amount_incl == invoice.amount_incl
    assert given_lars.post(address, {"request_id": request}).status_code == 403
    assert "Create credit memo" not in text_of(given_lars.get(page(invoice)))
    assert "Create credit memo" not in text_of(given_kari.get(page(invoice)))
    more = given_kari.post(address, {"request_id": "7d444840-9dc0-11d1-b245-5ffdce74fad2"})
    assert more["Location"] == page(invoice)
    assert invoice.corrections.count() == 1


@pytest.mark.parametrize("tax", [None, "2.47"])
def test_a_part_of_a_line_takes_back_its_part_of_discount_and_tax(
    tax: str | None, given_books: Books, given_kari: Client
) -> None:
    given: dict[str, Any] = {"tax": D(tax)} if tax else {}
    line = item_line(4, 10, line_discount=D("2"), **given)
    head: dict[str, Any] = {"tax_mode": "given"} if tax else {}
    invoice = make_invoice(given_books.company, line, **head)
    post_document(invoice.pk, today=TODAY)
    memo = correct_invoice(invoice.pk, Correction(document_date=TODAY))
    row = memo.lines.get()

    given_kari.post(page(memo), filled(given_kari, memo) | {f"l{row.pk}-quantity": "1"})

    memo.refresh_from_db()
    assert memo.amount == D("9.50")
    assert memo.vat_amount == D("0.62" if tax else "2.38")
