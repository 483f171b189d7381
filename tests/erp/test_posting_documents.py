"""Posting in place: invoices, credit memos and adjustments."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from erp import signals
from erp.audit import broken_invariants
from erp.documents import create_sales_document
from erp.drafts import LineDraft
from erp.ledgers import remaining
from erp.models import Company, Document, Item
from erp.posting import PostingError, post_document, post_order
from tests.erp.makers import (
    TODAY,
    D,
    amounts,
    books,
    column,
    draft,
    gl,
    item_line,
    make_credit_memo,
    make_customer,
    make_invoice,
    make_order,
    make_stock,
    on_hand,
)


@pytest.fixture
def given_three_sold_at_ten(given_a_company: Company) -> Document:
    """Ten bought at 5, three sold at 10.00; then ten more bought at 8."""
    make_stock(given_a_company, ("A", 10, 5))
    invoice = make_invoice(given_a_company, item_line(3, "10.00"))
    post_document(invoice.pk, today=TODAY)
    make_stock(given_a_company, ("A", 10, 8))
    invoice.refresh_from_db()
    return invoice


def refuse(document: Document, code: str, **options: Any) -> PostingError:
    before = books(document.company)
    with pytest.raises(PostingError) as caught:
        post_document(document.pk, today=TODAY, **options)
    assert (caught.value.code, caught.value.document) == (code, document.no)
    assert books(document.company) == before
    return caught.value


def test_an_invoice_is_posted_in_its_own_row(given_a_company: Company) -> None:
    make_stock(given_a_company, ("A", 5, 4))
    invoice = make_invoice(given_a_company, item_line(2, "10.00"))

    posted = post_document(invoice.pk, today=TODAY)

    assert (posted.pk, posted.no) == (invoice.pk, "SI000001")
    assert (posted.state, posted.posted_no) == ("posted", "SI+000001")
    assert gl(posted) == {
        "1200": D(25),
        "4000": D(-20),
        "2200": D(-5),
        "5000": D(8),
        "1300": D(-8),
    }
    assert on_hand() == D(3)


def test_positive_and_negative_lines_do_not_gain_a_cent(given_a_company: Company) -> None:
    """Case 5."""
    make_stock(given_a_company, ("A", 5, 1))
    invoice = make_invoice(given_a_company, item_line(1, "10.01"), item_line(-1, "0.02"))

    post_document(invoice.pk, today=TODAY)

    assert column(invoice.lines.all(), "vat_amount") == [D("2.51"), D("-0.01")]
    assert amounts(invoice)[2] == D("12.49")


def test_dinars_have_three_decimals(given_a_company: Company) -> None:
    """Case 6, its end."""
    make_stock(given_a_company, ("A", 5, 1))
    invoice = make_invoice(given_a_company, item_line(1, "1.0005"), currency="KWD")

    assert post_document(invoice.pk, today=TODAY).amount == D("1.001")


def test_a_credit_memo_with_restock_brings_goods_back_at_their_old_cost(
    given_three_sold_at_ten: Document,
) -> None:
    """Case 18."""
    assert Item.objects.get().unit_cost == D("6.76471")
    memo = make_credit_memo(given_three_sold_at_ten, 1, restock_at="5", no="M1")

    posted = post_document(memo.pk, today=TODAY)

    assert gl(posted) == {
        "1200": D("-12.50"),
        "2200": D("2.50"),
        "4000": D(10),
        "1300": D(5),
        "5000": D(-5),
    }
    assert posted.posted_no == "SC+000001"
    assert on_hand() == D(18)
    entry = given_three_sold_at_ten.party_entries.get()
    assert (entry.amount, remaining(entry)) == (D("37.50"), D(25))
    assert remaining(posted.party_entries.get(kind="credit_memo")) == D(0)


def test_no_more_is_credited_than_was_invoiced(given_three_sold_at_ten: Document) -> None:
    """Case 18, its end."""
    post_document(
        make_credit_memo(given_three_sold_at_ten, 1, restock_at="5", no="M1").pk, today=TODAY
    )

    again = make_credit_memo(given_three_sold_at_ten, 3, restock_at="5", no="M2")

    assert refuse(again, "overcredit").sentence == "Line 1: only 2 left to credit."


def test_a_credit_memo_without_restock_leaves_the_stock_alone(
    given_three_sold_at_ten: Document,
) -> None:
    """Case 19."""
    memo = make_credit_memo(given_three_sold_at_ten, 2, restock_at=None, no="M1")

    posted = post_document(memo.pk, today=TODAY)

    assert gl(posted) == {"4900": D(20), "2200": D(5), "1200": D(-25)}
    assert on_hand() == D(17)


def test_an_adjustment_is_booked_against_inventory_adjustments(given_a_company: Company) -> None:
    gained = make_stock(given_a_company, ("A", 10, 5))
    lost = make_stock(given_a_company, ("A", -2, 0))

    assert gl(gained) == {"1300": D(50), "5100": D(-50)}
    assert gl(lost) == {"1300": D(-10), "5100": D(10)}
    assert on_hand() == D(8)


def test_a_total_below_zero_is_refused(given_a_company: Company) -> None:
    make_stock(given_a_company, ("A", 5, 1))

    refuse(make_invoice(given_a_company, item_line(-1, 10)), "negative_total")


def memo_of(invoice: Document, *lines: LineDraft) -> Document:
    head = draft(*lines, kind="credit_memo", corrects_no=invoice.posted_no)
    return create_sales_document(invoice.company, head)


def test_what_is_taken_in_exchange_may_be_worth_more_than_what_comes_back(
    given_three_sold_at_ten: Document,
) -> None:
    """Then the memo is owed besides the invoice, and settles nothing of it."""
    invoice = given_three_sold_at_ten
    memo = memo_of(invoice, item_line(1, 10, corrects_line=10000), item_line(-1, 30))

    posted = post_document(memo.pk, today=TODAY)

    assert posted.amount_incl == D(-25)
    cost = {"1300": D("-1.67"), "5000": D("1.67")}  # back at 5.00, out at the average
    assert gl(posted) == {"1200": D(25), "4000": D(-20), "2200": D(-5), **cost}
    owed, entry = posted.party_entries.get(), invoice.party_entries.get(kind="invoice")
    assert (owed.kind, owed.amount, remaining(owed)) == ("credit_memo", D(25), D(25))
    assert remaining(entry) == D("37.5")
    assert on_hand() == D(17)
    assert broken_invariants() == []


def test_only_a_memo_that_corrects_an_invoice_may_be_below_zero(
    given_three_sold_at_ten: Document,
) -> None:
    memo = memo_of(given_three_sold_at_ten, item_line(-1, 30))
    Document.objects.filter(pk=memo.pk).update(corrects=None)

    refuse(memo, "negative_total")


def test_a_memo_keeps_the_vat_group_of_its_invoice(given_three_sold_at_ten: Document) -> None:
    """AC-139: though the customer has another by now."""
    invoice = given_three_sold_at_ten
    assert invoice.party is not None
    invoice.party.vat_bus = "ABROAD"
    invoice.party.save()

    assert memo_of(invoice, item_line(1, 10, corrects_line=10000)).vat_bus == invoice.vat_bus


def test_an_invoice_without_quantities_is_refused(given_a_company: Company) -> None:
    refuse(make_invoice(given_a_company, item_line(0, 10)), "nothing")


def test_an_invoice_is_posted_only_once(given_a_company: Company) -> None:
    make_stock(given_a_company, ("A", 5, 1))
    invoice = make_invoice(given_a_company, item_line(1, 10))
    request = uuid.uuid4()
    first = post_document(invoice.pk, request_id=request, today=TODAY)

    assert post_document(invoice.pk, request_id=request, today=TODAY) == first
    refuse(invoice, "state")
    assert on_hand() == D(4)


def test_orders_are_not_posted_in_place_nor_invoices_as_orders(given_a_company: Company) -> None:
    order = make_order(given_a_company, item_line(1, 10))
    invoice = make_invoice(given_a_company, item_line(1, 10))

    refuse(order, "kind")
    with pytest.raises(PostingError, match="SI000001 is not an order"):
        post_order(invoice.pk, today=TODAY)


def test_a_blocked_customer_is_not_invoiced(given_a_company: Company) -> None:
    make_customer(given_a_company, "C2")
    invoice = make_invoice(given_a_company, item_line(1, 10), bill_to_no="C2")
    given_a_company.party_set.filter(no="C2").update(blocked="invoice")

    refuse(invoice, "blocked")


def test_a_posted_invoice_is_announced(
    given_a_company: Company, django_capture_on_commit_callbacks: Any
) -> None:
    make_stock(given_a_company, ("A", 5, 1))
    invoice = make_invoice(given_a_company, item_line(1, 10))
    heard: list[Any] = []

    def listener(**signal: Any) -> None:
        heard.append((signal["shipments"], signal["invoices"]))
        raise RuntimeError("what is posted stays posted")

    signals.posted.connect(listener)
    try:
        with django_capture_on_commit_callbacks(execute=True):
            post_document(invoice.pk, today=TODAY)
    finally:
        signals.posted.disconnect(listener)

    assert heard == [((), (invoice.pk,))]
    invoice.refresh_from_db()
    assert invoice.state == "posted"


def test_goods_that_come_in_below_zero_set_their_own_cost(given_a_company: Company) -> None:
    Item.objects.update(prevent_negative="no")
    post_document(make_invoice(given_a_company, item_line(4, 10)).pk, today=TODAY)

    make_stock(given_a_company, ("A", 10, 5))

    assert Item.objects.get().unit_cost == D(5)
    assert on_hand() == D(6)


def test_a_request_is_one_documents(given_a_company: Company) -> None:
    make_stock(given_a_company, ("A", 5, 1))
    first, other = (make_invoice(given_a_company, item_line(1, 10)) for _ in range(2))
    request = uuid.uuid4()
    post_document(first.pk, request_id=request, today=TODAY)
    before = books(given_a_company)

    with pytest.raises(PostingError) as refusal:
        post_document(other.pk, request_id=request, today=TODAY)

    assert (refusal.value.code, refusal.value.document) == ("request", other.no)
    assert books(given_a_company) == before
