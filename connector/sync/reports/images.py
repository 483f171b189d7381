"""30107: pictures of items and of products in Shopify are kept in step, one way or the other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from connector.sync.image_report import ImageReport
from connector.sync.images_from_shopify import ImagesFromShopify
from connector.sync.images_to_shopify import ImagesToShopify
from connector.sync.report import Asked, Preview, Report, Result
from shops.models import Product, ProductSettings, Shop

WAYS: Mapping[str, type[Report[Any]]] = {
    ProductSettings.SyncImages.TO_SHOPIFY: ImagesToShopify,
    ProductSettings.SyncImages.FROM_SHOPIFY: ImagesFromShopify,
}


class Images(ImageReport[Product]):
    """Does nothing itself, and says so: the shop decides which way pictures go."""

    in_sync_all = False  # only where a direction is chosen

    @classmethod
    def chosen(cls, shop: Shop, options: Mapping[str, str]) -> type[Report[Any]]:
        return WAYS.get(ProductSettings.of(shop).sync_item_images, cls)

    @classmethod
    def preview(cls, shop: Shop, asked: Asked, now: datetime) -> Preview:
        if cls.chosen(shop, asked.options) is cls:
            return Preview(0, _disabled())
        return super().preview(shop, asked, now)

    def fetch(self) -> Iterator[Sequence[Product]]:
        yield from ()

    def closing_note(self) -> str:
        return _disabled()

    def identity(self, item: Product) -> tuple[str, str]:
        return item.gid, item.title

    def apply(self, item: Product) -> Result:
        raise AssertionError("nothing was fetched")


def _disabled() -> str:
    return _("Images are not synchronized: choose a direction on the shop card.")
