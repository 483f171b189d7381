"""Changing documents before they are posted, and looking at a posting before it is done."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from erp.adjustments import AdjustmentLine, create_adjustment
from erp.documents import release
from erp.documents.conflicts import Difference, VersionConflict
from erp.documents.editing import edit_document
from erp.documents.line_edits import LineEdit
from erp.errors import DocumentError, PostingError
from erp.models import Document, Item, Price
from erp.posting import post_document, post_order
from erp.previewing import preview
from erp.price_lines import PriceDraft, put_price
from erp.signals import posted
from tests.erp.makers import (
    TODAY,
    D,
    books,
    item_line,
    make_company,
    make_customer,
    make_invoice,
    make_item,
    make_order,
    make_stock,
    on_hand,
    to_post,
)

pytestmark = pytest.mark.django_db


def given_order(**options: Any) -> Document:
    company = make_company()
    make_customer(company)
    make_item(company)
    make_stock(company, ("A", 10, 4))
    return make_order(company, item_line(2, 10), **options)


def as_they_are(document: Document) -> list[LineEdit]:
    return [
        LineEdit(
            line.pk,
            no=line.item.no if line.item else line.account,
            quantity=line.quantity,
            unit_price=line.unit_price,
            line_discount_pct=line.line_discount_pct,
            text=line.description,
        )
        for line in document.lines.select_related("item")
    ]


def edited(document: Document, *lines: LineEdit, **head: Any) -> Document:
    document.refresh_from_db()
    return edit_document(document.pk, expected_version=document.version, head=head, lines=lines)


def test_lines_are_changed_added_and_removed_with_their_amounts() -> None:
    order = given_order()
    (first,) = as_they_are(order)
    account = LineEdit(type="account", no="4100", quantity=D(1), unit_price=D(5))
    text = LineEdit(type="comment", text="Handle with care")

    after = edited(order, replace(first, quantity=D(3)), account, text, your_ref="Ada")

    assert (after.amount, after.vat_amount, after.amount_incl) == (D(35), D("8.75"), D("43.75"))
    assert (after.your_ref, after.version) == ("Ada", 2)
    assert [line.line_no for line in after.lines.all()] == [10000, 20000, 30000]
    assert after.lines.get(line_no=10000).qty_to_ship == 3

    again = edited(after, *as_they_are(after)[:1])

    assert again.amount == 30
    assert again.lines.count() == 1


def test_a_new_line_gets_the_best_price_of_the_customer() -> None:
    order = given_order()
    put_price(
        order.company,
        PriceDraft("A", D(9), source_type=Price.Source.CUSTOMER, source_no="C1", min_qty=D(5)),
    )

    after = edited(order, LineEdit(no="a", quantity=D(5)), LineEdit(no="A", quantity=D(1)))

    assert [line.unit_price for line in after.lines.all()] == [9, 10]


@pytest.mark.parametrize(
    ("edit", "code"),
    [
        (LineEdit(no="Z", quantity=D(1)), "no_item"),
        (LineEdit(no="A", variant_code="RED", quantity=D(1)), "no_variant"),
        (LineEdit(no="A", location_code="MOON", quantity=D(1)), "no_location"),
        (LineEdit(no="A", uom="BOX", quantity=D(1)), "no_uom"),
        (LineEdit(type="account", no="9", quantity=D(1)), "no_account"),
        (LineEdit(no="A", quantity=D(-1)), "quantity"),
        (LineEdit(no="A", quantity=D(1), qty_to_ship=D(2)), "qty_to_ship"),
        (LineEdit(no="A", quantity=D(1), qty_to_invoice=D(2)), "qty_to_invoice"),
    ],
)
def test_what_cannot_be_is_refused_with_the_line_it_is_about(edit: LineEdit, code: str) -> None:
    order = given_order()

    with pytest.raises(DocumentError) as refusal:
        edited(order, *as_they_are(order), edit, your_ref="Ada")

    assert (refusal.value.code, refusal.value.line) == (code, 2)
    order.refresh_from_db()
    assert (order.your_ref, order.version, order.lines.count()) == ("", 1, 1)


def test_what_was_shipped_stays_on_its_line() -> None:
    order = given_order(release=True)
    to_post(order, ship=1)
    post_order(order.pk, invoice=False, today=TODAY)
    Document.objects.filter(pk=order.pk).update(state=Document.State.OPEN)
    (line,) = as_they_are(order)

    for lines in ([replace(line, quantity=D("0.5"))], [replace(line, type="account")], []):
        with pytest.raises(DocumentError, match="shipped"):
            edited(order, *lines)

    assert edited(order, replace(line, quantity=D(4))).lines.get().qty_to_ship == 3


def test_a_released_document_takes_only_what_the_next_posting_needs() -> None:
    order = given_order()
    release(order.pk)
    (line,) = as_they_are(order)

    after = edited(order, replace(line, qty_to_ship=D(1)), tracking_no="370")
    assert (after.tracking_no, after.lines.get().qty_to_ship) == ("370", D(1))

    for lines, head in (
        ([replace(line, quantity=D(3))], {}),
        ([line, LineEdit(no="A")], {}),
        ([line], {"your_ref": "x"}),
    ):
        with pytest.raises(DocumentError, match="Reopen it"):
            edited(order, *lines, **head)


def test_a_version_that_is_not_seen_is_refused() -> None:
    order = given_order()

    with pytest.raises(DocumentError, match="somebody else"):
        edit_document(order.pk, expected_version=7, head={}, lines=[])


def test_new_terms_move_the_due_date_unless_it_is_said() -> None:
    order = given_order()

    moved = edited(order, *as_they_are(order), document_date=TODAY.replace(day=5))

    assert moved.due_date == TODAY.replace(day=5)


def test_a_preview_shows_what_posting_writes_and_leaves_nothing() -> None:
    order = given_order(release=True)
    before = books(order.company)
    heard: list[object] = []

    def listen(**told: object) -> None:
        heard.append(told)

    posted.connect(listen)
    shown = preview(lambda: post_order(order.pk, today=TODAY), order.pk)
    posted.disconnect(listen)

    assert books(order.company) == before
    assert heard == []
    assert on_hand() == 10
    real = post_order(order.pk, today=TODAY)
    assert real.invoice
    assert real.shipment
    assert [document.kind for document in shown.documents] == ["invoice", "shipment"]
    assert sorted((row.account, row.amount) for row in shown.gl) == sorted(
        [
            *real.invoice.gl_entries.values_list("account", "amount"),
            *real.shipment.gl_entries.values_list("account", "amount"),
        ]
    )
    assert [row.amount for row in shown.parties] == [25]
    assert [row.quantity for row in shown.items] == [-2]
    assert shown.documents[0].posted_no == real.invoice.posted_no


def test_a_preview_of_an_invoice_leaves_it_open() -> None:
    order = given_order()
    invoice = make_invoice(order.company, item_line(1, 10))

    shown = preview(lambda: post_document(invoice.pk, today=TODAY), invoice.pk)

    invoice.refresh_from_db()
    assert (invoice.state, invoice.posted_no) == (Document.State.OPEN, None)
    assert sum((row.amount for row in shown.gl), Decimal(0)) == 0


def test_a_preview_refuses_what_posting_refuses() -> None:
    order = given_order(release=True)
    order.lines.update(quantity=11, qty_to_ship=11, qty_to_invoice=11)
    before = books(order.company)

    with pytest.raises(PostingError):
        preview(lambda: post_order(order.pk, today=TODAY), order.pk)

    assert books(order.company) == before


def test_what_is_no_trade_is_not_changed_line_by_line() -> None:
    order = given_order()
    stock = create_adjustment(order.company, [AdjustmentLine("A", D(1), D(4))], posting_date=TODAY)

    with pytest.raises(DocumentError, match="line by line"):
        edited(stock)


def test_a_conflict_tells_what_is_theirs_and_what_was_wanted() -> None:
    """Only where the two differ; what was left blank differs from nothing."""
    order = given_order(your_ref="Old")
    (mine,) = as_they_are(order)
    new = LineEdit(no="A", quantity=D(9), text="Theirs too")
    theirs = edited(order, replace(mine, quantity=D(5), text="Red"), new, your_ref="Bob", notes="!")
    first, second = theirs.lines.values_list("pk", flat=True)
    wanted = replace(mine, no="a", quantity=D(3), text="", qty_to_ship=D(3))

    with pytest.raises(VersionConflict) as caught:
        edit_document(
            order.pk,
            expected_version=1,
            head={"your_ref": "Ada", "notes": "!"},
            lines=[wanted, LineEdit(no="A", quantity=D(1))],
        )

    conflict = caught.value
    assert (conflict.code, conflict.version) == ("version", 2)
    assert conflict.differences == (
        Difference(None, "your_ref", "Bob", "Ada"),
        Difference(first, "quantity", D(5), D(3)),
        Difference(first, "qty_to_ship", D(5), D(3)),
        Difference(second, "line", "Theirs too", None),
    )
    order.refresh_from_db()
    assert (order.version, order.your_ref, order.lines.count()) == (2, "Bob", 2)


def test_a_conflict_names_a_line_that_they_removed() -> None:
    order = given_order()
    (mine,) = as_they_are(order)
    edited(order, LineEdit(no="A", quantity=D(1)))
    new = order.lines.get()

    with pytest.raises(VersionConflict) as caught:
        edit_document(order.pk, expected_version=1, head={}, lines=[replace(mine, text="Mine")])

    assert caught.value.differences == (
        Difference(new.pk, "line", "Item A", None),
        Difference(mine.pk, "line", None, "Mine"),
    )


def test_what_is_no_longer_sold_stays_on_a_document_and_is_not_put_on_it_anew() -> None:
    order = given_order()
    Item.objects.update(sales_blocked=True)
    (mine,) = as_they_are(order)

    assert edited(order, replace(mine, quantity=D(1))).amount == 10
    with pytest.raises(DocumentError) as refusal:
        edited(order, mine, LineEdit(no="A", quantity=D(1)))
    assert (refusal.value.code, refusal.value.line) == ("item_blocked", 2)
