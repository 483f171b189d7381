"""Return orders: goods come back at what they cost, then they are credited."""

from __future__ import annotations

from typing import Any

import pytest

from erp.audit import broken_invariants
from erp.batch import batch_post
from erp.documents import DocumentError
from erp.ledgers import remaining
from erp.models import Company, Document, Item, Location, Stock
from erp.posting import PostingError, post_document, post_order
from tests.erp.makers import (
    TODAY,
    D,
    account_line,
    gl,
    item_line,
    make_customer,
    make_invoice,
    make_order,
    make_return,
    make_stock,
    on_hand,
    to_post,
)


@pytest.fixture
def given_five_sold(given_a_company: Company) -> Document:
    """Five bought at 4 and sold at 20.00 by an order; then five more bought at 8."""
    Location.objects.create(company=given_a_company, code="B", name="Returns")
    make_stock(given_a_company, ("A", 5, 4))
    invoice = post_order(make_order(given_a_company, item_line(5, 20)).pk, today=TODAY).invoice
    make_stock(given_a_company, ("A", 5, 8))
    assert invoice
    return invoice


def returned(quantity: int, **options: Any) -> Any:
    return item_line(quantity, 20, corrects_line=10000, location_code="B", **options)


def test_goods_come_back_to_a_location_and_are_credited(given_five_sold: Document) -> None:
    """Case 20."""
    order = make_return(given_five_sold, returned(2))

    received = post_order(order.pk, invoice=False, today=TODAY)
    credited = post_order(order.pk, ship=False, today=TODAY)

    assert received.shipment
    assert credited.invoice
    assert (received.shipment.kind, received.shipment.posted_no) == ("return_receipt", "RR+000001")
    assert Stock.objects.get(location__code="B").qty == D(2)
    assert gl(received.shipment) == {"1300": D(8), "5000": D(-8)}
    assert (credited.invoice.kind, credited.invoice.posted_no) == ("credit_memo", "SC+000001")
    assert credited.invoice.party_entries.get(kind="credit_memo").amount == D("-50.00")
    assert gl(credited.invoice) == {"1200": D(-50), "4000": D(40), "2200": D(10)}
    order.refresh_from_db()
    assert order.state == "completed"
    assert credited.invoice.corrects == given_five_sold
    assert remaining(given_five_sold.party_entries.get()) == D(75)
    assert broken_invariants() == []


def test_goods_come_back_at_their_old_cost_not_at_todays(given_five_sold: Document) -> None:
    assert Item.objects.get().unit_cost == D(8)
    order = make_return(given_five_sold, returned(5))

    post_order(order.pk, today=TODAY)

    assert Item.objects.get().unit_cost == D(6)
    assert on_hand() == D(10)


def test_what_a_plain_invoice_took_out_comes_back_at_its_cost(given_five_sold: Document) -> None:
    company = given_five_sold.company
    invoice = post_document(make_invoice(company, item_line(2, 20)).pk, today=TODAY)
    make_stock(company, ("A", 3, 80))

    posted = post_order(make_return(invoice, returned(1)).pk, today=TODAY)

    assert gl(posted.shipment) == {"1300": D(8), "5000": D(-8)}


def test_a_return_is_received_and_credited_in_parts(given_five_sold: Document) -> None:
    order = make_return(given_five_sold, returned(3))
    for ship, invoice, state in ((2, 1, "released"), (0, 1, "released"), (1, 1, "completed")):
        to_post(order, ship=ship, invoice=invoice)
        post_order(order.pk, today=TODAY)
        order.refresh_from_db()
        assert order.state == state

    memos = Document.objects.filter(kind="credit_memo").order_by("posted_no")
    assert [memo.amount_incl for memo in memos] == [D(25)] * 3
    assert Stock.objects.get(location__code="B").qty == D(3)
    assert broken_invariants() == []


def test_a_return_is_not_credited_before_it_is_received(given_five_sold: Document) -> None:
    order = make_return(given_five_sold, returned(3))
    to_post(order, ship=1, invoice=2)

    with pytest.raises(PostingError, match="cannot invoice more than you have received") as caught:
        post_order(order.pk, today=TODAY)

    assert caught.value.code == "inv_gt_ship"
    assert on_hand() == D(5)


def test_returns_and_credit_memos_share_what_is_left_of_an_invoice(
    given_five_sold: Document,
) -> None:
    """I11."""
    post_order(make_return(given_five_sold, returned(3)).pk, today=TODAY)
    too_many = make_return(given_five_sold, returned(3))

    received = post_order(too_many.pk, invoice=False, today=TODAY)
    with pytest.raises(PostingError, match="Line 1: only 2 left to credit") as caught:
        post_order(too_many.pk, ship=False, today=TODAY)

    assert received.shipment
    assert caught.value.code == "overcredit"
    to_post(too_many, ship=0, invoice=2)
    post_order(too_many.pk, ship=False, today=TODAY)
    assert remaining(given_five_sold.party_entries.get()) == D(0)
    assert broken_invariants() == []


def test_a_fee_stands_beside_what_comes_back(given_five_sold: Document) -> None:
    """Goods of 40.00 come back, of which 7.50 is kept: the credit is 32.50 and its VAT."""
    order = make_return(given_five_sold, returned(2), account_line("-7.50", "4100"))

    credited = post_order(order.pk, today=TODAY).invoice

    assert gl(credited) == {
        "1200": D("-40.63"),
        "4000": D(40),
        "4100": D("-7.50"),
        "2200": D("8.13"),
    }


@pytest.mark.parametrize(
    ("options", "line", "code"),
    [
        ({"customer_no": "C2"}, 10000, "corrects"),
        ({"currency": "USD"}, 10000, "corrects"),
        ({}, 70000, "no_invoice_line"),
    ],
)
def test_a_return_names_an_invoice_of_its_customer(
    given_five_sold: Document, options: dict[str, Any], line: int, code: str
) -> None:
    make_customer(given_five_sold.company, "C2")

    with pytest.raises(DocumentError) as caught:
        make_return(given_five_sold, item_line(1, 20, corrects_line=line), **options)

    assert caught.value.code == code


def test_report_6655_posts_returns_and_lists_what_fails(given_five_sold: Document) -> None:
    company = given_five_sold.company
    make_return(given_five_sold, returned(4), no="R1")
    make_return(given_five_sold, returned(4), no="R2")
    make_return(given_five_sold, returned(1), no="R3")

    result = batch_post(company, kind="return_order", today=TODAY)

    assert result.posted == ["R1", "R3"]
    assert [(failure.no, failure.code) for failure in result.failed] == [("R2", "overcredit")]
