"""Keeps which places a shop ships from, as Shopify lists them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db import transaction

from connector.shopify.nodes.location import LocationNode
from shops.models import Location, Shop, StockLevel


@transaction.atomic
def put_locations(shop: Shop, nodes: Iterable[LocationNode]) -> int:
    """Write what Shopify says of them and leave alone what a person chose; return how many there are.

    A location that Shopify lists no more stays, inactive and without its stock: documents may name
    what it stands for. Of the first ones that a shop gets, new products are stocked at the main one.
    """
    listed = list(nodes)
    first = not Location.objects.filter(shop=shop).exists()
    for node in listed:
        Location.objects.update_or_create(
            shop=shop,
            gid=node.gid,
            defaults={
                "name": node.name[:100],
                "active": node.active,
                "is_fulfillment_service": node.fulfillment_service,
            },
        )
    gone = Location.objects.filter(shop=shop).exclude(gid__in=[node.gid for node in listed])
    gone.update(active=False)
    StockLevel.objects.filter(location__in=gone).delete()
    if first and (main := _main(listed)):
        Location.objects.filter(shop=shop, gid=main).update(default_product_location=True)
    return len(listed)


def _main(nodes: Sequence[LocationNode]) -> str:
    """The oldest place of the shop's own that ships: Shopify names no primary one any more."""
    own = [n for n in nodes if n.active and n.ships and not n.fulfillment_service]
    return min(own, key=lambda n: int(n.gid.rsplit("/", 1)[1])).gid if own else ""
