"""Corrective credit memos: what was charged is given back, in parts and as a whole to the cent."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from erp.audit import broken_invariants
from erp.combining import combine_shipments
from erp.documents import Correction, DocumentError, cancel, correct_invoice
from erp.documents.correcting import creditable
from erp.ledgers import remaining
from erp.lookups import put_lookup
from erp.models import Company, Document, Lookup
from erp.posting import post_document, post_order
from tests.erp.makers import (
    TODAY,
    D,
    account_line,
    books,
    column,
    gl,
    item_line,
    make_invoice,
    make_order,
    make_purchase,
    make_stock,
    make_vendor,
    on_hand,
    to_post,
)


@pytest.fixture
def given_an_invoice(given_a_company: Company) -> Document:
    """Three of A for 9.99 without 19 % VAT and a charge, 1.00 off; the goods cost 4 each."""
    make_stock(given_a_company, ("A", 3, 4))
    lines = item_line(3, "9.99", vat_prod="VAT19"), account_line("4.95", "4100", vat_prod="VAT7")
    order = make_order(given_a_company, *lines, invoice_discount=D(1), external_no="#7")
    invoice = post_order(order.pk, today=TODAY).invoice
    make_stock(given_a_company, ("A", 3, 9))
    assert invoice
    return invoice


def correct(invoice: Document, pieces: dict[int, Any] | None = None, **options: Any) -> Document:
    wanted = None if pieces is None else {no: D(count) for no, count in pieces.items()}
    return correct_invoice(invoice.pk, Correction(document_date=TODAY, pieces=wanted, **options))


def post(memo: Document) -> Document:
    return post_document(memo.pk, today=TODAY)


def refused(invoice: Document, code: str, pieces: dict[int, Any] | None = None) -> DocumentError:
    before = books(invoice.company)
    with pytest.raises(DocumentError) as refusal:
        correct(invoice, pieces)
    assert (refusal.value.code, books(invoice.company)) == (code, before)
    return refusal.value


def opposite(amounts: dict[str, Any]) -> dict[str, Any]:
    return {account: -amount for account, amount in amounts.items()}


def test_a_whole_invoice_is_taken_back(given_an_invoice: Document) -> None:
    memo = correct(given_an_invoice)

    assert (memo.state, memo.no, memo.corrects) == ("open", "SC000001", given_an_invoice)
    assert (memo.external_no, memo.due_date) == ("#7", TODAY)
    posted = post(memo)
    for name in ("amount", "vat_amount", "amount_incl"):
        assert getattr(posted, name) == getattr(given_an_invoice, name)
    goods = {"1300": D(12), "5000": D(-12)}
    assert gl(posted) == opposite(gl(given_an_invoice)) | goods
    assert remaining(given_an_invoice.party_entries.get(kind="invoice")) == 0
    assert on_hand() == D(6)
    refused(given_an_invoice, "nothing")
    assert broken_invariants() == []


def test_parts_add_up_to_the_invoice(given_an_invoice: Document) -> None:
    """One piece at a time, and what is not posted yet counts as well."""
    memos = [correct(given_an_invoice, {10000: 1}) for _ in range(2)]
    memos.append(correct(given_an_invoice))

    posted = [post(memo) for memo in memos]

    for name in ("amount", "vat_amount", "amount_incl"):
        assert sum(column(posted, name)) == getattr(given_an_invoice, name)
    assert [len(memo.lines.all()) for memo in memos] == [1, 1, 2]
    assert column([memo.lines.first() for memo in memos], "quantity") == [D(1)] * 3
    assert remaining(given_an_invoice.party_entries.get(kind="invoice")) == 0
    assert broken_invariants() == []


def test_no_more_than_there_is_and_no_other_lines(given_an_invoice: Document) -> None:
    correct(given_an_invoice, {10000: 2})

    refusal = refused(given_an_invoice, "overcredit", {10000: 2})
    assert (refusal.line, refusal.sentence) == (1, "Line 1: only 1 left to credit.")
    refused(given_an_invoice, "overcredit", {10000: -1})
    refused(given_an_invoice, "no_invoice_line", {50000: 1})
    refused(given_an_invoice, "nothing", {10000: 0})


def test_a_cancelled_credit_memo_takes_nothing(given_an_invoice: Document) -> None:
    cancel(correct(given_an_invoice).pk)

    assert [left for _line, left in creditable(given_an_invoice)] == [D(3), D(1)]
    assert correct(given_an_invoice).amount == given_an_invoice.amount


def test_the_vat_of_then_is_given_back(given_an_invoice: Document) -> None:
    put_lookup(
        given_an_invoice.company, Lookup.Kind.VAT_RATE, "DOMESTIC|VAT19", values={"pct": "16"}
    )

    memo = post(correct(given_an_invoice))

    assert memo.vat_amount == given_an_invoice.vat_amount
    assert column(memo.lines.all(), "vat_pct") == [D(19), D(7)]


def test_money_alone_leaves_the_stock(given_an_invoice: Document) -> None:
    memo = post(correct(given_an_invoice, {10000: 1}, goods=False))

    line = memo.lines.get()
    assert (line.account, line.item, on_hand()) == ("4900", None, D(3))
    assert "1300" not in gl(memo)
    assert [left for _line, left in creditable(given_an_invoice)] == [D(2), D(1)]


def test_a_purchase_goes_back_to_its_vendor(given_a_company: Company) -> None:
    make_vendor(given_a_company)
    bought = make_purchase(given_a_company, item_line(4, 5), kind="invoice", external_no="V-1")
    invoice = post_document(bought.pk, today=TODAY)

    memo = post(correct(invoice, {10000: 3}, external_no="VC-1"))

    assert (memo.external_no, on_hand()) == ("VC-1", D(1))
    assert gl(memo) == {"2000": D("18.75"), "1250": D("-3.75"), "1300": D(-15)}
    assert correct(invoice).external_no == ""


@pytest.mark.parametrize("prices_incl_vat", [True, False])
def test_an_invoice_over_shipments_in_a_currency_is_taken_back(
    given_a_company: Company, prices_incl_vat: bool
) -> None:
    make_stock(given_a_company, ("A", 7, 4))
    order = make_order(
        given_a_company,
        item_line(7, "3.33", line_discount=D("1.00")),
        currency="USD",
        prices_incl_vat=prices_incl_vat,
        invoice_discount=D("0.50"),
    )
    for pieces in (3, 4):
        to_post(order, ship=pieces)
        post_order(order.pk, invoice=False, today=TODAY)
    (combined,) = combine_shipments(given_a_company, posting_date=TODAY)
    invoice = post(combined)

    posted = [post(correct(invoice, {10000: 1})), post(correct(invoice))]

    for name in ("amount", "vat_amount", "amount_incl"):
        assert sum(column(posted, name)) == getattr(invoice, name)
    assert remaining(invoice.party_entries.get(kind="invoice")) == 0
    assert on_hand() == D(7)
    assert broken_invariants() == []


def test_only_a_posted_invoice_is_corrected(given_a_company: Company) -> None:
    refused(make_invoice(given_a_company, item_line(1, 10)), "no_invoice")


def test_a_repeated_request_gets_the_first_credit_memo(given_an_invoice: Document) -> None:
    request = uuid.uuid4()

    first, again = (correct(given_an_invoice, request_id=request) for _ in range(2))

    assert again == first
    assert Document.objects.filter(kind="credit_memo").count() == 1


def test_of_two_who_correct_at_once_one_finds_nothing_left(
    given_a_committed_company: Company, at_once: Callable[..., list[Any]]
) -> None:
    invoice = make_invoice(given_a_committed_company, account_line(10, "4000"))
    post(invoice)

    answers = at_once([partial(correct, invoice)] * 2)

    assert sorted(getattr(answer, "code", "") for answer in answers) == ["", "nothing"]
    assert Document.objects.filter(kind="credit_memo").count() == 1
