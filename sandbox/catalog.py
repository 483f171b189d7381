"""Products on the shelf: put there, changed and taken away, and told of by webhook.

Both doors lead here, the API and what a merchant does in Shopify's own pages.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal

from sandbox.changes import Refused
from sandbox.changes.product import settled
from sandbox.outbox import Delivery, product_body
from sandbox.records.collection import Collection
from sandbox.records.product import Product
from sandbox.store import Store

NOTHING = Decimal(0)  # the price of a variant that was given none


def required(store: Store, gid: str, field: tuple[str, ...], code: str | None = None) -> Product:
    """Return the product. Raises Refused when there is none."""
    product = store.product(gid)
    if product is None:
        raise Refused("Product does not exist", field, code)
    return product


def stocked(store: Store, product: Product) -> None:
    """Take a new product in."""
    store.put(product)
    _tell(store, "products/create", product.gid)


def undone(store: Store, gid: str, deliveries: list[Delivery]) -> None:
    """Take away a new product that nobody was told of after all."""
    store.remove(gid)
    store.outbox.deliveries = deliveries


def kept(store: Store, before: Product, after: Product) -> Product:
    """Take a changed product in; one that is as it was stays as it is, its times too."""
    settled_ = settled(before, after, store.clock.now())
    if settled_ is not before:
        store.put(settled_)
        _tell(store, "products/update", before.gid)
    return settled_


def touched(store: Store, gid: str) -> None:
    """Say that something that hangs onto a product changed."""
    product = store.product(gid)
    if product is not None:
        store.put(replace(product, updated_at=store.clock.now()))
        _tell(store, "products/update", gid)


def dropped(store: Store, product: Product) -> None:
    """Take a product away, also out of its collections."""
    for collection in store.collections():
        if product.gid in collection.product_gids:
            _gather(store, collection, [g for g in collection.product_gids if g != product.gid])
    number = int(store.nodes[product.gid]["legacyResourceId"])
    store.remove(product.gid)
    store.outbox.add("products/delete", store.clock.now(), {"id": number})


def gathered(
    store: Store, gid: str, join: Sequence[str] = (), leave: Sequence[str] = ()
) -> list[Collection]:
    """Return the collections as they are with the product in some and out of others.

    Raises Refused for collections that do not exist or fill themselves.
    """
    changed = []
    for field, wanted in (("collectionsToJoin", join), ("collectionsToLeave", leave)):
        for collection_gid in wanted:
            collection = store.records.get(collection_gid)
            if not isinstance(collection, Collection):
                raise Refused("Collection does not exist", (field,))
            if collection.smart:
                message = "Can't manually add or remove products of a smart collection"
                raise Refused(message, (field,))
            others = tuple(known for known in collection.product_gids if known != gid)
            after = (*others, gid) if field == "collectionsToJoin" else others
            if set(after) != set(collection.product_gids):
                changed.append(replace(collection, product_gids=after))
    return changed


def put_collections(store: Store, changed: Iterable[Collection]) -> None:
    for collection in changed:
        _gather(store, collection, collection.product_gids)


def _gather(store: Store, collection: Collection, gids: Sequence[str]) -> None:
    store.put(replace(collection, product_gids=tuple(gids), updated_at=store.clock.now()))


def _tell(store: Store, topic: str, gid: str) -> None:
    store.outbox.add(topic, store.clock.now(), product_body(store.nodes[gid]))
