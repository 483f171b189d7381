"""Asks Shopify who a shop is and what its token may do, and keeps the answer on the shop card."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from connector.shopify.errors import ShopifyError
from connector.shopify.nodes.shop import ShopNode
from connector.sync.sessions import client_for
from connector.sync.shop_facts import refresh
from erp.models import Company, Lookup
from shops.models import Location, Shop

NEEDED = frozenset(
    [
        "read_orders",
        "write_merchant_managed_fulfillment_orders",
        "read_merchant_managed_fulfillment_orders",
    ]
)
# Besides these, where requests to a fulfillment service of our own are to be accepted.
OF_OWN_SERVICE = frozenset(
    ["read_assigned_fulfillment_orders", "write_assigned_fulfillment_orders"]
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
        checked = _told(shop, refresh(shop, client_for(shop, interactive=True)))
    except ShopifyError as error:
        checked = Checked(connected=False, sentence=str(error))
    shop.health = Shop.Health.CONNECTED if checked.connected else Shop.Health.ATTENTION
    shop.health_note = "" if checked.connected else checked.sentence[:500]
    shop.checked_at = now
    shop.save(update_fields=["health", "health_note", "checked_at"])
    return checked


def _told(shop: Shop, node: ShopNode) -> Checked:
    """A shop that answers may still not let us do what is needed."""
    own = Location.objects.filter(shop=shop, ours=True, is_fulfillment_service=True).exists()
    if lacking := sorted((NEEDED | OF_OWN_SERVICE if own else NEEDED) - node.scopes):
        return Checked(
            connected=False,
            sentence=f"The access token of shop {shop.code} lacks {', '.join(lacking)}. "
            "Grant these scopes to the app in Shopify and connect the shop again.",
        )
    books = Company.objects.filter(code=shop.company_code).first()
    if (
        books
        and not Lookup.objects.filter(
            company=books, kind=Lookup.Kind.CURRENCY, code=node.currency
        ).exists()
    ):
        return Checked(
            connected=False,
            sentence=f"Shop {shop.code} counts in {node.currency}, which the books of "
            f"{books.code} do not know. Add it: "
            f"manage.py books rate {node.currency} RATE --company {books.code}",
        )
    return Checked(
        connected=True,
        sentence=f"Shop {shop.code} is {node.name}: {node.currency}, {node.timezone}, {node.plan}.",
    )
