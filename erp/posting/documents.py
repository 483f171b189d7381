"""Posting in place: invoices, credit memos and stock adjustments keep their row and id."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from erp import vat
from erp.documents.totals import recalculate
from erp.errors import DocumentError, PostingError
from erp.models import Document, DocumentLine, ItemEntry
from erp.posting import checks, corrections, heads, receivables
from erp.posting.ledger import Ledger, next_transaction_no
from erp.posting.orders import nothing
from erp.posting.receivables import Booked
from erp.posting.stock import Move, move_goods

Lines = Sequence[DocumentLine]
POSTABLE = {
    (Document.Side.SALE, Document.Kind.INVOICE),
    (Document.Side.SALE, Document.Kind.CREDIT_MEMO),
    (Document.Side.STOCK, Document.Kind.ADJUSTMENT),
}


@transaction.atomic
def post_document(
    document_id: UUID,
    *,
    expected_version: int | None = None,
    request_id: UUID | None = None,
    posting_date: date | None = None,
    today: date,
) -> Document:
    """Post an invoice, credit memo or adjustment in one transaction.

    `request_id` lets a call be repeated: the answer is then the document as posted by the first.
    Raises PostingError, or SetupError when an account or a number series is missing.
    """
    document = heads.lock(document_id)
    if request_id and document.posting_request_id == request_id:
        return document
    checks.refuse_state(document, expected_version)
    if (document.side, document.kind) not in POSTABLE:
        raise PostingError(
            "kind", _("%(no)s cannot be posted in place.") % {"no": document.no}, document.no
        )
    heads.dated(document, posting_date)
    checks.refuse_date(document)
    checks.refuse_blocked(document, ship=False, invoice=True)
    terms = checks.terms(document)
    lines = list(document.lines.exclude(type=DocumentLine.Type.COMMENT).order_by("line_no"))
    if not any(line.quantity for line in lines):
        raise nothing(document)
    ledger = Ledger(
        document.company, document.posting_date, terms.lcy_precision, next_transaction_no()
    )
    if document.kind == Document.Kind.ADJUSTMENT:
        _adjust(ledger, document, lines)
    else:
        _invoice(ledger, document, lines, terms.precision)
    ledger.write()
    document.posting_request_id = request_id
    document.version += 1
    heads.finish(document)
    heads.announce([document])
    return document


def _adjust(ledger: Ledger, document: Document, lines: Lines) -> None:
    """What comes in first, so that it may go out again."""
    positive = [_move(line, line.quantity) for line in lines if line.quantity > 0]
    negative = [_move(line, line.quantity) for line in lines if line.quantity < 0]
    move_goods(ledger, document, ItemEntry.Type.POSITIVE, positive)
    move_goods(ledger, document, ItemEntry.Type.NEGATIVE, negative)


def _invoice(ledger: Ledger, document: Document, lines: Lines, precision: Decimal) -> None:
    if document.state == Document.State.OPEN:
        try:
            recalculate(document, lines, precision)
        except DocumentError as refusal:
            raise PostingError(refusal.code, refusal.sentence, document.no) from refusal
    credit = document.kind == Document.Kind.CREDIT_MEMO
    goods = [line for line in lines if line.item_id and line.quantity]
    moves = [_move(line, line.quantity if credit else -line.quantity) for line in goods]
    move_goods(ledger, document, ItemEntry.Type.SALE, moves)
    if credit:
        corrections.refuse_over_credit(document, lines)
    entry = receivables.book(ledger, document, [_booked(document, line) for line in lines])
    if credit:
        corrections.apply(ledger, document, entry)


def _move(line: DocumentLine, quantity: Decimal) -> Move:
    assert line.item_id is not None
    assert line.location_id is not None
    return Move(
        line.pk,
        line.item_id,
        line.variant_id,
        line.location_id,
        quantity * line.qty_per_uom,
        line.unit_cost,
    )


def _booked(document: Document, line: DocumentLine) -> Booked:
    pair = vat.code(document.vat_bus, line.vat_prod)
    return Booked(line.account, pair, line.amount, line.vat_amount)
