"""Lines whose pieces are counted by another line keep to the goods of that line."""

from __future__ import annotations

from typing import Any

import pytest

from erp.combining import combine_shipments
from erp.documents import DocumentError, reopen
from erp.documents.editing import edit_document
from erp.documents.line_edits import LineEdit
from erp.ledgers import remaining
from erp.models import Company, Document, Item
from erp.posting import PostingError, post_document, post_order
from tests.erp.makers import (
    TODAY,
    D,
    account_line,
    books,
    gl,
    item_line,
    make_invoice,
    make_item,
    make_order,
    make_stock,
    on_hand,
    to_post,
)


@pytest.fixture
def given_goods(given_a_company: Company) -> Company:
    """A hundred of A, by the piece or the box of twelve, and ten of B."""
    Item.objects.update(units={"BOX": "12"})
    make_item(given_a_company, "B")
    make_stock(given_a_company, ("A", 100, 5), ("B", 10, 50))
    return given_a_company


@pytest.fixture
def given_two_sold(given_goods: Company) -> Document:
    return post_document(make_invoice(given_goods, item_line(2, 10)).pk, today=TODAY)


def credit(invoice: Document, *lines: Any) -> Document:
    return make_order(invoice.company, *lines, kind="credit_memo", corrects_no=invoice.posted_no)


def edit(document: Document, **changes: Any) -> Document:
    line = document.lines.get()
    same: dict[str, Any] = {"no": "A", "quantity": line.quantity, "uom": "PCS"}
    wanted = LineEdit(line.pk, **(same | changes))
    return edit_document(document.pk, expected_version=document.version, head={}, lines=[wanted])


@pytest.mark.parametrize("options", [{"no": "B"}, {"uom": "BOX"}])
def test_what_is_credited_is_what_was_invoiced(
    given_two_sold: Document, options: dict[str, str]
) -> None:
    """Two boxes are not the two pieces that were sold."""
    before = books(given_two_sold.company)

    with pytest.raises(DocumentError) as refusal:
        credit(given_two_sold, item_line(2, 10, corrects_line=10000, **options))

    assert (refusal.value.code, refusal.value.line) == ("linked", 1)
    assert books(given_two_sold.company) == before


@pytest.mark.parametrize("changes", [{"no": "B"}, {"uom": "BOX"}])
def test_a_credit_memo_is_not_turned_to_other_goods(
    given_two_sold: Document, changes: dict[str, str]
) -> None:
    memo = credit(given_two_sold, item_line(2, 10, corrects_line=10000))

    with pytest.raises(DocumentError) as refusal:
        edit(memo, **changes)

    assert refusal.value.code == "linked"


def test_what_is_credited_without_its_goods_goes_to_an_account(given_two_sold: Document) -> None:
    memo = credit(given_two_sold, item_line(2, 10, corrects_line=10000))

    edited = edit(memo, type="account", no="4900", unit_price=D(10))

    assert gl(post_document(edited.pk, today=TODAY)) == {
        "1200": D(-25),
        "4900": D(20),
        "2200": D(5),
    }
    assert on_hand() == D(98)


def test_a_combined_invoice_bills_what_was_shipped(given_goods: Company) -> None:
    order = make_order(given_goods, item_line(3, 10))
    post_order(order.pk, invoice=False, today=TODAY)
    (invoice,) = combine_shipments(given_goods, posting_date=TODAY)

    with pytest.raises(DocumentError) as refusal:
        edit(invoice, no="B", unit_price=D(10))

    assert refusal.value.code == "linked"
    assert invoice.lines.get().item == Item.objects.get(no="A")
    assert edit(invoice, unit_price=D(9)).amount == D(27)


def test_pieces_that_were_shipped_do_not_become_boxes(given_goods: Company) -> None:
    order = make_order(given_goods, item_line(4, 10))
    to_post(order, ship=2)
    post_order(order.pk, invoice=False, today=TODAY)
    reopen(order.pk)
    order.refresh_from_db()

    with pytest.raises(DocumentError) as refusal:
        edit(order, uom="BOX")

    assert refusal.value.code == "shipped"
    assert order.lines.get().uom == "PCS"


def test_a_credit_of_nothing_is_posted_and_settles_nothing(given_goods: Company) -> None:
    """A free item comes back: its invoice stays open, the memo is posted all the same."""
    invoice = post_document(
        make_invoice(given_goods, item_line(1, 10), item_line(1, 0, "B")).pk, today=TODAY
    )

    memo = post_document(credit(invoice, item_line(1, 0, "B", corrects_line=20000)).pk, today=TODAY)

    assert (memo.state, memo.amount_incl) == ("posted", D(0))
    assert on_hand("B") == D(10)
    assert remaining(invoice.party_entries.get()) == D("12.50")


def test_no_more_is_charged_back_than_was_taken_off(given_goods: Company) -> None:
    """A line below zero is credited below zero, and no further."""
    invoice = post_document(
        make_invoice(given_goods, item_line(9, 10), account_line(5, "4000", quantity=-2)).pk,
        today=TODAY,
    )
    lines = item_line(9, 10, corrects_line=10000), account_line(5, "4000", quantity=-3)
    memo = credit(invoice, *lines)
    memo.lines.filter(line_no=20000).update(source_line=invoice.lines.get(line_no=20000))

    with pytest.raises(PostingError) as refusal:
        post_document(memo.pk, today=TODAY)

    assert refusal.value.code == "overcredit"


def test_what_is_no_longer_sold_may_come_back(given_two_sold: Document) -> None:
    Item.objects.update(sales_blocked=True)

    memo = credit(given_two_sold, item_line(1, 10, corrects_line=10000))

    assert post_document(memo.pk, today=TODAY).amount_incl == D("12.50")
    with pytest.raises(DocumentError) as refusal:
        make_order(given_two_sold.company, item_line(1, 10))
    assert refusal.value.code == "item_blocked"
