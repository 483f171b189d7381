"""Which orders are finished on both sides, so that Shopify need not list them any longer."""

from __future__ import annotations

from django.db.models import Exists, F, OuterRef, QuerySet

from erp.models import Document, DocumentLine
from shops.models import Order, OrderSettings, Shop


def archivable(shop: Shop) -> QuerySet[Order]:
    """Paid, fulfilled, and with nothing left to ship in the books; none where the shop wants none.

    What changed since it was processed waits for a person first.
    Source: BC codeunit 30161, "Archive Processed Orders"; that invoices must be paid too is from its
    documentation.
    """
    if not OrderSettings.of(shop).archive_processed_orders:
        return Order.objects.none()
    unshipped = DocumentLine.objects.filter(
        document=OuterRef("document_link__document"),
        document__kind=Document.Kind.ORDER,
        type=DocumentLine.Type.ITEM,
        qty_shipped__lt=F("quantity"),
    )
    return Order.objects.filter(
        ~Exists(unshipped),
        shop=shop,
        state=Order.State.PROCESSED,
        closed=False,
        fully_paid=True,
        fulfillment_status="FULFILLED",
        cancelled_at=None,
        conflict=False,
        document_link__isnull=False,
    ).exclude(document_link__document__state=Document.State.CANCELLED)
