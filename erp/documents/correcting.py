"""A credit memo out of a posted invoice: all of it, or some pieces of some lines."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from erp import money
from erp.currencies import Currencies
from erp.documents.assembly import STEP, Assembled
from erp.documents.calculation import calculate
from erp.documents.corrected import unit_costs
from erp.documents.creation import save
from erp.errors import DocumentError
from erp.models import Document, DocumentLine

# Where it goes that money is given back and no goods, by side.
MONEY_ALONE = {
    Document.Side.SALE: "refund_not_restocked",
    Document.Side.PURCHASE: "inventory_adj",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """What is wanted of an invoice."""

    document_date: date
    pieces: Mapping[int, Decimal] | None = None  # by line no. of the invoice; None: all there are
    goods: bool = True  # they come back, to their vendor on purchases; False: money alone
    external_no: str = ""  # on purchases the number of the vendor's credit memo
    created_by: str = ""
    request_id: UUID | None = field(default=None)


def correct_invoice(invoice_id: UUID, wanted: Correction) -> Document:
    """Create an open corrective credit memo of a posted invoice, of either side.

    BC calls it *Create Corrective Credit Memo*; `posting.post_document` posts it. What other
    credit memos and return orders take already, posted or not, is left out. Each part is credited
    as it was charged, by the VAT of then, so that all parts add up to the invoice to the cent; its
    share of the invoice discount becomes part of the line discount. A repeated `request_id` returns
    the first credit memo. Raises DocumentError with the line of the invoice counted from 1, and
    Document.DoesNotExist; then nothing is written.
    """
    try:
        with transaction.atomic():
            return _requested(wanted) or _correct(invoice_id, wanted)
    except IntegrityError:  # another process made the same request since it was looked for
        first = _requested(wanted)
        if first is None:
            raise
        return first


def creditable(invoice: Document) -> list[tuple[DocumentLine, Decimal]]:
    """The lines of a posted invoice with the pieces that nothing credits yet, in their order."""
    lines = list(
        invoice.lines.exclude(type=DocumentLine.Type.COMMENT)
        .select_related("item")
        .order_by("line_no")
    )
    taken = _taken(lines)
    return [(line, line.quantity - taken[line.pk]) for line in lines]


def _requested(wanted: Correction) -> Document | None:
    if wanted.request_id is None:
        return None
    return Document.objects.filter(request_id=wanted.request_id).first()


def _correct(invoice_id: UUID, wanted: Correction) -> Document:
    invoice = (
        Document.objects.select_for_update(of=("self",), no_key=True)
        .select_related("company", "party", "bill_to")
        .get(pk=invoice_id)
    )
    if (invoice.kind, invoice.state) != (Document.Kind.INVOICE, Document.State.POSTED):
        raise DocumentError(
            "no_invoice", _("There is no posted invoice %(no)s to correct.") % {"no": invoice}
        )
    currencies = Currencies.of(invoice.company, {invoice.currency})
    memo = _head(invoice, wanted, currencies)
    parts = _parts(invoice, wanted)
    if not parts:
        raise DocumentError("nothing", _("Nothing is left of %(no)s to credit.") % {"no": invoice})
    costs = unit_costs([line for line, _before, _pieces in parts])
    precision = currencies.precision(invoice.currency)
    lines = []
    for place, (line, before, pieces) in enumerate(parts, 1):
        made = _line(memo, line, (before, before + pieces), precision)
        made.line_no = place * STEP
        made.unit_cost = costs.get(line.pk) if made.item_id else None
        if made.item_id and not wanted.goods:
            _without_goods(made)
        lines.append(made)
    calculate(memo, lines, {}, precision)
    save(invoice.company, Document.Side(invoice.side), [Assembled(memo, lines)])
    return memo


def _parts(invoice: Document, wanted: Correction) -> list[tuple[DocumentLine, Decimal, Decimal]]:
    """(line, pieces credited before, pieces to credit) of what is wanted."""
    left = creditable(invoice)
    if wanted.pieces is None:
        return [(line, line.quantity - rest, rest) for line, rest in left if rest]
    for number in wanted.pieces.keys() - {line.line_no for line, _rest in left}:
        raise DocumentError(
            "no_invoice_line",
            _("Invoice %(no)s has no line %(line)s.") % {"no": invoice, "line": number},
        )
    parts = []
    for place, (line, rest) in enumerate(left, 1):
        pieces = wanted.pieces.get(line.line_no, money.ZERO)
        _refuse_more(place, rest, pieces)
        if pieces:
            parts.append((line, line.quantity - rest, pieces))
    return parts


def _refuse_more(place: int, left: Decimal, pieces: Decimal) -> None:
    if not pieces.is_finite() or abs(pieces) > abs(left) or pieces * left < 0:
        raise DocumentError(
            "overcredit",
            _("Line %(line)s: only %(left)s left to credit.")
            % {"line": place, "left": f"{left.normalize():f}"},
            place,
        )


def _taken(lines: Sequence[DocumentLine]) -> dict[int, Decimal]:
    """By credit memos and return orders, but for those that were cancelled."""
    rows = (
        DocumentLine.objects.filter(
            source_line__in=lines,
            document__kind__in=[Document.Kind.CREDIT_MEMO, Document.Kind.RETURN_ORDER],
        )
        .exclude(document__state=Document.State.CANCELLED)
        .order_by()
        .values_list("source_line")
        .annotate(Sum("quantity"))
    )
    taken: dict[int, Decimal] = defaultdict(Decimal)
    for key, pieces in rows:
        assert key is not None
        taken[key] = money.rounded(pieces, money.UNIT_COST)
    return taken


def _head(invoice: Document, wanted: Correction, currencies: Currencies) -> Document:
    """As the invoice's, but for its dates and what the tax was."""
    rate = currencies.rate(invoice.currency, wanted.document_date)
    if rate is None:
        raise DocumentError(
            "no_rate",
            _("There is no exchange rate for %(code)s on %(day)s. Add one.")
            % {"code": invoice.currency, "day": wanted.document_date},
        )
    memo = copy(invoice)
    memo.id, memo.no, memo.version = uuid4(), "", 1
    memo.kind, memo.state = Document.Kind.CREDIT_MEMO, Document.State.OPEN
    memo.posted_no = memo.posted_at = memo.posting_request_id = None
    memo.source, memo.corrects = None, invoice
    memo.document_date = memo.posting_date = memo.due_date = wanted.document_date
    memo.order_date = memo.requested_date = None
    memo.rate = rate
    memo.external_no = wanted.external_no or (
        "" if invoice.side == Document.Side.PURCHASE else invoice.external_no
    )
    memo.tracking_no = memo.tracking_url = memo.notes = ""
    memo.tax_mode, memo.invoice_discount = Document.TaxMode.GIVEN, money.ZERO
    memo.created_by, memo.request_id = wanted.created_by[:150], wanted.request_id
    return memo


def _line(
    memo: Document, line: DocumentLine, span: tuple[Decimal, Decimal], precision: Decimal
) -> DocumentLine:
    def share(amount: Decimal) -> Decimal:
        return money.part(amount, line.quantity, span, precision)

    made = copy(line)
    made.pk = None
    made.document, made.source_line, made.shipment_line = memo, line, None
    made.quantity = span[1] - span[0]
    net = share(line.line_amount) - share(line.inv_discount)
    made.line_discount_pct = money.ZERO
    made.line_discount = money.rounded(made.quantity * made.unit_price, precision) - net
    made.given_tax = share(line.vat_amount)
    made.shipment_date, made.reserved = None, money.ZERO
    return made


def _without_goods(line: DocumentLine) -> None:
    side = Document.Side(line.document.side)
    line.type, line.account = (
        DocumentLine.Type.ACCOUNT,
        line.document.company.account(MONEY_ALONE[side]),
    )
    line.item = line.variant = line.location = None
    line.unit_cost = None
