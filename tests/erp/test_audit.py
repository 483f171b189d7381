"""The audit is silent over sound books and names what is broken."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import connection

from erp import guards
from erp.audit import broken_invariants
from erp.models import Company, Document
from erp.posting import post_document, post_order
from tests.erp.makers import (
    TODAY,
    D,
    account_line,
    item_line,
    make_company,
    make_credit_memo,
    make_invoice,
    make_item,
    make_order,
    make_stock,
    to_post,
)


@pytest.fixture
def given_busy_books(given_a_company: Company) -> Company:
    """Stock in and out, orders in parts and whole, other currencies, credit memos."""
    company = given_a_company
    make_item(company, "B", variants=(("RED", "Red"), ("BLUE", "Blue")))
    make_stock(company, ("A", 50, 3))
    make_stock(company, ("B", 30, 7), variant_code="RED")
    order = make_order(
        company,
        item_line(7, "3.33", line_discount=D("1.00")),
        item_line(5, "19.99", "B", variant_code="RED", vat_prod="VAT7"),
        account_line("4.95", "4100", quantity=3),
    )
    for count in (1, 2):
        to_post(order, ship=count, invoice=count)
        post_order(order.pk, today=TODAY)
    yen = make_order(company, item_line(3, 333), currency="JPY")
    post_order(yen.pk, invoice=False, today=TODAY)
    incl = make_invoice(company, item_line(3, "9.99"), prices_incl_vat=True, invoice_discount=D(1))
    post_document(incl.pk, today=TODAY)
    post_document(make_credit_memo(incl, 1, restock_at="3", no="M1").pk, today=TODAY)
    make_stock(company, ("A", -2, 0))
    return company


@pytest.fixture
def without_guards(given_busy_books: Company) -> Iterator[Company]:
    guards.remove(connection)
    yield given_busy_books
    guards.install(connection)


def test_sound_books_are_found_sound(given_busy_books: Company) -> None:
    """Case 36."""
    assert broken_invariants() == []
    assert broken_invariants(given_busy_books) == []


def tamper(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


POSTED = "(SELECT id FROM erp_document WHERE posted_no = 'SI+000001')"


@pytest.mark.parametrize(
    ("statement", "invariants"),
    [
        ("UPDATE erp_stock SET qty = qty + 1 WHERE variant_id IS NULL", {"I3"}),
        ("UPDATE erp_stock SET value = value + 1 WHERE variant_id IS NOT NULL", {"I3"}),
        ("DELETE FROM erp_stock WHERE variant_id IS NULL", {"I3"}),
        ("UPDATE erp_glentry SET amount = amount + 1 WHERE account = '4000'", {"I4"}),
        ("UPDATE erp_partyentry SET amount_lcy = amount_lcy + 1 WHERE kind = 'invoice'", {"I5"}),
        ("UPDATE erp_itementry SET cost_amount = cost_amount + 1", {"I3", "I6"}),
        ("UPDATE erp_numberseries SET last_no = last_no + 1 WHERE code = 'S-INV+'", {"I7"}),
        (f"UPDATE erp_document SET posted_no = 'SI+000099' WHERE id = {POSTED}", {"I7"}),
        (
            "UPDATE erp_documentline SET qty_shipped = qty_shipped + 1 "
            "WHERE qty_shipped > 0 AND qty_shipped < quantity AND type = 'item'",
            {"I10"},
        ),
        (
            "UPDATE erp_documentline SET quantity = 9 WHERE document_id IN "
            "(SELECT id FROM erp_document WHERE kind = 'credit_memo')",
            {"I11"},
        ),
        (f"UPDATE erp_documentline SET amount = amount + 1 WHERE document_id = {POSTED}", {"I15"}),
        (f"UPDATE erp_document SET vat_amount = vat_amount + 1 WHERE id = {POSTED}", {"I15"}),
    ],
)
def test_what_is_tampered_with_is_named(
    without_guards: Company, statement: str, invariants: set[str]
) -> None:
    tamper(statement)

    broken = broken_invariants()

    assert {difference.invariant for difference in broken} == invariants
    assert all(difference.sentence.startswith("DEMO: ") for difference in broken)


def test_the_books_of_another_company_are_left_out(without_guards: Company) -> None:
    other = make_company("OTHER")
    tamper("UPDATE erp_stock SET qty = qty + 1")

    assert broken_invariants(other) == []
    assert broken_invariants(without_guards) != []


def test_a_sentence_says_what_is_and_what_should_be(without_guards: Company) -> None:
    tamper("UPDATE erp_numberseries SET last_no = 9 WHERE code = 'S-SHPT'")

    [difference] = broken_invariants()

    assert difference.sentence == ("DEMO: last number of series S-SHPT is 9, but should be 3.")
    assert Document.objects.filter(kind="shipment").count() == 3
