"""Payments: what is settled, what stays open, at which rate, and how it is taken back."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

import pytest

from erp.applications import apply_entries, unapply
from erp.audit import broken_invariants
from erp.customers import create_vendor
from erp.drafts import CustomerDraft, PaidDraft, PaymentDraft
from erp.errors import ApplyError, DocumentError, PostingError
from erp.ledgers import entry_of, open_entries, remaining
from erp.models import Company, Document, Lookup, PartyEntry
from erp.payments import create_payment
from erp.posting import post_document, post_payment, reverse_payment
from erp.setup import add_currency
from tests.erp.makers import TODAY, D, books, gl, item_line, make_credit_memo, make_invoice

LATER = date(2026, 3, 20)


def invoiced(company: Company, amount: str | int = 119, **options: Any) -> Document:
    """A posted invoice of this total: incl. 19 % VAT."""
    line = item_line(1, amount, vat_prod="VAT19")
    made = make_invoice(company, line, prices_incl_vat=True, **options)
    return post_document(made.pk, today=TODAY)


def pay(
    company: Company,
    amount: str | int,
    *invoices: Document,
    settle: str | int | None = None,
    **options: Any,
) -> Document:
    made = create_payment(company, drafted(amount, *invoices, settle=settle, **options))
    return post_payment(made.pk)


def drafted(
    amount: str | int, *invoices: Document, settle: str | int | None = None, **options: Any
) -> PaymentDraft:
    part = None if settle is None else D(settle)
    settles = tuple(PaidDraft(str(invoice), amount=part) for invoice in invoices)
    values: dict[str, Any] = {"currency": "EUR", "posting_date": TODAY} | options
    return PaymentDraft("C1", D(amount), settles=settles, **values)


@pytest.fixture
def given_goods(given_a_company: Company) -> Company:
    given_a_company.settings["prevent_negative"] = False
    given_a_company.save()
    return given_a_company


def left(document: Document) -> Decimal:
    return remaining(entry_of(document))


def test_an_invoice_is_paid_in_parts_and_then_closed(given_goods: Company) -> None:
    """Case 21, first half."""
    invoice = invoiced(given_goods)

    first = pay(given_goods, 50, invoice)
    assert gl(first) == {"1100": D(50), "1200": D(-50)}
    assert (left(invoice), left(first)) == (D(69), D(0))
    second = pay(given_goods, 69, invoice)
    assert (left(invoice), left(second)) == (D(0), D(0))
    before = books(given_goods)
    third = create_payment(given_goods, drafted(1, invoice))
    with pytest.raises(PostingError, match="SI\\+000001 is closed"):
        post_payment(third.pk)
    third.refresh_from_db()
    assert third.state == Document.State.OPEN
    assert books(given_goods)["PAY+"] == before["PAY+"] == 2
    assert broken_invariants() == []


def test_what_is_paid_too_much_stays_open_on_the_payment(given_goods: Company) -> None:
    """Case 21, second half."""
    invoice = invoiced(given_goods)

    payment = pay(given_goods, 125, invoice)

    assert (left(invoice), left(payment)) == (D(0), D(-6))
    assert [line.amount for line in payment.lines.all()] == [D(119), D(6)]
    [(entry, still)] = open_entries(invoice.party)  # type: ignore[arg-type]
    assert (entry.document, still.amount) == (payment, D(-6))
    assert broken_invariants() == []


def test_one_payment_settles_several_invoices(given_goods: Company) -> None:
    one, two = invoiced(given_goods), invoiced(given_goods, 50)

    payment = pay(given_goods, 150, one, two)

    assert (left(one), left(two), left(payment)) == (D(0), D(19), D(0))


def test_no_more_is_applied_than_is_open(given_goods: Company) -> None:
    """I18: also when it was open while the payment was written."""
    invoice = invoiced(given_goods)
    planned = create_payment(given_goods, drafted(100, invoice, settle=100))
    pay(given_goods, 50, invoice)
    before = books(given_goods)

    with pytest.raises(PostingError, match="Of SI\\+000001 only 69 EUR can be applied"):
        post_payment(planned.pk)

    assert books(given_goods) == before


@pytest.mark.parametrize(
    ("day", "rate", "gained"), [(LATER, "0.95", D(5)), (LATER, "0.85", D(-5)), (TODAY, "0.9", D(0))]
)
def test_another_rate_is_a_gain_or_a_loss(
    given_goods: Company, day: date, rate: str, gained: Decimal
) -> None:
    """Case 22: 100.00 USD invoiced at 0.90 and paid at another rate."""
    invoice = invoiced(given_goods, 100, currency="USD")
    add_currency(given_goods, "USD", rate=D(rate), starts=day.isoformat())

    payment = pay(given_goods, 100, invoice, currency="USD", posting_date=day)

    expected = {"1100": D(90) + gained, "1200": D(-90), "7910": -gained}
    assert gl(payment) == {account: amount for account, amount in expected.items() if amount}
    assert (left(invoice), left(payment)) == (D(0), D(0))
    assert broken_invariants() == []


def test_parts_in_currency_leave_no_cent_behind(given_goods: Company) -> None:
    """Case 22: three parts at an odd rate release just what the invoice was booked at."""
    add_currency(given_goods, "USD", rate=D("0.87654"), starts="2026-01-01")
    invoice = invoiced(given_goods, 100, currency="USD")
    add_currency(given_goods, "USD", rate=D("0.91237"), starts=LATER.isoformat())

    for part in ("33.33", "33.33", "33.34"):
        pay(given_goods, part, invoice, currency="USD", posting_date=LATER)

    assert left(invoice) == D(0)
    assert sum(row.amount_lcy for row in PartyEntry.objects.all()) == D(0)
    assert broken_invariants() == []


def test_a_payment_method_names_the_bank_account_of_its_gateway(given_goods: Company) -> None:
    """Two methods for one invoice, each with its balancing account."""
    for code, account in (("CARD", "1110"), ("GIFTCARD", "2300")):
        Lookup.objects.create(
            company=given_goods, kind="payment_method", code=code, data={"account": account}
        )
    invoice = invoiced(given_goods)

    card = pay(given_goods, 100, invoice, payment_method="card")
    gift = pay(given_goods, 19, invoice, payment_method="GIFTCARD")

    assert (gl(card), gl(gift)) == (
        {"1110": D(100), "1200": D(-100)},
        {"2300": D(19), "1200": D(-19)},
    )
    assert left(invoice) == D(0)


def test_a_refund_settles_a_credit_memo(given_goods: Company) -> None:
    invoice = invoiced(given_goods)
    pay(given_goods, 119, invoice)
    memo = make_credit_memo(invoice, 1, restock_at=None, no="M1")
    memo = post_document(memo.pk, today=TODAY)
    given = drafted("23.80", currency="EUR", refund=True)
    assert left(memo) < 0

    made = create_payment(
        given_goods,
        PaymentDraft(
            "C1",
            abs(left(memo)),
            "EUR",
            TODAY,
            refund=True,
            settles=(PaidDraft(str(memo), "credit_memo"),),
        ),
    )
    refund = post_payment(made.pk)

    assert given.refund
    assert (left(memo), left(refund), refund.amount < 0) == (D(0), D(0), True)
    assert entry_of(refund).kind == PartyEntry.Kind.REFUND
    assert gl(refund)["1200"] == -gl(refund)["1100"] > 0
    assert broken_invariants() == []


def test_a_vendor_is_paid_ahead_and_gives_it_back(given_goods: Company) -> None:
    create_vendor(given_goods, CustomerDraft(name="Supplier", no="V1"))
    ahead = PaymentDraft("V1", D(40), "EUR", TODAY, party_kind="vendor")
    payment = post_payment(create_payment(given_goods, ahead).pk)
    assert gl(payment) == {"1100": D(-40), "2000": D(40)}

    back = PaymentDraft(
        "V1",
        D(40),
        "EUR",
        TODAY,
        party_kind="vendor",
        refund=True,
        settles=(PaidDraft(str(payment), "payment"),),
    )
    returned = post_payment(create_payment(given_goods, back).pk)

    assert (left(payment), left(returned)) == (D(0), D(0))
    assert broken_invariants() == []


def test_entries_are_applied_later_and_taken_apart_again(given_goods: Company) -> None:
    invoice, payment = invoiced(given_goods), pay(given_goods, 100)
    assert (left(invoice), left(payment)) == (D(119), D(-100))

    row = apply_entries(entry_of(invoice).pk, entry_of(payment).pk, posting_date=LATER)
    assert (left(invoice), left(payment)) == (D(19), D(0))
    back = unapply(row.pk, posting_date=LATER)
    assert (left(invoice), left(payment)) == (D(119), D(-100))
    assert back.reverses == row
    with pytest.raises(ApplyError, match="taken back already"):
        unapply(row.pk, posting_date=LATER)
    with pytest.raises(ApplyError, match="is no application"):
        unapply(back.pk, posting_date=LATER)
    assert broken_invariants() == []


def test_taking_apart_takes_back_the_gain(given_goods: Company) -> None:
    invoice = invoiced(given_goods, 100, currency="USD")
    add_currency(given_goods, "USD", rate=D("0.95"), starts=LATER.isoformat())
    payment = pay(given_goods, 100, currency="USD", posting_date=LATER)
    keys = (entry_of(invoice).pk, entry_of(payment).pk)

    row = apply_entries(*keys, amount=D(40), posting_date=LATER)
    assert gl(payment)["7910"] == D(-2)
    unapply(row.pk, posting_date=LATER)
    assert "7910" not in gl(payment)
    apply_entries(*keys, posting_date=LATER)
    assert gl(payment)["7910"] == D(-5)
    assert sum(row.amount_lcy for row in PartyEntry.objects.all()) == D(0)
    assert broken_invariants() == []


def test_an_application_asked_for_twice_is_made_once(given_goods: Company) -> None:
    invoice, payment, request = invoiced(given_goods), pay(given_goods, 100), uuid.uuid4()
    keys = (entry_of(invoice).pk, entry_of(payment).pk)

    first = apply_entries(*keys, amount=D(10), posting_date=TODAY, request_id=request)
    second = apply_entries(*keys, amount=D(10), posting_date=TODAY, request_id=request)

    assert first == second
    assert left(invoice) == D(109)


def test_what_does_not_settle_one_another_is_refused(given_goods: Company) -> None:
    one, two = invoiced(given_goods), invoiced(given_goods)
    dollars = pay(given_goods, 5, currency="USD")
    keys = [entry_of(document).pk for document in (one, two, dollars)]

    with pytest.raises(ApplyError, match="both are owed alike"):
        apply_entries(keys[0], keys[1], posting_date=TODAY)
    with pytest.raises(ApplyError, match="differ in currency"):
        apply_entries(keys[0], keys[2], posting_date=TODAY)
    with pytest.raises(ApplyError, match="choose that day or a later one"):
        apply_entries(keys[0], keys[2], posting_date=date(2026, 3, 1))
    paid = entry_of(pay(given_goods, 5)).pk
    with pytest.raises(DocumentError, match="choose a whole amount"):
        apply_entries(keys[0], paid, amount=D("0.005"), posting_date=TODAY)
    with pytest.raises(ApplyError, match="only 5 EUR can be applied"):
        apply_entries(keys[0], paid, amount=D(6), posting_date=TODAY)
    assert not PartyEntry.objects.filter(kind="application").exists()


def test_a_posted_payment_is_reversed_by_its_mirror(given_goods: Company) -> None:
    invoice = invoiced(given_goods, 100, currency="USD")
    add_currency(given_goods, "USD", rate=D("0.95"), starts=LATER.isoformat())
    payment = pay(given_goods, 100, invoice, currency="USD", posting_date=LATER)
    request = uuid.uuid4()

    mirror = reverse_payment(payment.pk, posting_date=LATER, request_id=request)

    assert gl(mirror) == {"1100": D(-95), "1200": D(90), "7910": D(5)}
    assert (left(invoice), left(payment), left(mirror)) == (D(100), D(0), D(0))
    assert mirror.corrects == payment
    assert reverse_payment(payment.pk, posting_date=LATER, request_id=request) == mirror
    with pytest.raises(PostingError, match="was reversed by"):
        reverse_payment(payment.pk, posting_date=LATER)
    with pytest.raises(PostingError, match="no reversal itself"):
        reverse_payment(mirror.pk, posting_date=LATER)
    assert broken_invariants() == []


def test_the_same_request_posts_once_and_an_old_version_not_at_all(given_goods: Company) -> None:
    """Cases 11 and 15 for payments."""
    created, posted = uuid.uuid4(), uuid.uuid4()
    payment = create_payment(given_goods, drafted(5, request_id=created))
    assert create_payment(given_goods, drafted(5, request_id=created)) == payment

    with pytest.raises(PostingError, match="changed by somebody else"):
        post_payment(payment.pk, expected_version=7)
    first = post_payment(payment.pk, request_id=posted)
    assert post_payment(payment.pk, request_id=posted) == first
    with pytest.raises(PostingError, match="is posted and cannot be posted"):
        post_payment(payment.pk)
    assert Document.objects.filter(kind="payment").count() == 1


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"party_no": "C9"}, "C9 does not exist"),
        ({"amount": D("0.001")}, "choose a whole amount above zero"),
        ({"amount": D(-5)}, "choose a whole amount above zero"),
        ({"currency": "XXX"}, "Currency XXX is not set up"),
        ({"payment_method": "BARTER"}, "Payment method BARTER does not exist"),
        ({"settles": (PaidDraft("SI+9"),)}, "SI\\+9 does not exist"),
        ({"settles": (PaidDraft("SI+000001", amount=D(6)),)}, "settle more than is paid"),
        ({"settles": (PaidDraft("SI+000001", amount=D(-1)),)}, "choose a whole amount"),
        ({"settles": (PaidDraft("SI+000001", amount=D("0.001")),)}, "choose a whole amount"),
        ({"settles": (PaidDraft("SI+000001"),), "refund": True}, "both are owed alike"),
    ],
)
def test_a_payment_that_makes_no_sense_is_not_written(
    given_goods: Company, change: dict[str, Any], sentence: str
) -> None:
    invoiced(given_goods)
    before = books(given_goods)
    values: dict[str, Any] = {
        "party_no": "C1",
        "amount": D(5),
        "currency": "EUR",
        "posting_date": TODAY,
    }

    with pytest.raises(DocumentError, match=sentence):
        create_payment(given_goods, PaymentDraft(**values | change))

    assert books(given_goods) == before


def test_two_payments_of_one_invoice_at_once(
    given_a_committed_company: Company,
    at_once: Callable[..., list[Document | Exception]],
) -> None:
    """I18: both want all of it; one gets it, the other is refused and leaves nothing."""
    company = given_a_committed_company
    company.settings["prevent_negative"] = False
    company.save()
    for _round in range(5):
        invoice = invoiced(company)
        payments = [create_payment(company, drafted(119, invoice)) for _ in range(2)]

        answers = at_once([lambda p=p: post_payment(p.pk) for p in payments])

        refused = [answer for answer in answers if isinstance(answer, PostingError)]
        assert [refusal.code for refusal in refused] == ["closed"]
        assert left(invoice) == D(0)
    assert books(company)["PAY+"] == 5
    assert broken_invariants() == []


def test_a_credit_at_another_rate_leaves_nothing_behind(given_goods: Company) -> None:
    """Case 22 for a credit memo: it settles the invoice, and the rates differ."""
    invoice = invoiced(given_goods, 100, currency="USD")
    add_currency(given_goods, "USD", rate=D("0.95"), starts=TODAY.isoformat())
    memo = make_credit_memo(invoice, 1, restock_at=None, no="M1")
    memo.prices_incl_vat = True
    memo.save()

    memo = post_document(memo.pk, today=TODAY)

    assert (left(invoice), left(memo)) == (D(0), D(0))
    assert gl(memo)["7910"] == D(-5)
    assert sum(row.amount_lcy for row in PartyEntry.objects.all()) == D(0)
    assert broken_invariants() == []


def test_one_payment_is_applied_to_two_invoices_at_once(
    given_a_committed_company: Company,
    at_once: Callable[..., list[PartyEntry | Exception]],
) -> None:
    """I18, the other side: no more of a payment is used than there is."""
    company = given_a_committed_company
    company.settings["prevent_negative"] = False
    company.save()
    for _round in range(4):
        invoices = [invoiced(company), invoiced(company)]
        payment = pay(company, 119)
        source = entry_of(payment).pk
        keys = [entry_of(invoice).pk for invoice in invoices]

        answers = at_once([partial(apply_entries, key, source, posting_date=TODAY) for key in keys])

        assert [error.code for error in answers if isinstance(error, ApplyError)] == ["closed"]
        assert sorted(left(invoice) for invoice in invoices) == [D(0), D(119)]
        assert left(payment) == D(0)
    assert broken_invariants() == []


def test_a_payment_is_not_taken_back_before_it_was_paid_and_settled(given_goods: Company) -> None:
    invoice = invoiced(given_goods, 100)
    payment = pay(given_goods, 100, posting_date=date(2026, 3, 5))
    keys = entry_of(invoice).pk, entry_of(payment).pk
    apply_entries(*keys, posting_date=LATER)
    before = books(given_goods)

    for day in (date(2026, 3, 4), LATER - timedelta(days=1)):
        with pytest.raises(PostingError, match="choose that day or a later one"):
            reverse_payment(payment.pk, posting_date=day)

    assert books(given_goods) == before
    assert reverse_payment(payment.pk, posting_date=LATER).state == "posted"
    assert left(invoice) == D(100)
