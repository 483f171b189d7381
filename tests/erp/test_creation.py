"""From drafts to open documents."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from erp.documents import DocumentError, create_sales_document, create_sales_documents
from erp.drafts import AddressDraft, LineDraft
from erp.models import Company, Document, DocumentLine, Lookup, NumberSeries
from tests.erp.makers import (
    TODAY,
    D,
    account_line,
    amounts,
    books,
    column,
    draft,
    item_line,
    make_customer,
    make_item,
    make_order,
)


def test_a_draft_becomes_an_open_order_with_lines_in_its_order(given_a_company: Company) -> None:
    order = make_order(
        given_a_company,
        LineDraft(type="comment", text="A gift"),
        item_line(2, "10.00", text="Blue"),
        account_line("5.00", "4100"),
        external_no="#1001",
        your_ref="PO 7",
    )

    assert (order.state, order.kind, order.no) == ("open", "order", "SO000001")
    assert (order.external_no, order.your_ref, order.version) == ("#1001", "PO 7", 1)
    lines = list(order.lines.values_list("line_no", "type", "description", "quantity", "amount"))
    assert lines == [
        (10000, "comment", "A gift", D(0), D(0)),
        (20000, "item", "Blue", D(2), D(20)),
        (30000, "account", "", D(1), D(5)),
    ]
    assert list(order.lines.values_list("qty_to_ship", "qty_to_invoice")) == [
        (D(0), D(0)),
        (D(2), D(2)),
        (D(1), D(1)),
    ]
    assert amounts(order) == (D("25.00"), D("6.25"), D("31.25"))


def test_numbers_are_taken_as_the_books_keep_them(given_a_company: Company) -> None:
    order = make_order(given_a_company, item_line(1, 10, "a"), customer_no=" c1 ", no="x-1")

    assert (order.no, order.party.no if order.party else "") == ("X-1", "C1")
    assert order.lines.get().item == given_a_company.item_set.get(no="A")


def test_a_shop_order_with_shipping_tip_and_gift_card_includes_its_tax(
    given_a_company: Company,
) -> None:
    """Case 24, as far as the draft goes."""
    Lookup.objects.create(
        company=given_a_company, kind="vat_rate", code="DOMESTIC|NONE", data={"pct": "0"}
    )
    order = make_order(
        given_a_company,
        item_line(2, "25.00"),
        account_line("5.00", "4100"),
        account_line("3.00", "4200", vat_prod="NONE"),
        account_line("10.00", "2300", vat_prod="NONE"),
        prices_incl_vat=True,
    )

    assert amounts(order) == (D("57.00"), D("11.00"), D("68.00"))
    assert column(order.lines.all(), "amount") == [D(40), D(4), D(3), D(10)]


def test_given_taxes_stay_with_their_lines(given_a_company: Company) -> None:
    """Case 25."""
    order = make_order(
        given_a_company,
        item_line(1, "19.99", tax=D("1.77")),
        item_line(1, "5.01", tax=D("0.44")),
        item_line(1, "7.50", tax=D("0")),
        tax_mode="given",
    )

    assert amounts(order) == (D("32.50"), D("2.21"), D("34.71"))
    assert column(order.lines.all(), "vat_amount") == [D("1.77"), D("0.44"), D(0)]


def test_an_order_discount_is_shared_by_lines_whose_prices_include_tax(
    given_a_company: Company,
) -> None:
    """Case 26."""
    order = make_order(
        given_a_company,
        item_line(2, "19.95"),
        account_line("9.90", "4100"),
        prices_incl_vat=True,
        invoice_discount=D("4.98"),
    )

    assert column(order.lines.all(), "inv_discount") == [D("3.99"), D("0.99")]
    assert amounts(order) == (D("35.86"), D("8.96"), D("44.82"))


def test_a_line_discount_is_an_amount_for_the_whole_line(given_a_company: Company) -> None:
    order = make_order(given_a_company, item_line(3, "3.33", line_discount=D("1.00")))

    assert order.lines.get().line_amount == D("8.99")


def test_the_customer_lends_address_terms_and_payer(given_a_company: Company) -> None:
    Lookup.objects.create(
        company=given_a_company,
        kind="payment_terms",
        code="EOM14",
        data={"formula": "14D+CM"},
    )
    payer = make_customer(given_a_company, "C2", payment_terms="EOM14", email="pay@example.org")
    ordering = make_customer(given_a_company, "C3")
    ordering.bill_to = payer
    ordering.save()

    order = make_order(
        given_a_company,
        item_line(1, 10),
        customer_no="C3",
        ship_to=AddressDraft(name="Depot", city="Oslo", country="NO"),
    )

    assert (order.bill_to, order.due_date) == (payer, date(2026, 3, 31))
    assert order.sell_to_address["name"] == "Ada Lovelace"
    assert order.bill_to_address["email"] == "pay@example.org"
    assert (order.ship_to_address["name"], order.ship_to_address["city"]) == ("Depot", "Oslo")


def test_a_repeated_request_returns_the_first_document(given_a_company: Company) -> None:
    """Case 15, for creation."""
    asked = draft(item_line(1, 10), request_id=uuid.uuid4())
    first = create_sales_document(given_a_company, asked)
    before = books(given_a_company)

    again = create_sales_documents(given_a_company, [asked, asked])

    assert again == [first, first]
    assert books(given_a_company) == before


def test_one_bad_draft_does_not_keep_the_others_out(given_a_company: Company) -> None:
    good, bad = draft(item_line(1, 10)), draft(item_line(1, 10, "NOWHERE"))

    first, refusal, second = create_sales_documents(given_a_company, [good, bad, good])

    assert isinstance(refusal, DocumentError)
    assert (refusal.code, refusal.line) == ("no_item", 1)
    assert refusal.sentence == "Item NOWHERE does not exist. Create or map it."
    assert [row.no for row in (first, second) if isinstance(row, Document)] == [
        "SO000001",
        "SO000002",
    ]
    assert Document.objects.count() == 2


def test_a_number_given_by_hand_is_skipped_by_the_series(given_a_company: Company) -> None:
    make_order(given_a_company, item_line(1, 10), no="SO000001")

    assert make_order(given_a_company, item_line(1, 10)).no == "SO000002"


def test_an_order_and_an_invoice_may_share_a_number(given_a_company: Company) -> None:
    make_order(given_a_company, item_line(1, 10), no="N1")

    assert make_order(given_a_company, item_line(1, 10), no="N1", kind="invoice").no == "N1"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"customer_no": "GHOST"}, "no_customer"),
        ({"currency": "XXX"}, "no_currency"),
        ({"external_no": "x" * 36}, "too_long"),
        ({"no": "TAKEN"}, "exists"),
        ({"invoice_discount": D(11)}, "discount"),
        ({"tax_mode": "given"}, "no_tax"),
        ({"lines": (item_line(1, 10, variant_code="RED"),)}, "no_variant"),
        ({"lines": (item_line(1, 10, location_code="MOON"),)}, "no_location"),
        ({"lines": (item_line(1, 10, uom="BOX"),)}, "no_uom"),
        ({"lines": (item_line(1, 10, vat_prod="LUXURY"),)}, "no_vat"),
        ({"lines": (item_line(-1, 10),)}, "quantity"),
        ({"lines": (account_line(10, "9999"),)}, "no_account"),
    ],
)
def test_what_the_books_cannot_take_is_refused_and_leaves_nothing(
    given_a_company: Company, change: dict[str, Any], code: str
) -> None:
    make_order(given_a_company, item_line(1, 10), no="TAKEN")
    before = books(given_a_company)

    with pytest.raises(DocumentError) as refusal:
        create_sales_document(given_a_company, replace(draft(item_line(1, 10)), **change))

    assert refusal.value.code == code
    assert books(given_a_company) == before


def test_blocked_customers_and_items_are_refused(given_a_company: Company) -> None:
    make_customer(given_a_company, "C9")
    given_a_company.party_set.filter(no="C9").update(blocked="all")
    make_item(given_a_company, "B")
    given_a_company.item_set.filter(no="B").update(sales_blocked=True)

    answers = create_sales_documents(
        given_a_company,
        [draft(item_line(1, 1), customer_no="C9"), draft(item_line(1, 1, "B"))],
    )

    assert [getattr(answer, "code", "") for answer in answers] == ["blocked", "item_blocked"]


def test_a_currency_without_a_rate_on_the_day_is_refused(given_a_company: Company) -> None:
    Lookup.objects.filter(kind="currency", code="USD").update(
        data={"rounding": "0.01", "rates": [{"from": "2026-03-03", "rate": "0.9"}]}
    )

    with pytest.raises(DocumentError, match="There is no exchange rate for USD on 2026-03-02"):
        make_order(given_a_company, item_line(1, 10), currency="USD")


def test_many_drafts_cost_no_more_queries_than_one(
    given_a_company: Company, django_assert_max_num_queries: Any
) -> None:
    drafts = [draft(item_line(1, 10), account_line(5, "4100")) for _ in range(50)]

    with django_assert_max_num_queries(18):
        create_sales_documents(given_a_company, drafts)

    assert Document.objects.count() == 50
    assert DocumentLine.objects.count() == 100
    assert NumberSeries.objects.get(code="S-ORD").last_no == 50


def test_yen_have_no_cents(given_a_company: Company) -> None:
    """Case 6, the order's side."""
    order = make_order(
        given_a_company, item_line(3, 333, vat_prod="VAT10"), currency="JPY", document_date=TODAY
    )

    assert amounts(order) == (Decimal(999), Decimal(100), Decimal(1099))
