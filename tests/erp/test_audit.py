"""The audit is silent over sound books and names what is broken."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal

import pytest
from django.db import connection

from erp import guards
from erp.applications import unapply
from erp.audit import broken_invariants, missing_guards
from erp.combining import combine_shipments
from erp.drafts import PaidDraft, PaymentDraft
from erp.models import (
    Company,
    Document,
    GLEntry,
    ItemEntry,
    Location,
    PartyEntry,
    Stock,
)
from erp.payments import create_payment
from erp.posting import (
    post_document,
    post_order,
    post_payment,
    post_transfer,
    reverse_payment,
)
from erp.transfers import TransferLine, create_transfer
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
    make_purchase,
    make_return,
    make_stock,
    make_vendor,
    to_post,
)


@pytest.fixture
def given_busy_books(given_a_company: Company) -> Company:
    """Stock in and out and elsewhere, orders in parts, currencies, credit memos, payments."""
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
    pay_and_move(company)
    return company


def pay_and_move(company: Company) -> None:
    Location.objects.create(company=company, code="B", name="Second")
    moved = [TransferLine("A", D(2))]
    transfer = create_transfer(company, moved, from_code="MAIN", to_code="B", posting_date=TODAY)
    post_transfer(transfer.pk)
    settles = (PaidDraft("SI+000001", amount=D(3)),)
    draft = PaymentDraft("C1", D(5), "EUR", TODAY, settles=settles)
    payment = post_payment(create_payment(company, draft).pk)
    unapply(payment.party_entries.get(kind="application").pk, posting_date=TODAY)
    post_payment(create_payment(company, draft).pk)
    reverse_payment(payment.pk, posting_date=TODAY)


@pytest.fixture
def without_guards(given_busy_books: Company) -> Iterator[Company]:
    guards.remove(connection)
    yield given_busy_books
    guards.install(connection)


def test_sound_books_are_found_sound(given_busy_books: Company) -> None:
    """Case 36."""
    assert broken_invariants() == []
    assert broken_invariants(given_busy_books) == []


@pytest.fixture
def given_books_that_trade(given_busy_books: Company) -> Company:
    """And goods bought, sent back, taken back, and shipments combined."""
    company = given_busy_books
    make_vendor(company)
    bought = make_purchase(company, item_line(9, "3.33"), currency="USD")
    for received, invoiced in ((4, 1), (3, 4), (2, 4)):
        to_post(bought, ship=received, invoice=invoiced)
        post_order(bought.pk, today=TODAY)
    invoice = post_document(make_purchase(company, item_line(6, 4), kind="invoice").pk, today=TODAY)
    sent_back = item_line(2, 4, corrects_line=10000)
    for kind in ("credit_memo", "return_order"):
        made = make_purchase(company, sent_back, kind=kind, corrects_no=invoice.posted_no)
        post = post_order if made.is_order else post_document
        post(made.pk, today=TODAY)
    sold = make_order(company, item_line(5, 20))
    post_order(sold.pk, invoice=False, today=TODAY)
    combined, yen = sorted(
        combine_shipments(company, posting_date=TODAY), key=lambda one: one.currency
    )
    post_document(combined.pk, today=TODAY)
    post_document(yen.pk, today=TODAY)
    combined.refresh_from_db()
    back = make_return(combined, item_line(2, 20, corrects_line=10000))
    post_order(back.pk, invoice=False, today=TODAY)
    post_order(back.pk, ship=False, today=TODAY)
    return company


def test_books_that_trade_add_up(given_books_that_trade: Company) -> None:
    """Case 36."""
    company = given_books_that_trade
    assert broken_invariants() == []
    accounts: dict[str, Decimal] = defaultdict(Decimal)
    for account, amount in GLEntry.objects.values_list("account", "amount"):
        accounts[account] += amount
    assert sum(accounts.values()) == 0
    for kind, account in (("customer", "1200"), ("vendor", "2000")):
        owed = PartyEntry.objects.filter(party__kind=kind).values_list("amount_lcy", flat=True)
        assert accounts[account] == sum(owed) != 0
    assert accounts["1300"] == sum(ItemEntry.objects.values_list("cost_amount", flat=True)) > 0
    assert accounts["2010"] == 0
    stock = sum(Stock.objects.values_list("qty", flat=True))
    assert stock == sum(ItemEntry.objects.values_list("quantity", flat=True)) > 0
    for series in company.numberseries_set.filter(gapless=True):
        numbered = Document.objects.filter(posted_no__startswith=series.prefix)
        assert numbered.count() == series.last_no > 0, series.code


def tamper(statement: str) -> None:
    with connection.cursor() as cursor:
        for one in statement.split(";"):
            cursor.execute(one)


PAID = "(SELECT id FROM erp_document WHERE posted_no = 'PA+000002')"
APPLIED = f"kind = 'application' AND document_id = {PAID}"
POSTED = "(SELECT id FROM erp_document WHERE posted_no = 'SI+000001')"

SHIPPED = "(SELECT id FROM erp_document WHERE posted_no = 'SS+000001')"
ITEM = "(SELECT id FROM erp_item WHERE no = 'A')"
HOME = "(SELECT id FROM erp_location WHERE code = 'MAIN')"
BOTH_OWE = (
    "UPDATE erp_partyentry SET amount_lcy = amount_lcy + 1 WHERE id IN "
    "(SELECT MIN(id) FROM erp_partyentry WHERE kind = 'invoice')"
)
BOTH_ARE_OWED = (
    "UPDATE erp_partyentry SET amount_lcy = amount_lcy - 1 WHERE id IN "
    "(SELECT MAX(id) FROM erp_partyentry WHERE kind = 'invoice')"
)
MORE = (
    "UPDATE {table} SET amount = amount + 1, amount_incl = amount_incl + 1 "
    f"WHERE {{key}} IN {POSTED}"
)
MORE_BY_LINE = (
    "UPDATE erp_documentline SET amount = amount + 1, amount_incl = amount_incl + 1 WHERE id IN "
    f"(SELECT MIN(id) FROM erp_documentline WHERE document_id = {POSTED})"
)
ALL_OF_IT = (  # of a payment that was applied whole to the one that takes it back
    "kind = 'application' AND reverses_id IS NULL AND applied_amount = 5"
)


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
            "UPDATE erp_documentline SET qty_invoiced = qty_shipped "
            "WHERE qty_shipped > qty_invoiced",
            {"I10"},
        ),
        (
            "UPDATE erp_documentline SET quantity = 9 WHERE document_id IN "
            "(SELECT id FROM erp_document WHERE kind = 'credit_memo')",
            {"I3", "I11"},  # and other goods came back
        ),
        (f"UPDATE erp_documentline SET amount = amount + 1 WHERE document_id = {POSTED}", {"I15"}),
        (f"UPDATE erp_document SET vat_amount = vat_amount + 1 WHERE id = {POSTED}", {"I15"}),
        (f"UPDATE erp_document SET amount_incl = 6, amount = 6 WHERE id = {PAID}", {"I5", "I15"}),
        (f"UPDATE erp_partyentry SET applied_amount = 6 WHERE {APPLIED}", {"I18"}),
        (f"UPDATE erp_partyentry SET applied_amount = -1 WHERE {APPLIED}", {"I18"}),
        (f"UPDATE erp_partyentry SET from_entry_id = applies_to_id WHERE {APPLIED}", {"I18"}),
        (
            "UPDATE erp_partyentry SET applied_amount = applied_amount + 1 "
            "WHERE reverses_id IS NOT NULL",
            {"I18"},
        ),
        # Told alike on both sides of a sum, and so seen only beside the document.
        (f"UPDATE erp_partyentry SET amount = amount + 1 WHERE document_id = {POSTED}", {"I5"}),
        (f"{BOTH_OWE}; {BOTH_ARE_OWED}", {"I5"}),
        (
            "UPDATE erp_itementry SET quantity = quantity - 1 WHERE line_id IN "
            f"(SELECT id FROM erp_documentline WHERE document_id = {SHIPPED} AND item_id = {ITEM}); "
            f"UPDATE erp_stock SET qty = qty - 1 WHERE item_id = {ITEM} AND location_id = {HOME}",
            {"I3"},
        ),
        ("UPDATE erp_glentry SET account = '4000' WHERE account = '2200'", {"I15"}),
        (
            "UPDATE erp_glentry SET posting_date = '2020-01-01' "
            f"WHERE document_id = {POSTED} AND account = '1200'",
            {"I4"},
        ),
        (f"{MORE.format(table='erp_document', key='id')}; {MORE_BY_LINE}", {"I5"}),
        ("UPDATE erp_document SET state = 'completed' WHERE state = 'released'", {"I10"}),
        (f"UPDATE erp_partyentry SET applied_lcy = applied_lcy + 1 WHERE {ALL_OF_IT}", {"I18"}),
        # A number lost at the beginning, or none at all.
        (
            f"UPDATE erp_document SET posted_no = 'SI+000009' WHERE id = {POSTED}; "
            "UPDATE erp_numberseries SET last_no = 9 WHERE code = 'S-INV+'",
            {"I7"},
        ),
        ("UPDATE erp_document SET posted_no = 'TR+X' WHERE kind = 'transfer'", {"I7"}),
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


def test_a_guard_that_is_off_is_named(given_busy_books: Company) -> None:
    assert missing_guards() == []
    if connection.vendor == "sqlite":
        tamper("DROP TRIGGER erp_glentry_no_delete")
        guard = "erp_glentry_no_delete"
    else:
        tamper(
            "SET CONSTRAINTS ALL IMMEDIATE; ALTER TABLE erp_glentry DISABLE TRIGGER erp_glentry_frozen"
        )
        guard = "erp_glentry_frozen"

    (missing,) = missing_guards()

    assert (missing.invariant, guard in missing.sentence) == ("I1", True)
