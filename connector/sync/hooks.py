"""Where an installation may decide what the shop card decides for all.

A receiver returns its decision, or None to leave it; the first decision counts. One that raises
stops the record it was asked about.

`notify_customer` is sent before each fulfillment, with `shipment` (erp.Document) and
`location_gid` (where Shopify ships from; None when it was deleted there). The answer, a bool, says
whether Shopify writes to the buyer.

`item_gathered` is sent before an item is compared with its product or becomes one, with `shop` and
`ware` (connector.sync.mapping.wares.Ware, frozen). The answer, another Ware, takes its place: so
titles, texts, vendors, categories, bar codes and weights can be decided.
"""

from __future__ import annotations

from typing import cast

from django.dispatch import Signal

from connector.sync.mapping.wares import Ware
from erp.models import Document
from shops.models import Shop

notify_customer = Signal()
item_gathered = Signal()


def notifies(shipment: Document, location_gid: str | None, *, default: bool) -> bool:
    """Whether Shopify writes to the buyer: as a receiver says, else `default`."""
    answers = notify_customer.send(Document, shipment=shipment, location_gid=location_gid)
    return next((bool(answer) for _receiver, answer in answers if answer is not None), default)


def gathered(shop: Shop, ware: Ware) -> Ware:
    """What is known of an item: as a receiver says, else `ware`."""
    answers = item_gathered.send(Ware, shop=shop, ware=ware)
    return next((cast("Ware", answer) for _by, answer in answers if answer is not None), ware)
