"""A credit memo over what is left of a posted invoice."""

from __future__ import annotations

import uuid
from decimal import Decimal

import pytest

from erp.audit import broken_invariants
from erp.documents import cancel
from erp.documents.crediting import credit_invoice
from erp.errors import DocumentError
from erp.models import Company, Document
from erp.posting import post_document, post_order
from tests.erp.makers import (
    TODAY,
    account_line,
    item_line,
    make_company,
    make_customer,
    make_invoice,
    make_item,
    make_order,
    make_purchase,
    make_stock,
    make_vendor,
    on_hand,
)


@pytest.fixture
def given_goods(db: None) -> Company:
    company = make_company()
    make_customer(company)
    make_vendor(company)
    make_item(company)
    make_stock(company, ("A", 10, 4))
    return company


def posted_invoice(company: Company, *lines: object, **options: object) -> Document:
    invoice = make_invoice(company, *lines, **options)  # type: ignore[arg-type]
    return post_document(invoice.pk, today=TODAY)


def credit(invoice: Document, **options: object) -> Document:
    return credit_invoice(invoice.pk, document_date=TODAY, **options)  # type: ignore[arg-type]


@pytest.mark.parametrize("prices_incl_vat", [False, True])
def test_it_takes_back_all_of_an_invoice_to_the_cent(
    prices_incl_vat: bool, given_goods: Company
) -> None:
    invoice = posted_invoice(
        given_goods,
        item_line(3, "9.99", line_discount=Decimal("1.01")),
        account_line("4.90", "4100"),
        item_line(1, 5, vat_prod="VAT7"),
        invoice_discount=Decimal("2.50"),
        prices_incl_vat=prices_incl_vat,
    )

    memo = credit(invoice)
    post_document(memo.pk, today=TODAY)

    memo.refresh_from_db()
    assert (memo.amount, memo.vat_amount) == (invoice.amount, invoice.vat_amount)
    assert memo.corrects == invoice
    assert on_hand() == 10
    assert broken_invariants(given_goods) == []


def test_the_goods_of_an_order_come_back_at_their_cost(given_goods: Company) -> None:
    order = make_order(given_goods, item_line(2, 10))
    invoice = post_order(order.pk, today=TODAY).invoice
    assert invoice

    memo = credit(invoice)

    assert memo.lines.get().unit_cost == 4


def test_what_is_credited_or_waits_to_be_is_not_credited_again(given_goods: Company) -> None:
    invoice = posted_invoice(given_goods, item_line(3, 10))
    first = credit(invoice)
    first.lines.update(quantity=1)

    second = credit(invoice)

    assert second.lines.get().quantity == 2
    with pytest.raises(DocumentError) as refused:
        credit(invoice)
    assert refused.value.code == "nothing"
    cancel(second.pk)
    assert credit(invoice).lines.get().quantity == 2


def test_given_taxes_go_back_as_they_came(given_goods: Company) -> None:
    invoice = posted_invoice(given_goods, item_line(3, 10, tax=Decimal("2.47")), tax_mode="given")

    assert credit(invoice).vat_amount == Decimal("2.47")


def test_the_same_request_makes_one(given_goods: Company) -> None:
    invoice, request = posted_invoice(given_goods, item_line(3, 10)), uuid.uuid4()

    assert credit(invoice, request_id=request) == credit(invoice, request_id=request)
    assert invoice.corrections.count() == 1


def test_a_purchase_is_credited_too(given_goods: Company) -> None:
    bill = make_purchase(given_goods, item_line(5, 4), kind="invoice", external_no="77")
    post_document(bill.pk, today=TODAY)

    memo = credit(bill)
    post_document(memo.pk, today=TODAY)

    memo.refresh_from_db()
    assert (memo.side, memo.amount) == ("purchase", Decimal(20))
    assert on_hand() == 10
    assert broken_invariants(given_goods) == []


def test_only_posted_invoices_are_credited(given_goods: Company) -> None:
    invoice = make_invoice(given_goods, item_line(1, 10))

    with pytest.raises(DocumentError) as refused:
        credit(invoice)

    assert refused.value.code == "state"
