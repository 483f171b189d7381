"""30108: products and items are brought in line, in the direction that the shop has chosen.

Each direction is a class in a file of its own; a shop that has chosen none does nothing and says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from connector.sync.products.declared import ProductReport
from connector.sync.products.filters import ONLY_PRICES
from connector.sync.products.from_shopify import ProductsFromShopify
from connector.sync.products.prices import Prices
from connector.sync.products.to_shopify import ProductsToShopify
from connector.sync.report import Asked, Preview, Report, Result
from shops.models import ProductSettings, Shop

# What runs for each direction a shop can choose.
DIRECTIONS: Mapping[str, type[Report[Any]]] = {
    ProductSettings.SyncItem.FROM_SHOPIFY: ProductsFromShopify,
    ProductSettings.SyncItem.TO_SHOPIFY: ProductsToShopify,
}


class Products(ProductReport[object]):
    """What is asked for; what runs is the class of the shop's direction."""

    @classmethod
    def chosen(cls, shop: Shop, options: Mapping[str, str]) -> type[Report[Any]]:
        if options.get(ONLY_PRICES) == "yes":  # whatever the direction is
            return Prices
        return DIRECTIONS.get(ProductSettings.of(shop).sync_item, cls)

    @classmethod
    def preview(cls, shop: Shop, asked: Asked, now: datetime) -> Preview:
        chosen = cls.chosen(shop, asked.options)
        return Preview(None, _nothing()) if chosen is cls else chosen.preview(shop, asked, now)

    def fetch(self) -> Iterator[Sequence[object]]:
        yield from ()

    def closing_note(self) -> str:
        return _nothing()

    def apply(self, item: object) -> Result:
        raise AssertionError(f"nothing was fetched, so {item} cannot be applied")

    def identity(self, item: object) -> tuple[str, str]:
        raise AssertionError(f"nothing was fetched, so {item} has no name")


def _nothing() -> str:
    return _("The shop does not synchronize items: choose a direction on its shop card.")
