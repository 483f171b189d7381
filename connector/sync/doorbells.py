"""Where the books ring: what was posted may be something to tell Shopify.

A bell that is lost does no harm: the shipments report looks for what nobody noted.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.dispatch import receiver
from django.utils import timezone

from connector.sync.models import DocumentLink, ShipmentLink
from erp.models import Document
from erp.signals import posted
from jobqueue import database


@receiver(posted)
def shipments_posted(*, shipments: Sequence[UUID] = (), **_more: Any) -> None:
    """Note posted shipments of Shopify orders, so that the role center counts them at once."""
    if shipments:
        with database.write():
            note_shipments(shipments, timezone.now())


def note_shipments(shipments: Sequence[UUID], now: datetime) -> None:
    """Give each shipment of a Shopify order its link row; one that has it keeps it."""
    documents = Document.objects.filter(pk__in=shipments, source__isnull=False)
    sources = dict(documents.values_list("pk", "source_id"))
    links = DocumentLink.objects.filter(document__in=list(sources.values()))
    orders = dict(links.values_list("document_id", "order_id"))
    ShipmentLink.objects.bulk_create(
        [
            ShipmentLink(shipment_id=shipment, order_id=orders[source], created_at=now)
            for shipment, source in sources.items()
            if source in orders
        ],
        ignore_conflicts=True,
    )
