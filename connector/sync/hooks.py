"""Where an installation may decide what the shop card decides for all.

A receiver returns its decision, or None to leave it; the first decision counts. One that raises
stops the record it was asked about.

`notify_customer` is sent before each fulfillment, with `shipment` (erp.Document) and
`location_gid` (where Shopify ships from; None when it was deleted there). The answer, a bool, says
whether Shopify writes to the buyer.
"""

from __future__ import annotations

from django.dispatch import Signal

from erp.models import Document

notify_customer = Signal()


def notifies(shipment: Document, location_gid: str | None, *, default: bool) -> bool:
    """Whether Shopify writes to the buyer: as a receiver says, else `default`."""
    answers = notify_customer.send(Document, shipment=shipment, location_gid=location_gid)
    return next((bool(answer) for _receiver, answer in answers if answer is not None), default)
