"""Asks Shopify who a shop is and what its token may do, and keeps the answer on the shop card."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from connector.shopify.errors import ShopifyError
from connector.shopify.nodes.shop import ShopNode
from connector.sync.sessions import client_for
from shops.models import Connection, Shop

NEEDED = frozenset(
    [
        "read_orders",
        "write_merchant_managed_fulfillment_orders",
        "read_merchant_managed_fulfillment_orders",
    ]
)


@dataclass(frozen=True, slots=True)
class Checked:
    connected: bool
    sentence: str

    def as_json(self, shop: Shop) -> dict[str, Any]:
        return {
            "code": shop.code,
            "connected": self.connected,
            "sentence": self.sentence,
            "name": shop.name,
            "currency": shop.currency,
            "zone": shop.zone,
            "plan": shop.plan,
        }


def check_shop(shop: Shop, *, now: datetime) -> Checked:
    """Ask, write the answer to the shop card, and return it; a refusal is an answer too."""
    try:
        node = ShopNode.from_data(client_for(shop, interactive=True).execute("shop_info", {}))
    except ShopifyError as error:
        checked = Checked(connected=False, sentence=str(error))
    else:
        checked = _compared(shop, node)
        _take(shop, node)
    shop.health = Shop.Health.CONNECTED if checked.connected else Shop.Health.ATTENTION
    shop.health_note = "" if checked.connected else checked.sentence[:500]
    shop.checked_at = now
    shop.save()
    return checked


def _compared(shop: Shop, node: ShopNode) -> Checked:
    """A shop that answers may still be the wrong one, in another currency, or closed to us."""
    if shop.currency and shop.currency != node.currency:
        return Checked(
            connected=False,
            sentence=f"Shop {shop.code} now counts in {node.currency}, but its orders were taken "
            f"in {shop.currency}. Connect it as a new shop.",
        )
    if lacking := sorted(NEEDED - node.scopes):
        return Checked(
            connected=False,
            sentence=f"The access token of shop {shop.code} lacks {', '.join(lacking)}. "
            "Grant these scopes to the app in Shopify and connect the shop again.",
        )
    return Checked(
        connected=True,
        sentence=f"Shop {shop.code} is {node.name}: {node.currency}, {node.timezone}, {node.plan}.",
    )


def _take(shop: Shop, node: ShopNode) -> None:
    """Keep what Shopify says, except a currency that would contradict what is in the books."""
    shop.name = shop.name or node.name[:100]
    shop.currency = shop.currency or node.currency
    shop.zone = node.timezone
    shop.plan = node.plan[:60]
    Connection.objects.filter(shop=shop).update(scopes=sorted(node.scopes))
