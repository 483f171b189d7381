"""Reports 296, 297 and 298: many documents, one transaction each."""

from __future__ import annotations

from datetime import date

import pytest

from erp.batch import BatchResult, Failure, batch_post
from erp.models import Company, Document, NumberSeries
from erp.posting import post_document
from tests.erp.makers import (
    TODAY,
    item_line,
    make_credit_memo,
    make_invoice,
    make_item,
    make_order,
    make_stock,
)

LATER = date(2026, 4, 1)


@pytest.fixture
def given_four_orders(given_a_company: Company) -> Company:
    """Fine; without stock; dated after the allowed range; fine."""
    make_item(given_a_company, "NONE")
    make_stock(given_a_company, ("A", 10, 1))
    given_a_company.settings["post_to"] = "2026-03-31"
    given_a_company.save()
    make_order(given_a_company, item_line(1, 10), no="O1")
    make_order(given_a_company, item_line(1, 10, "NONE"), no="O2")
    make_order(given_a_company, item_line(1, 10), no="O3", posting_date=LATER)
    make_order(given_a_company, item_line(1, 10), no="O4")
    return given_a_company


def test_orders_that_fail_do_not_stop_the_others(given_four_orders: Company) -> None:
    """Case 28."""
    result = batch_post(given_four_orders, kind="order", today=TODAY)

    assert result.posted == ["O1", "O4"]
    assert [(failure.no, failure.code) for failure in result.failed] == [
        ("O2", "negative"),
        ("O3", "date"),
    ]
    assert NumberSeries.objects.get(code="S-INV+").last_no == 2

    moved = batch_post(
        given_four_orders,
        kind="order",
        posting_date=TODAY,
        replace_posting_date=True,
        today=TODAY,
    )
    assert moved.posted == ["O3"]
    assert Document.objects.get(source__no="O3", kind="invoice").posting_date == TODAY

    assert batch_post(given_four_orders, kind="order", today=TODAY).posted == []


def test_replacing_the_date_needs_a_date(given_four_orders: Company) -> None:
    """Case 28, its end."""
    result = batch_post(
        given_four_orders, kind="order", numbers=["O1"], replace_posting_date=True, today=TODAY
    )

    assert result.failed == [Failure("O1", "date", "Enter the posting date.")]


def test_a_posting_date_without_replace_changes_nothing(given_four_orders: Company) -> None:
    batch_post(given_four_orders, kind="order", numbers=["O1"], posting_date=LATER, today=TODAY)

    assert Document.objects.get(no="O1").posting_date == TODAY


def test_numbers_and_filters_choose(given_four_orders: Company) -> None:
    by_number = batch_post(given_four_orders, kind="order", numbers=["O4"], today=TODAY)
    by_filter = batch_post(given_four_orders, kind="order", filters={"no__lt": "O2"}, today=TODAY)

    assert (by_number.posted, by_filter.posted) == (["O4"], ["O1"])


def test_only_shipping_leaves_the_invoice_for_later(given_four_orders: Company) -> None:
    batch_post(given_four_orders, kind="order", numbers=["O1"], invoice=False, today=TODAY)
    batch_post(given_four_orders, kind="order", numbers=["O1"], ship=False, today=TODAY)

    posted = Document.objects.filter(source__no="O1").order_by("kind")
    assert list(posted.values_list("kind", flat=True)) == ["invoice", "shipment"]


def test_invoices_and_credit_memos_post_in_batches(given_a_company: Company) -> None:
    """Case 29."""
    make_stock(given_a_company, ("A", 10, 1))
    for number in range(3):
        make_invoice(given_a_company, item_line(2, 10), no=f"I{number}")
    make_invoice(given_a_company, item_line(0, 10), no="EMPTY")

    invoices = batch_post(given_a_company, kind="invoice", today=TODAY)

    assert invoices.posted == ["I0", "I1", "I2"]
    assert [(failure.no, failure.code) for failure in invoices.failed] == [("EMPTY", "nothing")]

    for number in range(2):
        invoice = Document.objects.get(no=f"I{number}")
        make_credit_memo(invoice, 1, restock_at="1", no=f"M{number}")
    assert batch_post(given_a_company, kind="credit_memo", today=TODAY).posted == ["M0", "M1"]


def test_another_company_is_not_touched(given_four_orders: Company) -> None:
    from tests.erp.makers import make_company

    assert batch_post(make_company("OTHER"), kind="order", today=TODAY).posted == []


def test_what_is_raised_between_documents_ends_the_batch(given_four_orders: Company) -> None:
    class Cancelled(Exception):
        pass

    calls = []

    def stop(_result: BatchResult) -> None:
        calls.append(Document.objects.filter(state="completed").count())
        if len(calls) == 2:
            raise Cancelled

    with pytest.raises(Cancelled):
        batch_post(given_four_orders, kind="order", today=TODAY, before_each=stop)

    assert calls == [0, 1]


def test_a_document_changed_since_the_batch_began_is_left_alone(
    given_four_orders: Company,
) -> None:
    def change(_result: BatchResult) -> None:
        Document.objects.filter(no="O4", state="open").update(version=9)

    result = batch_post(given_four_orders, kind="order", today=TODAY, before_each=change)

    assert ("O4", "version") in [(failure.no, failure.code) for failure in result.failed]


def test_posted_invoices_are_not_found_again(given_a_company: Company) -> None:
    make_stock(given_a_company, ("A", 10, 1))
    post_document(make_invoice(given_a_company, item_line(1, 10)).pk, today=TODAY)

    assert batch_post(given_a_company, kind="invoice", today=TODAY).failed == []


def test_a_missing_series_fails_each_document_and_not_the_batch(given_a_company: Company) -> None:
    make_stock(given_a_company, ("A", 10, 1))
    make_order(given_a_company, item_line(1, 10), no="O1")
    NumberSeries.objects.filter(code="S-SHPT").delete()

    result = batch_post(given_a_company, kind="order", today=TODAY)

    assert result.failed == [Failure("O1", "no_series", "Number series S-SHPT is not set up.")]
