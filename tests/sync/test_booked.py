"""What corrects an order's invoices, also one that combines it with other orders."""

from __future__ import annotations

from decimal import Decimal

import pytest

from connector.sync.booked import corrections
from connector.sync.models import MissingRecord
from erp.combining import combine_shipments
from erp.documents import cancel, correct_invoice
from erp.documents.correcting import Correction
from erp.models import Company as Books
from erp.models import Document
from erp.posting import post_document
from shops.models import Shop
from tests.sync.conftest import LAMP, TODAY, Run, Sandbox, change_settings, document_of, ship
from tests.sync.test_refunds import accounts, memo_of, refunded

__all__ = ["accounts"]
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def combined(shopify: Sandbox, accounts: Shop, books: Books, run: Run) -> tuple[str, str]:
    """Names of two orders of one customer, invoiced by one invoice."""
    change_settings(accounts, customer_mapping="default")
    names = tuple(shopify.place({**LAMP, "quantity": units}) for units in (2, 3))
    run("orders")
    run("documents")
    for name, units in zip(names, (2, 3), strict=True):
        ship(name, units)
    (invoice,) = combine_shipments(books, posting_date=TODAY)
    post_document(invoice.pk, today=TODAY)
    first, second = names
    return first, second


def taken_off(*names: str) -> list[Decimal]:
    documents = [document_of(name).pk for name in names]
    taken = corrections(documents)
    return [taken.get(document, Decimal(0)) for document in documents]


def test_a_refund_takes_off_its_own_order_of_a_combined_invoice(
    shopify: Sandbox, combined: tuple[str, str], run: Run
) -> None:
    """Also what was paid back for no goods, which no line of the invoice tells of."""
    first, second = combined

    memo = memo_of(refunded(shopify, run, first, lines={"0": 1}, more="7.00"))

    assert memo.corrects == Document.objects.get(kind=Document.Kind.INVOICE)
    assert taken_off(first, second) == [Decimal(107), Decimal(0)]
    run("reconciliation")
    assert not MissingRecord.objects.filter(kind="refund").exists()


def test_a_memo_made_by_hand_takes_off_each_order_what_is_its_own(
    combined: tuple[str, str],
) -> None:
    invoice = Document.objects.get(kind=Document.Kind.INVOICE)

    memo = correct_invoice(invoice.pk, Correction(document_date=TODAY))

    assert taken_off(*combined) == [Decimal(200), Decimal(300)]
    cancel(memo.pk)
    assert taken_off(*combined) == [Decimal(0), Decimal(0)]


def test_an_order_asked_about_alone_tells_the_same(combined: tuple[str, str]) -> None:
    invoice = Document.objects.get(kind=Document.Kind.INVOICE)
    correct_invoice(invoice.pk, Correction(document_date=TODAY))

    assert [taken_off(name) for name in combined] == [[Decimal(200)], [Decimal(300)]]
