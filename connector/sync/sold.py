"""What the books made of an order, as its refunds need to know it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime
from decimal import Decimal

from connector.sync.mapping.refund_terms import Sold, SoldLine
from connector.sync.models import DocumentLink, LineLink, RefundLink
from erp.documents.correcting import creditable
from erp.models import Document, DocumentLine
from shops.models import OrderSettings


def sold(link: DocumentLink) -> Sold:
    """Read the sales document of `link`, its posted invoices and what is left of them to credit."""
    document = link.document
    gids = dict(
        LineLink.objects.filter(document_line__document=document).values_list(
            "document_line_id", "line_gid"
        )
    )
    invoices = list(_invoices(document, gids))
    lines: dict[str, list[SoldLine]] = defaultdict(list)
    for invoice in invoices:
        for line, left in creditable(invoice):
            if gid := _gid(line, gids):
                lines[gid].append(_line(invoice, line, left))
    for gid, line in _exchanged(link):
        lines[gid].append(_line(None, line, Decimal(0)))
    payer = invoices[-1].bill_to if invoices else document.bill_to
    return Sold(
        document=document.no,
        customer_no=document.party.no if document.party else "",
        bill_to_no=payer.no if payer else "",
        currency=document.currency,
        presentment=link.currency_handling == OrderSettings.CurrencyHandling.PRESENTMENT,
        invoices=tuple(invoice.posted_no or "" for invoice in invoices),
        lines=lines,
        not_invoiced=frozenset(gids.values()) - lines.keys(),
    )


def is_earlier(gid: str, created_at: datetime, link: DocumentLink) -> bool:
    """Whether the sales document was made without what this refund paid back.

    Documents of a time when nobody noted refunds tell it by their own age.
    """
    if link.refunds is None:
        return created_at <= link.created_at
    return gid in link.refunds


def _invoices(document: Document, lines: Iterable[int]) -> Iterator[Document]:
    """The posted invoices of a document, oldest first; also one that combines it with others."""
    posted = Document.objects.filter(
        kind=Document.Kind.INVOICE, state=Document.State.POSTED
    ).select_related("bill_to")
    if document.kind == Document.Kind.INVOICE:
        yield from posted.filter(pk=document.pk)
        return
    # By two indexes: an OR of both would read every document.
    of_order = posted.filter(source=document)
    combined = posted.filter(lines__shipment_line__source_line__in=list(lines)).distinct()
    found = {invoice.pk: invoice for invoice in (*of_order, *combined)}
    yield from sorted(found.values(), key=lambda invoice: (invoice.posted_at, invoice.no))


def _exchanged(link: DocumentLink) -> Iterator[tuple[str, DocumentLine]]:
    """What was taken in exchange, by the order's line: credit memos have it, no invoice does."""
    memos = RefundLink.objects.filter(refund__order=link.order_id).values("document")
    rows = LineLink.objects.filter(document_line__document__in=memos)
    line = "document_line"
    for row in rows.select_related(f"{line}__item", f"{line}__variant", f"{line}__location"):
        yield row.line_gid, row.document_line


def _gid(line: DocumentLine, gids: dict[int, str]) -> str:
    """Of the order's line that an invoice line stands for; "" for none."""
    if line.pk in gids:
        return gids[line.pk]
    order_line = line.source_line_id
    if line.shipment_line is not None:
        order_line = line.shipment_line.source_line_id
    return gids.get(order_line, "") if order_line else ""


def _line(invoice: Document | None, line: DocumentLine, left: Decimal) -> SoldLine:
    return SoldLine(
        invoice=(invoice.posted_no or "") if invoice else "",
        line_no=line.line_no,
        left=left,
        item_no=line.item.no if line.item else "",
        variant_code=line.variant.code if line.variant else "",
        uom=line.uom,
        account=line.account,
        location_code=line.location.code if line.location else "",
        vat_prod=line.vat_prod,
    )
