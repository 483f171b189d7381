"""Posting payments: money in or out of a bank account, and what it settles; and taking one back.

Locks: the document, then the entries it settles in the order of their keys, then the number series.
"""

from __future__ import annotations

import uuid
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from erp.errors import ApplyError, PostingError
from erp.ledgers import entry_of
from erp.models import Document, DocumentLine, Lookup, Party, PartyEntry
from erp.money import ZERO, rounded
from erp.posting import checks, heads
from erp.posting.applying import Applying, control_account, lock_entries
from erp.posting.ledger import Ledger, next_transaction_no

STEP = 10000  # between line numbers


@transaction.atomic
def post_payment(
    document_id: UUID,
    *,
    expected_version: int | None = None,
    request_id: UUID | None = None,
    posting_date: date | None = None,
) -> Document:
    """Post a payment with all it settles, in one transaction.

    `request_id` lets a call be repeated: the answer is then the payment as posted by the first.
    Raises PostingError, or SetupError when an account or a number series is missing.
    """
    payment = heads.lock(document_id)
    if request_id and payment.posting_request_id == request_id:
        return payment
    checks.refuse_state(payment, expected_version)
    _refuse_kind(payment)
    heads.dated(payment, posting_date)
    checks.refuse_date(payment)
    checks.refuse_blocked(payment, ship=False, invoice=False)
    terms = checks.terms(payment)
    ledger = _ledger(payment, terms.lcy_precision)
    lines = list(payment.lines.order_by("line_no"))
    targets = lock_entries(line.applies_to_id for line in lines if line.applies_to_id)
    entry = _book(ledger, payment, rounded(payment.amount * payment.rate, ledger.precision))
    applying = Applying.of(ledger, payment, [*targets.values(), entry])
    try:
        for line in lines:
            _settle(applying, line, targets, entry)
    except ApplyError as refusal:
        raise PostingError(refusal.code, refusal.sentence, payment.no) from refusal
    _keep_on_account(payment, lines)
    return _finished(ledger, payment, request_id)


@transaction.atomic
def reverse_payment(
    document_id: UUID,
    *,
    posting_date: date,
    request_id: UUID | None = None,
    created_by: str = "",
) -> Document:
    """Take back a posted payment by one that mirrors it: what it settled is open again.

    The mirror keeps the rate, so that nothing is gained or lost by it; `request_id` as in
    `post_payment`. Raises PostingError.
    """
    payment = heads.lock(document_id)
    earlier = Document.objects.filter(corrects=payment).first()
    if earlier and request_id and earlier.posting_request_id == request_id:
        return earlier
    _refuse_irreversible(payment, earlier)
    mirror = _mirror(payment, posting_date, created_by)
    checks.refuse_date(mirror)
    lcy_precision = checks.terms(mirror).lcy_precision
    mirror.rate = payment.rate
    entry = entry_of(payment)
    applications = _lock_applications(payment, entry)
    _refuse_earlier(payment, posting_date, [entry, *applications])
    ledger = _ledger(mirror, lcy_precision)
    back = _book(ledger, mirror, entry.amount_lcy)
    applying = Applying(ledger, mirror, {})
    for row in applications:
        applying.take_back(row)
    Applying.of(ledger, mirror, [entry, back]).apply(entry, back)
    _keep_on_account(mirror, [])
    return _finished(ledger, mirror, request_id)


def _ledger(payment: Document, precision: Decimal) -> Ledger:
    return Ledger(payment.company, payment.posting_date, precision, next_transaction_no())


def _refuse_kind(payment: Document) -> None:
    if payment.kind != Document.Kind.PAYMENT:
        raise PostingError("kind", _("%(no)s is not a payment.") % {"no": payment.no}, payment.no)


def _refuse_irreversible(payment: Document, earlier: Document | None) -> None:
    _refuse_kind(payment)
    if payment.state != Document.State.POSTED or payment.corrects_id:
        raise PostingError(
            "state",
            _("Only a posted payment that is no reversal itself can be reversed: %(no)s.")
            % {"no": payment},
            payment.no,
        )
    if earlier:
        raise PostingError(
            "reversed",
            _("%(no)s was reversed by %(other)s already.") % {"no": payment, "other": earlier},
            payment.no,
        )


def _refuse_earlier(payment: Document, day: date, entries: list[PartyEntry]) -> None:
    """What was paid and settled is taken back on that day or after it."""
    latest = max(entry.posting_date for entry in entries)
    if day < latest:
        raise PostingError(
            "date",
            _("%(no)s was posted on %(day)s: choose that day or a later one.")
            % {"no": payment, "day": latest},
            payment.no,
        )


def _book(ledger: Ledger, payment: Document, lcy: Decimal) -> PartyEntry:
    """The bank and the party's account; `lcy` has the sign of the payment's amount."""
    party = payment.party
    assert party is not None
    ledger.add(payment, _bank_account(payment), lcy)
    ledger.add(payment, payment.company.account(control_account(party)), -lcy)
    refund = (payment.amount > 0) == (party.kind == Party.Kind.VENDOR)
    if payment.corrects_id:  # a mirror is of the kind of what it takes back
        refund = not refund
    return PartyEntry.objects.create(
        transaction_no=ledger.transaction_no,
        posting_date=ledger.posting_date,
        document=payment,
        party=party,
        kind=PartyEntry.Kind.REFUND if refund else PartyEntry.Kind.PAYMENT,
        due_date=payment.posting_date,
        currency=payment.currency,
        amount=-payment.amount,
        amount_lcy=-lcy,
    )


def _bank_account(payment: Document) -> str:
    """The balancing account of the payment method; the company's bank when it has none."""
    method = Lookup.objects.filter(
        company=payment.company, kind=Lookup.Kind.PAYMENT_METHOD, code=payment.payment_method
    ).first()
    return (method.data.get("account") if method else "") or payment.company.account("bank")


def _settle(
    applying: Applying, line: DocumentLine, targets: dict[int, PartyEntry], entry: PartyEntry
) -> None:
    """Apply a line; one without an amount takes what is open, and keeps what it took."""
    if line.applies_to_id is None:
        return
    target = targets[line.applies_to_id]
    row = applying.apply(target, entry, abs(line.amount) or None)
    line.amount = line.amount_incl = row.applied_amount * (1 if entry.amount < 0 else -1)
    line.unit_price = line.line_amount = line.amount
    line.save(update_fields=["unit_price", "line_amount", "amount", "amount_incl"])


def _keep_on_account(payment: Document, lines: list[DocumentLine]) -> None:
    """What settles nothing gets a line of its own, so that the lines add up to the document."""
    rest = payment.amount - sum((line.amount for line in lines), ZERO)
    if not rest:
        return
    assert payment.party is not None
    DocumentLine.objects.create(
        document=payment,
        line_no=(lines[-1].line_no if lines else 0) + STEP,
        type=DocumentLine.Type.ACCOUNT,
        account=payment.company.account(control_account(payment.party)),
        quantity=1,
        unit_price=rest,
        line_amount=rest,
        amount=rest,
        amount_incl=rest,
    )


def _mirror(payment: Document, posting_date: date, created_by: str) -> Document:
    return Document(
        id=uuid.uuid4(),
        company=payment.company,
        side=payment.side,
        kind=payment.kind,
        party=payment.party,
        corrects=payment,
        external_no=payment.external_no,
        document_date=posting_date,
        posting_date=posting_date,
        currency=payment.currency,
        payment_method=payment.payment_method,
        amount=-payment.amount,
        amount_incl=-payment.amount,
        created_by=created_by,
    )


def _lock_applications(payment: Document, entry: PartyEntry) -> list[PartyEntry]:
    """Lock all that take part in what `entry` settled, and return the applications."""
    locked = lock_entries({entry.pk} | _taking_part(_standing(entry)))
    applications = _standing(entry)
    if not _taking_part(applications) <= set(locked):
        raise PostingError(
            "version",
            _("%(no)s was changed by somebody else. Look at it again.") % {"no": payment},
            payment.no,
        )
    return applications


def _taking_part(applications: list[PartyEntry]) -> set[int]:
    return {key for row in applications for key in (row.applies_to_id, row.from_entry_id) if key}


def _standing(entry: PartyEntry) -> list[PartyEntry]:
    """The applications of an entry that were not taken back."""
    rows = entry.applied_from.all() | entry.applied_by.all()
    return list(
        rows.filter(reverses__isnull=True, reversed_by__isnull=True)
        .select_related("party")
        .order_by("pk")
    )


def _finished(ledger: Ledger, payment: Document, request_id: UUID | None) -> Document:
    ledger.write()
    payment.posting_request_id = request_id
    payment.version += 1
    heads.finish([payment])
    return payment
