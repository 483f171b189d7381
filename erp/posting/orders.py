"""Posting an order: ship, invoice or both, for the quantities its lines name.

Locks are taken in one order by all who post: document, its lines, items, stock, source lines,
number series. Nothing is committed inside, so a refusal leaves no document, entry or number.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from erp.documents.totals import recalculate
from erp.errors import DocumentError, PostingError
from erp.models import Document, DocumentLine, ItemEntry
from erp.money import ZERO
from erp.posting import checks, copying, heads, quantities, receivables, slices
from erp.posting.ledger import Ledger, next_transaction_no
from erp.posting.result import Posted
from erp.posting.stock import Move, move_goods

Lines = Sequence[DocumentLine]
# The columns of an order that its posting may change.
MOVED = (
    "state",
    "version",
    "posting_date",
    "rate",
    "invoice_discount",
    "amount",
    "vat_amount",
    "amount_incl",
)


@transaction.atomic
def post_order(  # noqa: PLR0913 - the request page of BC report 296, and who asks
    document_id: UUID,
    *,
    ship: bool = True,
    invoice: bool = True,
    expected_version: int | None = None,
    request_id: UUID | None = None,
    posting_date: date | None = None,
    today: date,
) -> Posted:
    """Post the order's `qty_to_ship` and `qty_to_invoice` in one transaction.

    `expected_version` is the version the caller has seen: without it, a second call posts what the
    first has left. `request_id` lets a call be repeated: the answer is then that of the first.
    The shipment is dated `today`, the invoice as the order.
    Raises PostingError, or SetupError when an account or a number series is missing.
    """
    order = heads.lock(document_id)
    if request_id and (done := heads.posted_by(request_id, order)):
        return Posted(
            done.get(Document.Kind.SHIPMENT), done.get(Document.Kind.INVOICE), repeated=True
        )
    checks.refuse_state(order, expected_version)
    _refuse_kind(order, ship=ship, invoice=invoice)
    heads.dated(order, posting_date)
    checks.refuse_date(order)
    checks.refuse_blocked(order, ship=ship, invoice=invoice)
    terms = checks.terms(order)
    lines = _lock_lines(order)
    _settle(order, lines, terms.precision)
    ledger = Ledger(order.company, order.posting_date, terms.lcy_precision, next_transaction_no())
    if invoice:
        _refuse_unshipped(order, lines, ship=ship)
    shipment = _ship(order, lines, ledger, request_id, today) if ship else None
    invoiced = _invoice(order, lines, ledger, request_id, terms.precision) if invoice else None
    made = [document for document in (shipment, invoiced) if document is not None]
    if not made:
        raise nothing(order)
    ledger.write()
    _advance(order, lines, ship=ship, invoice=invoice)
    for document in made:
        heads.finish(document)
    heads.announce(made)
    return Posted(shipment, invoiced)


def nothing(document: Document) -> PostingError:
    return PostingError(
        "nothing",
        _("There is nothing to post because %(no)s does not contain a quantity or amount.")
        % {"no": document.no},
        document.no,
    )


def _refuse_kind(order: Document, *, ship: bool, invoice: bool) -> None:
    if (order.side, order.kind) != (Document.Side.SALE, Document.Kind.ORDER):
        raise PostingError("kind", _("%(no)s is not an order.") % {"no": order.no}, order.no)
    if not (ship or invoice):
        raise PostingError("nothing", _("Choose Ship, Invoice or both."), order.no)


def _lock_lines(order: Document) -> Lines:
    return list(
        DocumentLine.objects.select_for_update(no_key=True)
        .filter(document=order)
        .exclude(type=DocumentLine.Type.COMMENT)
        .order_by("line_no")
    )


def _settle(order: Document, lines: Lines, precision: Decimal) -> None:
    """An open order is released by being posted: its amounts may be out of date."""
    if order.state == Document.State.RELEASED:
        return
    try:
        recalculate(order, lines, precision)
    except DocumentError as refusal:
        raise PostingError(refusal.code, refusal.sentence, order.no) from refusal


def _ship(
    order: Document, lines: Lines, ledger: Ledger, request_id: UUID | None, today: date
) -> Document | None:
    leaving = [line for line in lines if line.qty_to_ship]
    if not leaving:
        return None
    for line in leaving:
        _refuse_too_much(order, line, line.qty_to_ship, line.quantity - line.qty_shipped)
    shipment = heads.child(order, Document.Kind.SHIPMENT, request_id)
    shipment.document_date = today
    copies = copying.copy_shipped(order, shipment)
    moves = [_move(line, copies[line.pk]) for line in leaving if line.item_id]
    move_goods(ledger, shipment, ItemEntry.Type.SALE, moves)
    return shipment


def _refuse_too_much(order: Document, line: DocumentLine, wanted: Decimal, left: Decimal) -> None:
    if not 0 <= wanted <= left:
        raise PostingError(
            "overship",
            _("Line %(line)s: you cannot ship more than %(left)s.")
            % {"line": line.line_no // 10000, "left": f"{left.normalize():f}"},
            order.no,
        )


def _refuse_unshipped(order: Document, lines: Lines, *, ship: bool) -> None:
    for line in lines:
        shipped = line.qty_shipped + (line.qty_to_ship if ship else ZERO)
        if not 0 <= line.qty_to_invoice <= shipped - line.qty_invoiced:
            raise PostingError(
                "inv_gt_ship",
                _("You cannot invoice more than you have shipped for order %(no)s.")
                % {"no": order.no},
                order.no,
            )


def _move(line: DocumentLine, copy_id: int) -> Move:
    assert line.item_id is not None
    assert line.location_id is not None
    quantity = -line.qty_to_ship * line.qty_per_uom
    return Move(copy_id, line.item_id, line.variant_id, line.location_id, quantity)


def _invoice(
    order: Document,
    lines: Lines,
    ledger: Ledger,
    request_id: UUID | None,
    precision: Decimal,
) -> Document | None:
    if not any(line.qty_to_invoice for line in lines):
        return None
    invoice = heads.child(order, Document.Kind.INVOICE, request_id)
    cut = slices.invoice_slices(order, invoice, lines, precision)
    slices.save_slices(lines, cut, copying.copy_invoiced(order, invoice), precision)
    receivables.book(ledger, invoice, slices.booked(order, cut))
    return invoice


def _advance(order: Document, lines: Lines, *, ship: bool, invoice: bool) -> None:
    quantities.advance(order, ship=ship, invoice=invoice)
    done = quantities.completed(lines, ship=ship, invoice=invoice)
    order.state = Document.State.COMPLETED if done else Document.State.RELEASED
    order.version += 1
    order.save(update_fields=MOVED)
