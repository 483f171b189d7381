"""Posting in place: invoices and credit memos of both sides, and stock adjustments, keep their row."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.utils.translation import gettext as _

from erp import money, vat
from erp.documents.totals import changed_amounts
from erp.errors import PostingError
from erp.models import Document, DocumentLine, ItemEntry
from erp.posting import booking, checks, heads
from erp.posting.booking import Booked
from erp.posting.buying import Buying
from erp.posting.group import post_one
from erp.posting.ledger import Ledger
from erp.posting.orders import nothing
from erp.posting.plan import Asked, Goods, Move, Options, Posting, Setup

POSTABLE = {
    (Document.Side.SALE, Document.Kind.INVOICE),
    (Document.Side.SALE, Document.Kind.CREDIT_MEMO),
    (Document.Side.PURCHASE, Document.Kind.INVOICE),
    (Document.Side.PURCHASE, Document.Kind.CREDIT_MEMO),
    (Document.Side.STOCK, Document.Kind.ADJUSTMENT),
}


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
    asked = Asked(document_id, expected_version, request_id)
    options = Options(today=today, posting_date=posting_date)
    return post_one(plan_document, asked, options).document


def plan_document(posting: Posting, setup: Setup, options: Options) -> None:
    """Check a document that is posted in place and plan its entries. Raises Refused."""
    document, request_id = posting.document, posting.asked.request_id
    posting.repeated = request_id is not None and document.posting_request_id == request_id
    if posting.repeated:
        return
    _check(posting, setup, options)
    terms = checks.terms(document, setup.currencies)
    if not any(line.quantity for line in posting.lines):
        raise nothing(document)
    posting.gl = Ledger(
        document.company, document.posting_date, terms.lcy_precision, posting.transaction_no
    )
    if document.kind == Document.Kind.ADJUSTMENT:
        _plan_adjustment(posting)
    else:
        _plan_invoice(posting, setup, terms.precision)
    document.posting_request_id = request_id
    document.version += 1


def _check(posting: Posting, setup: Setup, options: Options) -> None:
    document = posting.document
    checks.refuse_state(document, posting.asked.expected_version)
    if (document.side, document.kind) not in POSTABLE:
        raise PostingError(
            "kind", _("%(no)s cannot be posted in place.") % {"no": document.no}, document.no
        )
    heads.redated(document, options, setup)
    checks.refuse_date(document)
    checks.refuse_blocked(document, ship=False, invoice=True)


def _plan_adjustment(posting: Posting) -> None:
    """What comes in first, so that it may go out again."""
    positive = [_move(line, line.quantity) for line in posting.lines if line.quantity > 0]
    negative = [_move(line, line.quantity) for line in posting.lines if line.quantity < 0]
    posting.goods = [
        Goods(posting.document, ItemEntry.Type.POSITIVE, positive),
        Goods(posting.document, ItemEntry.Type.NEGATIVE, negative),
    ]


def _plan_invoice(posting: Posting, setup: Setup, precision: Decimal) -> None:
    document, lines = posting.document, posting.lines
    if document.state == Document.State.OPEN:
        posting.computed = changed_amounts(document, lines, setup.vat_percentages, precision)
    moving = [line for line in lines if _moves_goods(line)]
    values = _values(document, moving, posting.ledger.precision)
    moves = [
        _move(line, -document.sign * line.quantity, value)
        for line, value in zip(moving, values, strict=True)
    ]
    posting.goods = [Goods(document, ItemEntry.Type(document.side), moves)]
    posting.party_entry, posting.goods_lcy = booking.book(
        posting.ledger, document, _booked(document, lines, setup.buying), setup.buying.reverse
    )


def _moves_goods(line: DocumentLine) -> bool:
    """What was shipped before it is invoiced does not go out again."""
    return bool(line.item_id and line.quantity and not line.shipment_line_id)


def _values(
    document: Document, lines: Sequence[DocumentLine], precision: Decimal
) -> Sequence[Decimal | None]:
    """In LCY what goods that are bought come in at: their net price."""
    if document.side != Document.Side.PURCHASE:
        return [None] * len(lines)
    worth = money.in_lcy([line.amount for line in lines], document.rate, precision)
    came = [-document.sign * line.quantity > 0 for line in lines]
    return [abs(value) if comes else None for value, comes in zip(worth, came, strict=True)]


def _move(line: DocumentLine, quantity: Decimal, value: Decimal | None = None) -> Move:
    assert line.item_id is not None
    assert line.location_id is not None
    return Move(
        line.pk,
        line.item_id,
        line.variant_id,
        line.location_id,
        quantity * line.qty_per_uom,
        line.unit_cost,
        value,
    )


def _booked(document: Document, lines: Sequence[DocumentLine], buying: Buying) -> list[Booked]:
    return [
        Booked(
            buying.account(document, line),
            vat.code(document.vat_bus, line.vat_prod),
            line.amount,
            line.vat_amount,
        )
        for line in lines
    ]
