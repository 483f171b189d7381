"""Keeps which places a shop ships from, as Shopify lists them."""

from __future__ import annotations

from collections.abc import Iterable

from connector.shopify.nodes.location import LocationNode
from shops.models import Location, Shop


def put_locations(shop: Shop, nodes: Iterable[LocationNode]) -> int:
    """Write what Shopify says of them and leave alone what a person chose; return how many there are.

    A location that Shopify lists no more stays, inactive: documents may name what it stands for.
    """
    seen = set()
    for node in nodes:
        seen.add(node.gid)
        Location.objects.update_or_create(
            shop=shop,
            gid=node.gid,
            defaults={
                "name": node.name[:100],
                "active": node.active,
                "is_fulfillment_service": node.fulfillment_service,
            },
        )
    Location.objects.filter(shop=shop).exclude(gid__in=seen).update(active=False)
    return len(seen)
