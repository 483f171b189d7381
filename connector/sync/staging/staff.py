"""Keeps who works in a shop, as Shopify lists them."""

from __future__ import annotations

from collections.abc import Iterable

from connector.shopify.staff import StaffNode
from shops.models import Shop, StaffMember


def put_staff(shop: Shop, nodes: Iterable[StaffNode]) -> int:
    """Write what Shopify says of them and leave alone which salesperson each is; return how many.

    Who is listed no more goes.
    """
    seen = set()
    for node in nodes:
        seen.add(node.gid)
        StaffMember.objects.update_or_create(
            shop=shop,
            gid=node.gid,
            defaults={
                "name": node.name[:255],
                "email": node.email[:255],
                "active": node.active,
            },
        )
    StaffMember.objects.filter(shop=shop).exclude(gid__in=seen).delete()
    return len(seen)
