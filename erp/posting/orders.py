"""Posting an order or return order, for the quantities its lines name.

Goods move by a shipment, or by the receipt of a purchase or return; money by an invoice, or by the
credit memo of a return. The words *ship* and *invoice* stand for all of them, as in the columns.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.utils.translation import gettext as _

from erp.documents.totals import changed_amounts
from erp.errors import PostingError
from erp.models import Document, DocumentLine, ItemEntry
from erp.money import ZERO
from erp.posting import booking, checks, heads, quantities, slices
from erp.posting.buying import receipt_value
from erp.posting.group import post_one
from erp.posting.ledger import Ledger
from erp.posting.plan import Asked, Goods, Move, Options, Posting, Setup
from erp.posting.result import Posted


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
    The shipment is dated `today`, the invoice as the order. An order of the purchase side receives,
    a return order takes goods back and credits them.
    Raises PostingError, or SetupError when an account or a number series is missing.
    """
    asked = Asked(document_id, expected_version, request_id)
    options = Options(today=today, posting_date=posting_date, ship=ship, invoice=invoice)
    posting = post_one(plan_order, asked, options)
    return Posted(posting.shipment, posting.invoice, repeated=posting.repeated)


def plan_order(posting: Posting, setup: Setup, options: Options) -> None:
    """Check an order, and plan its shipment, its invoice and what is left of it. Raises Refused."""
    order, lines = posting.document, posting.lines
    if _posted_before(posting):
        return
    _check(posting, setup, options)
    terms = checks.terms(order, setup.currencies)
    if order.state == Document.State.OPEN:  # released by being posted: amounts may be out of date
        posting.computed = changed_amounts(order, lines, setup.vat_percentages, terms.precision)
    posting.gl = Ledger(
        order.company, order.posting_date, terms.lcy_precision, posting.transaction_no
    )
    if options.invoice:
        _refuse_unshipped(order, lines, ship=options.ship)
    if options.ship:
        _plan_shipment(posting, options.today)
    if options.invoice:
        _plan_invoice(posting, setup, terms.precision)
    if posting.shipment is None and posting.invoice is None:
        raise nothing(order)
    done = quantities.completed(lines, ship=options.ship, invoice=options.invoice)
    order.state = Document.State.COMPLETED if done else Document.State.RELEASED
    order.version += 1


def nothing(document: Document) -> PostingError:
    return PostingError(
        "nothing",
        _("There is nothing to post because %(no)s does not contain a quantity or amount.")
        % {"no": document.no},
        document.no,
    )


def _posted_before(posting: Posting) -> bool:
    """Whether an earlier call with the same request posted from the order; then say what."""
    request_id = posting.asked.request_id
    done = heads.posted_by(request_id, posting.document) if request_id else {}
    shipped_as, invoiced_as = _children(posting.document)
    posting.shipment, posting.invoice = done.get(shipped_as), done.get(invoiced_as)
    posting.repeated = bool(done)
    return posting.repeated


def _children(order: Document) -> tuple[Document.Kind, Document.Kind]:
    """What is posted from it: for goods, for money."""
    if order.is_return:
        return Document.Kind.RETURN_RECEIPT, Document.Kind.CREDIT_MEMO
    return Document.Kind.SHIPMENT, Document.Kind.INVOICE


def _check(posting: Posting, setup: Setup, options: Options) -> None:
    order = posting.document
    checks.refuse_state(order, posting.asked.expected_version)
    if not order.is_order:
        raise PostingError("kind", _("%(no)s is not an order.") % {"no": order.no}, order.no)
    if not (options.ship or options.invoice):
        raise PostingError("nothing", _("Choose Ship, Invoice or both."), order.no)
    heads.redated(order, options, setup)
    checks.refuse_date(order)
    checks.refuse_blocked(order, ship=options.ship, invoice=options.invoice)


def _refuse_unshipped(order: Document, lines: Sequence[DocumentLine], *, ship: bool) -> None:
    for line in lines:
        shipped = line.qty_shipped + (line.qty_to_ship if ship else ZERO)
        if not 0 <= line.qty_to_invoice <= shipped - line.qty_invoiced:
            sentence = (
                _("You cannot invoice more than you have shipped for order %(no)s.")
                if order.sign == 1
                else _("You cannot invoice more than you have received for order %(no)s.")
            )
            raise PostingError("inv_gt_ship", sentence % {"no": order.no}, order.no)


def _plan_shipment(posting: Posting, today: date) -> None:
    order = posting.document
    leaving = [line for line in posting.lines if line.qty_to_ship]
    if not leaving:
        return
    for line in leaving:
        _refuse_too_much(order, line, line.qty_to_ship, line.quantity - line.qty_shipped)
    shipment = heads.child(order, _children(order)[0], posting.asked.request_id)
    shipment.document_date = today
    precision = posting.ledger.precision
    moves = [_move(order, line, precision) for line in leaving if line.item_id]
    posting.shipment = shipment
    posting.goods = [Goods(shipment, ItemEntry.Type(order.side), moves)]


def _refuse_too_much(order: Document, line: DocumentLine, wanted: Decimal, left: Decimal) -> None:
    if not 0 <= wanted <= left:
        sentence = (
            _("Line %(line)s: you cannot ship more than %(left)s.")
            if order.sign == 1
            else _("Line %(line)s: you cannot receive more than %(left)s.")
        )
        named = {"line": line.line_no // 10000, "left": f"{left.normalize():f}"}
        raise PostingError("overship", sentence % named, order.no)


def _move(order: Document, line: DocumentLine, precision: Decimal) -> Move:
    """What is bought comes at its price, what a customer returns at what it once cost."""
    assert line.item_id is not None
    assert line.location_id is not None
    bought = order.side == Document.Side.PURCHASE and not order.is_return
    return Move(
        line.pk,
        line.item_id,
        line.variant_id,
        line.location_id,
        -order.sign * line.qty_to_ship * line.qty_per_uom,
        line.unit_cost,
        receipt_value(order, line, precision) if bought else None,
    )


def _plan_invoice(posting: Posting, setup: Setup, precision: Decimal) -> None:
    order, lines = posting.document, posting.lines
    if not any(line.qty_to_invoice for line in lines):
        return
    invoice = heads.child(order, _children(order)[1], posting.asked.request_id)
    cut = slices.invoice_slices(order, invoice, lines, precision)
    posting.invoice = invoice
    posting.sliced = slices.sliced_lines(lines, cut, precision)
    booked = slices.booked(order, cut, setup.buying)
    posting.party_entry, posting.goods_lcy = booking.book(
        posting.ledger, invoice, booked, setup.buying.reverse
    )
