"""A document is written anew while it is open, and taken out of use while nothing of it is posted."""

from __future__ import annotations

from dataclasses import replace
from uuid import uuid4

import pytest

from erp.audit import broken_invariants
from erp.documents import DocumentError, cancel, create_sales_document, release
from erp.documents.conflicts import VersionConflict
from erp.documents.rewriting import rewrite
from erp.documents.withdrawing import withdraw
from erp.drafts import SalesDocumentDraft
from erp.models import Company, Document
from erp.posting import post_order
from tests.erp.makers import TODAY, D, item_line, make_customer, make_stock, to_post


def draft(*pieces: int, customer: str = "C1", kind: str = "order") -> SalesDocumentDraft:
    return SalesDocumentDraft(
        kind="invoice" if kind == "invoice" else "order",
        customer_no=customer,
        currency="EUR",
        document_date=TODAY,
        lines=tuple(item_line(count, 10) for count in pieces),
        request_id=uuid4(),
    )


def test_head_and_lines_are_new_and_the_document_the_same(given_a_company: Company) -> None:
    make_customer(given_a_company, "C2")
    asked = draft(1, 2)
    order = create_sales_document(given_a_company, asked)

    rewrite(order.pk, draft(5, customer="C2", kind="invoice"), expected_version=1)

    after = Document.objects.get()
    assert after.party is not None
    assert (after.no, after.kind, after.version) == (order.no, "order", 2)
    assert after.request_id == asked.request_id
    assert after.party.no == "C2"
    (line,) = after.lines.all()
    assert line.quantity == line.qty_to_ship == 5
    assert after.amount == 50
    assert not broken_invariants(given_a_company)


def test_another_version_is_not_written_over(given_a_company: Company) -> None:
    order = create_sales_document(given_a_company, draft(1))
    rewrite(order.pk, draft(2), expected_version=1)

    with pytest.raises(VersionConflict):
        rewrite(order.pk, draft(3), expected_version=1)

    assert Document.objects.get().amount == 20


def test_a_bad_draft_changes_nothing(given_a_company: Company) -> None:
    order = create_sales_document(given_a_company, draft(1))

    with pytest.raises(DocumentError, match="Customer NOBODY does not exist"):
        rewrite(order.pk, draft(2, customer="NOBODY"), expected_version=1)

    assert Document.objects.get().amount == 10
    assert order.lines.count() == 1


@pytest.mark.parametrize(
    ("state", "code"), [("released", "released"), ("shipped", "shipped"), ("cancelled", "state")]
)
def test_what_is_no_longer_open_is_not_written(
    state: str, code: str, given_a_company: Company
) -> None:
    make_stock(given_a_company, ("A", 5, 4))
    order = create_sales_document(given_a_company, draft(2))
    if state == "released":
        release(order.pk)
    elif state == "cancelled":
        cancel(order.pk)
    else:
        to_post(order, ship=1, invoice=0)
        post_order(order.pk, ship=True, invoice=False, today=TODAY)
    version = Document.objects.get(pk=order.pk).version

    with pytest.raises(DocumentError) as refusal:
        rewrite(order.pk, draft(9), expected_version=version)

    assert refusal.value.code == code


@pytest.mark.parametrize("keep", [True, False])
def test_a_withdrawn_documents_request_is_free_again(keep: bool, given_a_company: Company) -> None:
    asked = draft(2)
    order = create_sales_document(given_a_company, replace(asked, release=True))

    assert withdraw(order.pk, keep=keep) == order.no

    again = create_sales_document(given_a_company, asked)
    assert again.pk != order.pk
    states = dict(Document.objects.values_list("no", "state"))
    kept = {order.no: "cancelled"} if keep else {}
    assert states == kept | {again.no: "open"}
    assert not broken_invariants(given_a_company)


@pytest.mark.parametrize("keep", [True, False])
@pytest.mark.parametrize(("pieces", "code"), [(1, "shipped"), (2, "posted")])
def test_what_is_posted_is_not_withdrawn(
    pieces: int, code: str, keep: bool, given_a_company: Company
) -> None:
    make_stock(given_a_company, ("A", 5, 4))
    order = create_sales_document(given_a_company, draft(2))
    to_post(order, ship=pieces, invoice=pieces)
    post_order(order.pk, ship=True, invoice=True, today=TODAY)

    with pytest.raises(DocumentError) as refusal:
        withdraw(order.pk, keep=keep)

    assert refusal.value.code == code
    assert D(2) == order.lines.get().quantity
