"""Products of the sandbox as the connector knows them, and what hangs onto them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from connector.shopify.client import Client
from connector.sync.metafields import read_metafields
from connector.sync.models import ProductLink
from connector.sync.models.links import MappingState
from erp.models import Company, Item
from sandbox.records.metafield import Metafield as Record
from sandbox.store import Store
from shops.models import Metafield, Product, ProductSettings, Shop, Variant
from tests import factories


def mirrored(shop: Shop, store: Store, handle: str, item: Item | None = None) -> Product:
    """The product of this handle, with all its variants, linked with an item."""
    record = next(each for each in store.products() if each.handle == handle)
    product = Product.objects.create(
        shop=shop,
        gid=record.gid,
        title=record.title,
        handle=handle,
        created_at=record.created_at,
        updated_at=record.updated_at,
        seen_at=factories.NOW,
    )
    for variant in record.variants:
        Variant.objects.create(
            shop=shop, product=product, gid=variant.gid, title=record.title, seen_at=factories.NOW
        )
    if item is not None:
        ProductLink.objects.create(product=product, item=item, state=MappingState.MAPPED)
    return product


def sends_products(shop: Shop, **more: Any) -> None:
    """The books are in charge of the shop's products."""
    values = {"sync_item": "to_shopify", "can_update_shopify_products": True, **more}
    ProductSettings.objects.update_or_create(shop=shop, defaults=values)


def hang(
    store: Store, owner_gid: str, key: str, value: str, kind: str = "single_line_text_field"
) -> str:
    """Give a record a metafield in Shopify, or another value; returns its id."""
    for node in store.metafields_of(owner_gid):
        if node["key"] == key:
            known = store.records[node["id"]]
            assert isinstance(known, Record)
            store.put(replace(known, value=value, updated_at=store.clock.now()))
            return known.gid
    now, gid = store.clock.now(), store.new_gid("Metafield")
    store.put(Record(gid, owner_gid, "custom", key, kind, value, now, now))
    return gid


def values_of(store: Store, owner_gid: str) -> dict[str, str]:
    return {node["key"]: node["value"] for node in store.metafields_of(owner_gid)}


def read(client: Client, shop: Shop, *owners: str) -> None:
    read_metafields(client, shop, owners)


def edit(key: str, value: str) -> None:
    """As a person edits it on the page."""
    Metafield.objects.filter(key=key).update(value=value, dirty=True)


def make_item(books: Company, no: str) -> Item:
    return factories.make_item(books, no)
