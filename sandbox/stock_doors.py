"""/__sandbox/stock: what a merchant does to the stock behind the back of who asks the API.

{"sku": "LAMP", "location": "West", "available": 7}; without a location, at the shop's first one.
{"sku": "LAMP", "available": null} takes it from the place, {"tracked": false} counts it no more,
{"bundle": true} makes it a bundle, whose stock Shopify lets nobody set; {"incoming": 5} is on its way.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sandbox.asked import BadRequest
from sandbox.records.product import Product, Variant
from sandbox.store import Store


def change_stock(store: Store, given: Mapping[str, Any]) -> dict[str, Any]:
    """Do it and tell how the level stands. Raises BadRequest for what is not there."""
    stock = store.inventory
    found = store.variants_by_sku().get(str(given.get("sku")))
    if found is None:
        raise BadRequest(f"There is no variant with the SKU {given.get('sku')}.")
    item, place = found[1].inventory_item_gid, _place(store, given.get("location"))
    if "tracked" in given:
        _track(store, *found, tracked=bool(given["tracked"]))
    if "bundle" in given:
        (stock.kept.bundles.add if given["bundle"] else stock.kept.bundles.discard)(item)
    if "available" in given and given["available"] is None:
        stock.unstock(item, place)
    elif "available" in given:
        stock.stock(item, place)
        before = stock.kept.levels[item, place].available
        stock.change(item, place, int(given["available"]) - before)
    if "incoming" in given:
        stock.set_incoming(item, place, int(given["incoming"]))
    store.revision += 1
    level = stock.level(item, place)
    names = ("available", "committed", "on_hand", "incoming")
    return {name: getattr(level, name) if level else None for name in names}


def _track(store: Store, product: Product, variant: Variant, *, tracked: bool) -> None:
    variants = tuple(
        replace(each, tracked=tracked) if each is variant else each for each in product.variants
    )
    store.put(replace(product, variants=variants))


def _place(store: Store, name: Any) -> str:
    for place in store.locations():
        if name in {None, place.name}:
            return place.gid
    raise BadRequest(f"There is no location called {name}.")
