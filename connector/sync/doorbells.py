"""Where the books and the shop card ring: for what is to be told to Shopify, and for a rest.

A bell of the books that is lost does no harm: the shipments report looks for what nobody noted.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver
from django.utils import timezone
from django.utils.translation import gettext as _

from connector.sync.models import DocumentLink, ShipmentLink
from erp.models import Document
from erp.signals import posted
from jobqueue import database, pauses
from shops.models import Shop
from shops.signals import switched


@receiver(posted)
def shipments_posted(*, shipments: Sequence[UUID] = (), **_more: Any) -> None:
    """Note posted shipments of Shopify orders, so that the role center counts them at once."""
    if shipments:
        with database.write():
            note_shipments(shipments, timezone.now())


@receiver(switched, sender=Shop)
@receiver(post_save, sender=Shop)
def shop_saved(*, instance: Shop, **_more: Any) -> None:
    """Let the schedules of a disabled shop rest, and resume with it."""
    if instance.enabled:
        pauses.end_rest(instance.code)
    else:
        let_rest(instance)


def let_rest(shop: Shop) -> None:
    """Nothing of the shop begins until it is enabled, and so nothing of it fails."""
    pauses.rest(shop.code, _("It is disabled. Enable it on the shop card."))


@receiver(post_delete, sender=Shop)
def shop_deleted(*, instance: Shop, **_more: Any) -> None:
    """Forget the rest: another shop may get the code."""
    pauses.end_rest(instance.code)


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
