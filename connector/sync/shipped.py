"""What a posted shipment holds for Shopify: which goods of which order lines, and its tracking."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from uuid import UUID

from connector.shopify.fulfillments import FulfillmentRequest
from connector.sync.models import LineLink
from erp.models import Document, DocumentLine, Lookup


def goods(shipments: Sequence[UUID], type_: str) -> dict[UUID, dict[str, int]]:
    """Shipment → order line gid → whole units, of its lines of one type. Freight is no goods."""
    lines = DocumentLine.objects.filter(document__in=shipments, type=type_, quantity__gt=0)
    rows = list(lines.values_list("document_id", "source_line_id", "quantity"))
    gids = dict(
        LineLink.objects.filter(
            document_line__in=[source for _d, source, _q in rows],
            line_gid__startswith="gid://shopify/LineItem/",
        ).values_list("document_line_id", "line_gid")
    )
    found: dict[UUID, dict[str, int]] = {}
    for document, source, quantity in rows:
        if gid := gids.get(source or 0):
            units = int(Decimal(quantity).quantize(Decimal(1), ROUND_HALF_UP))
            of = found.setdefault(document, {})
            of[gid] = of.get(gid, 0) + units
    return found


def agents(shipments: Sequence[Document]) -> dict[str, str]:
    """Shipping agent → the name that Shopify knows the carrier by, or its own."""
    codes = {shipment.agent for shipment in shipments if shipment.agent}
    companies = {shipment.company_id for shipment in shipments}
    rows = Lookup.objects.filter(
        company__in=companies, kind=Lookup.Kind.SHIPPING_AGENT, code__in=codes
    )
    return {row.code: row.data.get("tracking_company") or row.description for row in rows}


def tracking(shipment: Document, carriers: dict[str, str], *, notify: bool) -> FulfillmentRequest:
    """The head of the call; tracking only where there is a number to track."""
    if not shipment.tracking_no:
        return FulfillmentRequest(lines={}, notify_customer=notify)
    return FulfillmentRequest(
        lines={},
        tracking_company=carriers.get(shipment.agent) or shipment.agent,
        tracking_numbers=(shipment.tracking_no,),
        tracking_urls=(shipment.tracking_url,) if shipment.tracking_url else (),
        notify_customer=notify,
    )
