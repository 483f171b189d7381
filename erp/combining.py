"""One invoice for several shipments (BC report 295).

Shipped and not yet invoiced lines of orders become one open invoice for each customer and payer,
currency, kind of prices, VAT group and tax mode. A line takes its share of the order's amounts;
the order's invoice discount becomes part of its line discount, so that no other order's goods get
any of it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import F, QuerySet, Sum

from erp import money, series, vat
from erp.currencies import Currencies
from erp.documents.assembly import STEP, due_date
from erp.documents.calculation import calculate
from erp.models import Company, Document, DocumentLine, Lookup, Party

Group = tuple[Any, ...]
GROUPED = ("party_id", "bill_to_id", "currency", "prices_incl_vat", "vat_bus", "tax_mode")


class Shipped(NamedTuple):
    """Pieces of an order line that a shipment line brought and nobody invoices yet."""

    shipment_line: DocumentLine
    order_line: DocumentLine
    before: Decimal  # of the order line, invoiced or to be invoiced by an open document
    quantity: Decimal


@dataclass(frozen=True, slots=True)
class Terms:
    company: Company
    day: date
    created_by: str
    currencies: Currencies
    vat_percentages: dict[str, Decimal]
    payment_terms: dict[str, dict[str, Any]]
    payers: dict[int | None, Party]


@transaction.atomic
def combine_shipments(
    company: Company,
    *,
    posting_date: date,
    orders: QuerySet[Document] | None = None,
    created_by: str = "",
) -> list[Document]:
    """Create open invoices over all shipments that wait for one; return them in their order.

    `orders` limits whose shipments. `posting.post_document` posts an invoice, and moves no stock.
    Who combines at the same time waits, and finds nothing left.
    """
    locked = _lock_orders(company, orders)
    groups: dict[Group, list[Shipped]] = defaultdict(list)
    heads: dict[Group, Document] = {}
    for shipped in _shipped(locked):
        order = locked[shipped.order_line.document_id]
        group = tuple(getattr(order, name) for name in GROUPED)
        heads.setdefault(group, order)
        groups[group].append(shipped)
    if not groups:
        return []
    terms = _terms(company, list(heads.values()), posting_date, created_by)
    made = [_invoice(heads[group], shipped, terms) for group, shipped in groups.items()]
    numbers = series.take(
        company, series.CREATED[Document.Side.SALE, Document.Kind.INVOICE], len(made)
    )
    for (invoice, _lines), no in zip(made, numbers, strict=True):
        invoice.no = no
    Document.objects.bulk_create(invoice for invoice, _lines in made)
    DocumentLine.objects.bulk_create((line for _invoice, lines in made for line in lines), 500)
    return [invoice for invoice, _lines in made]


def waiting(company: Company) -> QuerySet[Document]:
    """Orders with lines that are shipped and not invoiced, at least not by themselves."""
    lines = DocumentLine.objects.filter(qty_shipped__gt=F("qty_invoiced"))
    return (
        Document.objects.filter(company=company, state=Document.State.RELEASED)
        .sales(Document.Kind.ORDER)
        .filter(pk__in=lines.values("document"))
    )


def _lock_orders(company: Company, orders: QuerySet[Document] | None) -> dict[UUID, Document]:
    wanted = waiting(company)
    if orders is not None:
        wanted = wanted.filter(pk__in=orders.values("pk"))
    keys = list(wanted.values_list("pk", flat=True))
    rows = Document.objects.select_for_update(no_key=True).filter(pk__in=keys).order_by("pk")
    return {order.pk: order for order in rows}


def _shipped(orders: Mapping[UUID, Document]) -> list[Shipped]:
    """By shipment and line; what open invoices already take is left out."""
    lines = DocumentLine.objects.filter(document__in=orders).in_bulk()
    shipment_lines = (
        DocumentLine.objects.filter(
            source_line__in=lines,
            document__kind=Document.Kind.SHIPMENT,
            document__state=Document.State.POSTED,
        )
        .exclude(type=DocumentLine.Type.COMMENT)
        .order_by("document__posted_no", "line_no")
    )
    taken, drafted = _taken(shipment_lines)
    found = []
    for shipment_line in shipment_lines:
        assert shipment_line.source_line_id is not None
        order_line = lines[shipment_line.source_line_id]
        before = order_line.qty_invoiced + drafted[order_line.pk]
        left = min(
            shipment_line.quantity - taken[shipment_line.pk], order_line.qty_shipped - before
        )
        if left > 0:
            found.append(Shipped(shipment_line, order_line, before, left))
            drafted[order_line.pk] += left
    return found


def _taken(
    shipment_lines: QuerySet[DocumentLine],
) -> tuple[dict[int, Decimal], dict[int, Decimal]]:
    """What invoices take: all of them by shipment line, the open ones by order line."""
    taken: dict[int, Decimal] = defaultdict(Decimal)
    drafted: dict[int, Decimal] = defaultdict(Decimal)
    rows = (
        DocumentLine.objects.filter(shipment_line__in=shipment_lines.values("pk"))
        .exclude(document__state=Document.State.CANCELLED)
        .order_by()
        .values_list("shipment_line", "shipment_line__source_line", "document__state")
        .annotate(Sum("quantity"))
    )
    for shipment_line, order_line, state, quantity in rows:
        taken[shipment_line or 0] += quantity
        if state != Document.State.POSTED:
            drafted[order_line or 0] += quantity
    return taken, drafted


def _terms(company: Company, orders: Sequence[Document], day: date, created_by: str) -> Terms:
    rows = Lookup.objects.filter(company=company, kind=Lookup.Kind.PAYMENT_TERMS)
    payers = Party.objects.in_bulk({order.invoiced_party_id for order in orders})
    return Terms(
        company,
        day,
        created_by,
        Currencies.of(company, {order.currency for order in orders}),
        vat.percentages(company),
        dict(rows.values_list("code", "data")),
        dict(payers),
    )


def _invoice(
    order: Document, shipped: Sequence[Shipped], terms: Terms
) -> tuple[Document, list[DocumentLine]]:
    """An invoice like the first order's, but for what belongs to that order alone."""
    payer = terms.payers[order.invoiced_party_id]
    invoice = copy(order)
    invoice.id = uuid4()
    invoice.company = terms.company
    invoice.kind, invoice.state, invoice.version = Document.Kind.INVOICE, Document.State.OPEN, 1
    invoice.document_date = invoice.posting_date = terms.day
    invoice.order_date = invoice.requested_date = None
    invoice.external_no = invoice.your_ref = invoice.notes = ""
    invoice.shipment_method = invoice.agent = invoice.tracking_no = invoice.tracking_url = ""
    invoice.payment_terms, invoice.payment_method = payer.payment_terms, payer.payment_method
    invoice.due_date = due_date(terms.day, terms.payment_terms.get(payer.payment_terms))
    invoice.request_id = invoice.posting_request_id = None
    invoice.created_by = terms.created_by[:150]
    invoice.invoice_discount = money.ZERO
    precision = terms.currencies.precision(order.currency)
    lines = [_line(invoice, one, place * STEP, precision) for place, one in enumerate(shipped, 1)]
    calculate(invoice, lines, terms.vat_percentages, precision)
    return invoice, lines


def _line(invoice: Document, shipped: Shipped, line_no: int, precision: Decimal) -> DocumentLine:
    order_line = shipped.order_line
    span = (shipped.before, shipped.before + shipped.quantity)

    def share(amount: Decimal) -> Decimal:
        return money.part(amount, order_line.quantity, span, precision)

    net = share(order_line.line_amount) - share(order_line.inv_discount)
    line = copy(order_line)
    line.pk = None
    line.document, line.line_no = invoice, line_no
    line.shipment_line, line.source_line = shipped.shipment_line, None
    line.quantity = shipped.quantity
    line.line_discount_pct = money.ZERO
    line.line_discount = money.rounded(line.quantity * line.unit_price, precision) - net
    if order_line.given_tax is not None:
        line.given_tax = share(order_line.given_tax)
    line.qty_to_ship = line.qty_shipped = line.qty_to_invoice = line.qty_invoiced = money.ZERO
    line.shipment_date, line.reserved = None, money.ZERO
    return line
