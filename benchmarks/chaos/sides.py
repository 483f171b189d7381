"""Whether shops, books and the sandboxes agree once a chaos run with real reports is over."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import QuerySet

from benchmarks.chaos.sandboxes import Sandboxes
from connector.sync.audit import broken_links
from connector.sync.models import DocumentLink, ShipmentLink
from erp.audit import broken_invariants
from erp.models import Company, Document
from shops.models import Order, Shop


def disagreements(company: Company, shops: Sequence[Shop], sandboxes: Sandboxes) -> Iterator[str]:
    """A sentence for each; none when every order is in once, sold once and fulfilled once."""
    total = 0
    for shop in shops:
        fulfilled = sandboxes.fulfilled(shop.code)
        total += len(fulfilled)
        yield from _of_shop(shop, fulfilled)
    for kind in (Document.Kind.SHIPMENT, Document.Kind.INVOICE):
        posted = Document.objects.sales(kind).filter(company=company, state=Document.State.POSTED)
        if posted.count() != total:  # one that no order is linked to would be a doubled one
            yield f"{total} orders, but {posted.count()} posted documents of kind {kind}."
    yield from (f"{one.invariant}: {one.sentence}" for one in broken_links())
    yield from (f"{one.invariant}: {one.sentence}" for one in broken_invariants(None))


def _of_shop(shop: Shop, fulfilled: dict[str, int]) -> Iterator[str]:
    here = _counted(Order.objects.filter(shop=shop), "gid")
    sold = _counted(DocumentLink.objects.filter(order__shop=shop), "order__gid")
    links = ShipmentLink.objects.filter(order__shop=shop, state=ShipmentLink.State.SENT)
    sent = _counted(links, "order__gid")
    for gid, times in fulfilled.items():
        found = {
            "orders here": here[gid],
            "sales documents": sold[gid],
            "fulfillments in Shopify": times,
            "shipments sent": sent[gid],
        }
        for what, number in found.items():
            if number != 1:
                yield f"{shop.code} {gid}: {number} {what}, not 1."
    if extra := here.keys() - fulfilled.keys():
        yield f"{shop.code}: {len(extra)} orders that the shop does not have."


def _counted(rows: QuerySet[Any], column: str) -> Counter[str]:
    return Counter(rows.values_list(column, flat=True))
