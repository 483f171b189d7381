"""What the app has to be allowed in Shopify, and what stops without it. Nothing is asked here.

Source: the access that Shopify's schema names for each type and field that `graphql/` asks for.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Feature:
    """Something a shop does, with all the scopes it takes."""

    scopes: frozenset[str]
    stops: Promise | str  # what happens without them, as the end of a sentence
    writes: bool = False  # not missed where nothing may be sent to Shopify
    every_shop: bool = True  # else the shop is connected without them, and the answer tells

    def lacking(self, granted: Collection[str]) -> list[str]:
        return sorted(self.scopes - frozenset(granted))


IMPORT = Feature(
    frozenset(
        {"read_orders", "read_customers", "read_products", "read_locations", "read_payment_terms"}
    ),
    _("orders do not come in"),
)
SHIPMENTS = Feature(
    frozenset(
        {
            "read_merchant_managed_fulfillment_orders",
            "write_merchant_managed_fulfillment_orders",
        }
    ),
    _("shipments are not told to Shopify"),
    writes=True,
)
ACTIONS = Feature(
    frozenset({"write_orders"}),
    _("orders cannot be cancelled, marked as paid or archived"),
    writes=True,
)
RETURNS = Feature(
    frozenset({"read_returns"}), _("returns and exchanges are not read"), every_shop=False
)
OLD_ORDERS = Feature(
    frozenset({"read_all_orders"}), _("orders older than 60 days are not seen"), every_shop=False
)
OWN_SERVICE = Feature(
    frozenset({"read_assigned_fulfillment_orders", "write_assigned_fulfillment_orders"}),
    _("what is requested of your own fulfillment service is not accepted"),
    writes=True,
)
PRODUCTS = Feature(
    frozenset({"write_products"}),
    _("products and prices are not told to Shopify"),
    writes=True,
    every_shop=False,
)
CHANNELS = Feature(
    frozenset({"read_publications", "write_publications"}),
    _("new products are offered in no sales channel"),
    writes=True,
    every_shop=False,
)
STOCK = Feature(
    frozenset({"read_inventory", "write_inventory"}),
    _("stock is not told to Shopify"),
    writes=True,
    every_shop=False,
)
PICTURES = Feature(
    frozenset({"read_files", "write_files"}),
    _("pictures are not told to Shopify"),
    writes=True,
    every_shop=False,
)
TEXTS = Feature(
    frozenset({"read_locales", "read_translations", "write_translations"}),
    _("texts in other languages are not told to Shopify"),
    writes=True,
    every_shop=False,
)
CUSTOMERS = Feature(
    frozenset({"write_customers"}),
    _("customers are not told to Shopify"),
    writes=True,
    every_shop=False,
)
STAFF = Feature(frozenset({"read_users"}), _("the shop's staff is not read"), every_shop=False)
FEATURES = (
    *(IMPORT, SHIPMENTS, ACTIONS, RETURNS, OLD_ORDERS),
    *(PRODUCTS, CHANNELS, STOCK, PICTURES, TEXTS, CUSTOMERS),
)


def told(lacking: Collection[tuple[Feature, list[str]]]) -> str:
    """Each with what stops: "write_orders (orders cannot be cancelled)"."""
    return "; ".join(f"{', '.join(scopes)} ({feature.stops})" for feature, scopes in lacking)
