"""Report 295: one invoice for what several orders have shipped."""

from __future__ import annotations

from typing import Any

import pytest

from erp.audit import broken_invariants
from erp.batch import batch_post
from erp.combining import combine_shipments, waiting
from erp.documents import cancel
from erp.models import Company, Document
from erp.posting import PostingError, post_document, post_order
from tests.erp.makers import (
    TODAY,
    D,
    account_line,
    amounts,
    column,
    gl,
    item_line,
    make_customer,
    make_order,
    make_return,
    make_stock,
    on_hand,
    to_post,
)


@pytest.fixture
def given_goods(given_a_company: Company) -> Company:
    make_stock(given_a_company, ("A", 100, 1))
    return given_a_company


def shipped(company: Company, *lines: Any, **options: Any) -> Document:
    order = make_order(company, *lines, **options)
    post_order(order.pk, invoice=False, today=TODAY)
    return order


def combine(company: Company, **options: Any) -> list[Document]:
    return combine_shipments(company, posting_date=TODAY, **options)


def states(*orders: Document) -> list[str]:
    for order in orders:
        order.refresh_from_db()
    return [order.state for order in orders]


def test_shipments_of_two_orders_become_one_invoice(given_goods: Company) -> None:
    """Case 30."""
    orders = [shipped(given_goods, item_line(quantity, "9.99")) for quantity in (2, 3)]

    (invoice,) = combine(given_goods)

    assert (invoice.no, invoice.kind, invoice.state) == ("SI000001", "invoice", "open")
    assert column(invoice.lines.all(), "quantity") == [D(2), D(3)]
    assert amounts(invoice) == (D("49.95"), D("12.49"), D("62.44"))
    assert combine(given_goods) == []
    before = on_hand()

    posted = post_document(invoice.pk, today=TODAY)

    assert on_hand() == before
    assert gl(posted) == {"1200": D("62.44"), "4000": D("-49.95"), "2200": D("-12.49")}
    assert states(*orders) == ["completed", "completed"]
    assert combine(given_goods) == []
    assert broken_invariants() == []


def test_customers_currencies_and_kinds_of_prices_stay_apart(given_goods: Company) -> None:
    make_customer(given_goods, "C2")
    for options in (
        {},
        {"customer_no": "C2"},
        {"bill_to_no": "C2"},
        {"currency": "USD"},
        {"prices_incl_vat": True},
        {},
    ):
        shipped(given_goods, item_line(1, 10), **options)

    made = combine(given_goods)

    assert sorted(invoice.lines.count() for invoice in made) == [1, 1, 1, 1, 2]


def test_discounts_go_along_to_the_cent_and_to_no_other_order(given_goods: Company) -> None:
    """An order in parts, with discounts on line and order, beside one at another VAT rate."""
    first = make_order(
        given_goods, item_line(3, "3.33", line_discount=D("1.00")), invoice_discount=D("0.50")
    )
    for _piece in range(3):
        to_post(first, ship=1, invoice=0)
        post_order(first.pk, invoice=False, today=TODAY)
    shipped(given_goods, item_line(1, 10, vat_prod="VAT7"))

    (invoice,) = combine(given_goods)

    first.refresh_from_db()
    lines = list(invoice.lines.all())
    assert sum(line.amount for line in lines[:3]) == first.amount == D("8.49")
    assert (lines[3].amount, lines[3].vat_amount) == (D(10), D("0.70"))
    assert invoice.amount_incl == D("8.49") + D("2.12") + D("10.70")


def test_what_was_invoiced_before_is_not_invoiced_again(given_goods: Company) -> None:
    """Shipped 2 and 3, of which the order itself invoiced 2: three are left."""
    order = make_order(given_goods, item_line(6, 10))
    for pieces in (2, 3):
        to_post(order, ship=pieces, invoice=0)
        post_order(order.pk, invoice=False, today=TODAY)
    to_post(order, ship=0, invoice=2)
    post_order(order.pk, ship=False, today=TODAY)

    (invoice,) = combine(given_goods)

    assert column(invoice.lines.all(), "quantity") == [D(2), D(1)]
    post_document(invoice.pk, today=TODAY)
    assert states(order) == ["released"]
    line = order.lines.get()
    assert (line.qty_invoiced, line.qty_to_invoice) == (D(5), D(1))
    assert broken_invariants() == []


def test_a_combined_invoice_takes_no_more_than_was_shipped(given_goods: Company) -> None:
    """I11: the order was invoiced after its shipments were combined."""
    order = shipped(given_goods, item_line(2, 10))
    (invoice,) = combine(given_goods)
    post_order(order.pk, ship=False, today=TODAY)

    with pytest.raises(PostingError) as caught:
        post_document(invoice.pk, today=TODAY)

    assert caught.value.code == "inv_gt_ship"
    assert str(caught.value) == ("SI000001 invoices more than was shipped and is not invoiced yet.")
    assert broken_invariants() == []


def test_a_line_that_was_made_larger_by_hand_is_refused(given_goods: Company) -> None:
    shipped(given_goods, item_line(2, 10))
    (invoice,) = combine(given_goods)
    invoice.lines.update(quantity=3)

    with pytest.raises(PostingError, match="invoices more than was shipped"):
        post_document(invoice.pk, today=TODAY)


def test_a_cancelled_invoice_gives_its_shipments_back(given_goods: Company) -> None:
    shipped(given_goods, item_line(2, 10))
    (invoice,) = combine(given_goods)
    cancel(invoice.pk)

    (again,) = combine(given_goods)

    assert again.amount == D(20)


def test_freight_and_given_taxes_go_along(given_goods: Company) -> None:
    order = make_order(
        given_goods,
        item_line(3, "9.99", tax=D("1.00")),
        account_line("4.95", "4100", tax=D("0.12")),
        tax_mode="given",
    )
    order.lines.filter(type="item").update(qty_to_ship=2)
    post_order(order.pk, invoice=False, today=TODAY)

    (invoice,) = combine(given_goods)

    assert column(invoice.lines.all(), "vat_amount") == [D("0.67"), D("0.12")]


def test_only_orders_that_were_asked_for_are_combined(given_goods: Company) -> None:
    shipped(given_goods, item_line(1, 10), no="O1")
    shipped(given_goods, item_line(2, 10), no="O2")

    (invoice,) = combine(given_goods, orders=waiting(given_goods).filter(no="O2"))

    assert column(invoice.lines.all(), "quantity") == [D(2)]


def test_goods_of_a_combined_invoice_come_back_at_their_cost(given_goods: Company) -> None:
    shipped(given_goods, item_line(2, 10))
    invoice = post_document(combine(given_goods)[0].pk, today=TODAY)
    make_stock(given_goods, ("A", 98, 7))

    posted = post_order(make_return(invoice, item_line(1, 10, corrects_line=10000)).pk, today=TODAY)

    assert gl(posted.shipment) == {"1300": D(1), "5000": D(-1)}


def test_a_refused_invoice_leaves_the_orders_of_the_others_as_they_are(
    given_goods: Company,
) -> None:
    """In one group: what was noted for a refused document is not written with the next."""
    make_customer(given_goods, "C2")
    orders = [shipped(given_goods, item_line(2, 10), customer_no=no) for no in ("C1", "C2", "C1")]
    for invoice in combine(given_goods):
        if invoice.lines.count() == 1:
            given_goods.party_set.filter(documents=invoice).update(blocked="invoice")

    result = batch_post(given_goods, kind="invoice", today=TODAY)

    assert ([len(result.posted)], [failure.code for failure in result.failed]) == ([1], ["blocked"])
    assert states(*orders) == ["completed", "released", "completed"]
    assert broken_invariants() == []


def test_a_combined_invoice_is_credited_like_any_other(given_goods: Company) -> None:
    shipped(given_goods, item_line(2, 10))
    invoice = post_document(combine(given_goods)[0].pk, today=TODAY)

    memo = make_order(
        given_goods,
        item_line(1, 10, corrects_line=10000),
        kind="credit_memo",
        corrects_no=invoice.posted_no,
    )

    assert gl(post_document(memo.pk, today=TODAY))["1200"] == D("-12.50")
    assert broken_invariants() == []
