"""Which documents belong together: what an order became, and what an invoice was made of."""

from __future__ import annotations

from django.db.models import QuerySet

from erp.models import Document, DocumentLine


def posted_of(order: Document) -> QuerySet[Document]:
    """What became of an order, oldest first; also invoices that combine it with others."""
    combined = DocumentLine.objects.filter(shipment_line__source_line__document=order).order_by()
    children = Document.objects.filter(source=order)
    # By two indexes: an OR of both would read every document.
    found = children.values("pk").union(combined.values("document"))
    rows = Document.objects.filter(pk__in=found).exclude(state=Document.State.CANCELLED)
    return rows.order_by("posted_at", "-kind", "no")


def orders_of(invoice: Document) -> QuerySet[Document]:
    """The orders whose shipments an invoice combines; of any other document none."""
    lines = DocumentLine.objects.filter(document=invoice, shipment_line__isnull=False).order_by()
    orders = lines.values("shipment_line__source_line__document")
    return Document.objects.filter(pk__in=orders).order_by("no")
