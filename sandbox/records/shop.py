"""The shop itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

SCOPES = (
    "read_all_orders", "read_companies", "read_customers", "read_files", "read_fulfillments",
    "read_inventory", "read_locales", "read_locations", "read_merchant_managed_fulfillment_orders",
    "read_orders", "read_payment_terms", "read_products", "read_publications", "read_returns",
    "read_translations", "read_users", "write_customers", "write_files", "write_fulfillments",
    "write_inventory", "write_merchant_managed_fulfillment_orders", "write_orders",
    "write_products", "write_publications", "write_translations",
)  # fmt: skip

LOCALES = (("en", "English", True),)


@dataclass(frozen=True, slots=True)
class StaffMember:
    gid: str
    name: str
    email: str
    active: bool = True


@dataclass(frozen=True, slots=True)
class Shop:
    gid: str = "gid://shopify/Shop/1"
    name: str = "Sandbox Shop"
    domain: str = "sandbox.myshopify.com"
    email: str = "shop@example.com"
    currency: str = "EUR"
    timezone: str = "Europe/Oslo"
    taxes_included: bool = True
    country_code: str = "NO"
    ships_to: tuple[str, ...] = ("DE", "DK", "FI", "NO", "SE")
    plus: bool = False
    scopes: tuple[str, ...] = SCOPES
    # (locale, name, published), the shop's own first.
    locales: tuple[tuple[str, str, bool], ...] = LOCALES
    staff: tuple[StaffMember, ...] = ()
    # What one of the shop's currency is worth, for buyers who pay in another.
    rates: dict[str, Decimal] = field(default_factory=dict)
