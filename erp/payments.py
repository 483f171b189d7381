"""Creating payments: what came in or goes out, from or to whom, and what it settles."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from erp import series
from erp.drafts import PaidDraft, PaymentDraft
from erp.errors import ApplyError, DocumentError
from erp.models import Company, Document, DocumentLine, Lookup, Party, PartyEntry
from erp.money import ZERO
from erp.payable_amounts import refuse_amount
from erp.posting.applying import control_account, refuse_strangers

STEP = 10000  # between line numbers


def create_payment(company: Company, draft: PaymentDraft) -> Document:
    """Create an open payment; `posting.post_payment` posts it.

    A repeated `request_id` returns the first. Raises DocumentError; then nothing is written.
    """
    try:
        with transaction.atomic():
            return _requested(draft) or _create(company, draft)
    except IntegrityError:  # another process created the same request since it was looked for
        first = _requested(draft)
        if first is None:
            raise
        return first


def _requested(draft: PaymentDraft) -> Document | None:
    if draft.request_id is None:
        return None
    return Document.objects.filter(request_id=draft.request_id).first()


def _create(company: Company, draft: PaymentDraft) -> Document:
    party = _party(company, draft)
    payment = Document(
        company=company,
        side=Document.Side.BANK,
        kind=Document.Kind.PAYMENT,
        party=party,
        external_no=draft.external_no[:35],
        document_date=draft.posting_date,
        posting_date=draft.posting_date,
        currency=draft.currency,
        payment_method=_method(company, draft.payment_method or party.payment_method),
        notes=draft.notes,
        created_by=draft.created_by[:150],
        request_id=draft.request_id,
    )
    incoming = (party.kind == Party.Kind.CUSTOMER) != draft.refund
    _set_amount(payment, draft.amount, incoming=incoming)
    lines = [_line(payment, paid, place) for place, paid in enumerate(draft.settles, 1)]
    _refuse_more(payment, lines)
    (payment.no,) = series.take(company, series.CREATED[Document.Side.BANK, Document.Kind.PAYMENT])
    payment.save(force_insert=True)
    DocumentLine.objects.bulk_create(lines, 500)
    return payment


def _party(company: Company, draft: PaymentDraft) -> Party:
    no = draft.party_no.strip().upper()
    found = Party.objects.filter(company=company, kind=draft.party_kind, no=no).first()
    if found is None:
        raise DocumentError("no_party", _("%(no)s does not exist.") % {"no": draft.party_no})
    return found


def _method(company: Company, text: str) -> str:
    """A payment method that is set up; blank stands for the company's bank."""
    code = text.strip().upper()
    methods = Lookup.objects.filter(company=company, kind=Lookup.Kind.PAYMENT_METHOD, code=code)
    if code and not methods.exists():
        raise DocumentError(
            "no_payment_method",
            _("Payment method %(code)s does not exist. Add it with its balancing account.")
            % {"code": code},
        )
    return code


def _set_amount(payment: Document, amount: Decimal, *, incoming: bool) -> None:
    """Money in is positive, money out negative, as the bank account sees it."""
    refuse_amount(payment.company, amount, payment.currency)
    payment.amount = payment.amount_incl = amount if incoming else -amount


def _line(payment: Document, paid: PaidDraft, place: int) -> DocumentLine:
    target = _entry(payment, paid, place)
    # Stands for the entry that the posting will make.
    own = PartyEntry(
        document=payment,
        party=payment.party,
        currency=payment.currency,
        amount=-payment.amount,
    )
    try:
        refuse_strangers(target, own)
    except ApplyError as refusal:
        raise DocumentError(refusal.code, refusal.sentence, place) from refusal
    if paid.amount is not None:
        refuse_amount(payment.company, paid.amount, payment.currency, place)
    amount = (paid.amount or ZERO) * (1 if payment.amount > 0 else -1)
    assert payment.party is not None
    return DocumentLine(
        document=payment,
        line_no=place * STEP,
        type=DocumentLine.Type.ACCOUNT,
        account=payment.company.account(control_account(payment.party)),
        description=str(target.document)[:100],
        applies_to=target,
        quantity=1,
        unit_price=amount,
        line_amount=amount,
        amount=amount,
        amount_incl=amount,
    )


def _entry(payment: Document, paid: PaidDraft, place: int) -> PartyEntry:
    kinds: dict[str, Any] = {"kind": paid.kind}
    if paid.kind == "payment":
        kinds = {"kind__in": [PartyEntry.Kind.PAYMENT, PartyEntry.Kind.REFUND]}
    found = (
        PartyEntry.objects.filter(
            document__company=payment.company,
            document__posted_no=paid.document_no.strip(),
            party__kind=payment.party.kind if payment.party else "",
            **kinds,
        )
        .select_related("document")
        .first()
    )
    if found is None:
        raise DocumentError(
            "no_entry", _("%(no)s does not exist.") % {"no": paid.document_no}, place
        )
    return found


def _refuse_more(payment: Document, lines: Sequence[DocumentLine]) -> None:
    settled = sum((line.amount for line in lines), ZERO)
    if abs(settled) > abs(payment.amount):
        raise DocumentError(
            "amount", _("The lines settle more than is paid: reduce them, or pay more.")
        )
