"""What a shop says of itself, as `shop_info.graphql` asks for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class ShopNode:
    name: str
    domain: str  # acme.myshopify.com
    currency: str  # ISO 4217
    timezone: str  # IANA name
    taxes_included: bool  # prices in the shop contain tax
    plan: str  # the plan's public name
    development: bool  # a partner's development store: orders are tests
    plus: bool
    scopes: frozenset[str]  # what our token may do, e.g. "read_orders"

    @classmethod
    def from_data(cls, data: dict[str, Any]) -> Self:
        """Read the whole `data` of shop_info. Raises KeyError or TypeError on another shape."""
        shop = data["shop"]
        plan = shop["plan"]
        return cls(
            name=shop["name"],
            domain=shop["myshopifyDomain"],
            currency=shop["currencyCode"],
            timezone=shop["ianaTimezone"],
            taxes_included=shop["taxesIncluded"],
            plan=plan["publicDisplayName"],
            development=plan["partnerDevelopment"],
            plus=plan["shopifyPlus"],
            scopes=frozenset(s["handle"] for s in data["currentAppInstallation"]["accessScopes"]),
        )
