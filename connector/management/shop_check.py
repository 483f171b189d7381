"""Asks Shopify who a shop is and what its token may do, and keeps the answer on the shop card."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from connector.management.scopes import FEATURES, OWN_SERVICE, Feature, told
from connector.shopify.errors import ShopifyError
from connector.shopify.nodes.shop import ShopNode
from connector.sync.sessions import client_for
from connector.sync.shop_facts import refresh
from erp.models import Company, Lookup
from shops.models import Location, Shop


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
    lacking = _lacking(shop, node)
    if any(feature.every_shop for feature, _scopes in lacking):
        return Checked(connected=False, sentence=_grant(shop, lacking))
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
    described = f"Shop {shop.code} is {node.name}: {node.currency}, {node.timezone}, {node.plan}."
    more = f" {_grant(shop, lacking)}" if lacking else ""
    return Checked(connected=True, sentence=described + more)


def _lacking(shop: Shop, node: ShopNode) -> list[tuple[Feature, list[str]]]:
    """What this shop is to do and may not, with the scopes that are missing."""
    own = Location.objects.filter(shop=shop, ours=True, is_fulfillment_service=True).exists()
    wanted = [
        feature
        for feature in (*FEATURES, *([OWN_SERVICE] if own else []))
        if shop.allow_outgoing_requests or not feature.writes
    ]
    return [(one, scopes) for one in wanted if (scopes := one.lacking(node.scopes))]


def _grant(shop: Shop, lacking: list[tuple[Feature, list[str]]]) -> str:
    sentence = _(
        "The access token of shop %(shop)s lacks %(scopes)s. "
        "Grant these scopes to the app in Shopify and connect the shop again."
    )
    return sentence % {"shop": shop.code, "scopes": told(lacking)}
