"""Numbers that the tables cannot keep as they are never get into a document or out of a sum."""

from __future__ import annotations

import pytest

from erp.applications import unapply
from erp.balances import account_balances, party_balances, standing_applications
from erp.documents import DocumentError, create_sales_documents, release
from erp.documents.editing import edit_document
from erp.documents.line_edits import LineEdit
from erp.drafts import PaidDraft, PaymentDraft
from erp.ledgers import entry_of, open_amounts
from erp.models import Company, Document
from erp.payments import create_payment
from erp.posting import post_document, post_payment
from tests.erp.makers import TODAY, D, account_line, draft, item_line, make_invoice, make_order


def test_a_price_counts_with_the_decimals_that_are_kept(given_a_company: Company) -> None:
    """An amount of a price that is then cut would change with the next look at it."""
    order = make_order(given_a_company, item_line(100_000, "0.000014"))

    assert (order.lines.get().unit_price, order.amount_incl) == (D("0.00001"), D("1.25"))
    assert release(order.pk).amount_incl == D("1.25")


@pytest.mark.parametrize(
    ("quantity", "price"), [("NaN", "1"), ("1", "Infinity"), ("1e12", "1"), ("1e9", "1e9")]
)
def test_one_impossible_number_keeps_no_other_document_out(
    given_a_company: Company, quantity: str, price: str
) -> None:
    bad, good = create_sales_documents(
        given_a_company, [draft(item_line(quantity, price)), draft(item_line(1, 10))]
    )

    assert isinstance(bad, DocumentError)
    assert (bad.code, bad.line) == ("number", 1)
    assert isinstance(good, Document)
    assert Document.objects.get().amount_incl == D("12.50")


def test_a_discount_takes_off_and_no_more_than_all(given_a_company: Company) -> None:
    with pytest.raises(DocumentError) as refusal:
        make_order(given_a_company, item_line(1, 100), invoice_discount=D(-50))
    assert refusal.value.code == "discount"
    order = make_order(given_a_company, item_line(1, 100))
    key = order.lines.get().pk

    for pct in ("250", "-1"):
        with pytest.raises(DocumentError) as refusal:
            edit_document(
                order.pk,
                expected_version=1,
                head={},
                lines=[LineEdit(key, no="A", quantity=D(1), line_discount_pct=D(pct))],
            )
        assert (refusal.value.code, refusal.value.line) == ("line_discount_pct", 1)
    with pytest.raises(DocumentError) as refusal:
        edit_document(
            order.pk,
            expected_version=1,
            head={"invoice_discount": D(-3)},
            lines=[LineEdit(key, no="A", quantity=D(1))],
        )
    assert refusal.value.code == "discount"
    order.refresh_from_db()
    assert (order.version, order.amount_incl) == (1, D(125))


def test_sums_leave_no_fraction_behind(given_a_company: Company) -> None:
    """0.1 + 0.2 − 0.3 is nothing, also where the database adds binary fractions."""
    invoice = post_document(
        make_invoice(given_a_company, account_line("0.8", "4000")).pk, today=TODAY
    )
    entry = entry_of(invoice)
    paid = [pay(given_a_company, invoice, amount) for amount in ("0.1", "0.2", "0.3", "0.4")]
    for payment in paid[:2]:
        unapply(standing_applications(entry_of(payment)).get().pk, posting_date=TODAY)

    (left,) = open_amounts([entry]).values()
    assert (str(left.amount), str(left.lcy)) == ("0.3000", "0.3000")
    assert str(party_balances([entry.party_id])[entry.party_id]) == "0.0000"
    (receivable,) = (row for row in account_balances(given_a_company) if row.no == "1200")
    assert [str(sum_) for sum_ in receivable[3:]] == ["1.0000", "1.0000", "0.0000"]


def pay(company: Company, invoice: Document, amount: str) -> Document:
    assert invoice.posted_no
    draft_ = PaymentDraft(
        "C1", D(amount), "EUR", TODAY, settles=(PaidDraft(invoice.posted_no, amount=D(amount)),)
    )
    return post_payment(create_payment(company, draft_).pk)
