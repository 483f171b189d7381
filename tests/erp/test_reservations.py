"""Which goods an open order keeps for its customer."""

from __future__ import annotations

from decimal import Decimal

import pytest

from erp.availability import free
from erp.cards import change_item, change_party
from erp.documents import cancel
from erp.documents.editing import edit_document
from erp.documents.line_edits import LineEdit
from erp.models import Company, Document, Item, Party
from erp.posting import post_order
from tests.erp.makers import (
    TODAY,
    D,
    account_line,
    item_line,
    make_invoice,
    make_order,
    make_stock,
    to_post,
)


@pytest.fixture
def given_stock(given_a_company: Company) -> Company:
    make_stock(given_a_company, ("A", 10, 1))
    return given_a_company


def reserves(company: Company, *, item: str = "optional", customer: str = "always") -> None:
    change_item(company.item_set.get(no="A"), reserve=item)
    change_party(Party.objects.get(company=company, no="C1"), reserve=customer)


def reserved(document: Document) -> list[Decimal]:
    return list(document.lines.order_by("line_no").values_list("reserved", flat=True))


def free_of(company: Company) -> Decimal:
    item = company.item_set.get(no="A")
    return free(company, [item.pk]).get((item.pk, None), D(0))


@pytest.mark.parametrize(
    ("item", "customer", "kept"),
    [
        ("optional", "always", 4),
        ("optional", "optional", 0),
        ("optional", "never", 0),
        ("always", "never", 4),
        ("always", "optional", 4),
        ("never", "always", 0),
    ],
)
def test_ac078_the_item_decides_and_else_the_customer(
    given_stock: Company, item: str, customer: str, kept: int
) -> None:
    reserves(given_stock, item=item, customer=customer)

    order = make_order(given_stock, item_line(4, 10), account_line(5, "4000"))

    assert reserved(order) == [D(kept), D(0)]
    assert free_of(given_stock) == D(10 - kept)


def test_ac078_shipping_frees_what_has_left(given_stock: Company) -> None:
    reserves(given_stock)
    order = make_order(given_stock, item_line(4, 10))

    to_post(order, ship=1)
    post_order(order.pk, invoice=False, today=TODAY)
    assert (reserved(order), free_of(given_stock)) == ([D(3)], D(6))
    to_post(order, ship=3)
    post_order(order.pk, today=TODAY)

    assert (reserved(order), free_of(given_stock)) == ([D(0)], D(6))
    posted = Document.objects.filter(source=order)
    assert not any(any(reserved(each)) for each in posted)


def test_ac078_a_unit_of_several_pieces_keeps_all_of_them(given_stock: Company) -> None:
    reserves(given_stock)
    Item.objects.filter(company=given_stock, no="A").update(units={"BOX": "6"})

    order = make_order(given_stock, item_line(2, 60, uom="BOX"))

    assert reserved(order) == [D(12)]
    assert free_of(given_stock) == D(-2)  # more is kept than there is: buy some


def test_ac078_a_changed_quantity_keeps_as_much(given_stock: Company) -> None:
    reserves(given_stock)
    order = make_order(given_stock, item_line(4, 10))
    line = order.lines.get()

    def edit(quantity: int, no: str = "A") -> None:
        document = Document.objects.get(pk=order.pk)
        change = LineEdit(pk=line.pk, no=no, quantity=D(quantity), unit_price=D(10))
        edit_document(order.pk, expected_version=document.version, head={}, lines=[change])

    edit(7)
    assert reserved(order) == [D(7)]
    reserves(given_stock, customer="optional")
    edit(6)
    assert reserved(order) == [D(0)]


def test_ac078_only_open_orders_keep_goods(given_stock: Company) -> None:
    reserves(given_stock)
    order = make_order(given_stock, item_line(4, 10))
    invoice = make_invoice(given_stock, item_line(3, 10))
    assert reserved(invoice) == [D(0)]

    cancel(order.pk)

    assert reserved(order) == [D(0)]
    assert free_of(given_stock) == D(10)
