"""What a shop says of itself, kept on its shop card: currency, time zone, plan, scopes."""

from __future__ import annotations

from django.utils.translation import gettext as _

from connector.shopify.client import Client
from connector.shopify.errors import ShopUnusable
from connector.shopify.nodes.shop import ShopNode
from connector.shopify.shop import shop_info
from shops.models import Connection, Shop


def refresh(shop: Shop, client: Client, *, keep: bool = True) -> ShopNode:
    """Ask, and keep the answer on the shop card unless told otherwise. Raises as Client.execute, and ShopUnusable for another currency."""
    node = shop_info(client)
    if shop.currency and shop.currency != node.currency:
        raise ShopUnusable(
            _(
                "Shop %(shop)s now counts in %(now)s, but its orders were taken in %(before)s. "
                "Connect it as a new shop."
            )
            % {"shop": shop.code, "now": node.currency, "before": shop.currency}
        )
    shop.name = shop.name or node.name[:100]
    shop.currency = node.currency
    shop.zone = node.timezone
    shop.plan = node.plan[:60]
    if not keep:
        return node
    shop.save(update_fields=["name", "currency", "zone", "plan"])
    Connection.objects.filter(shop=shop).update(scopes=sorted(node.scopes))
    return node
