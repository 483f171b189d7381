"""What can be searched for in products, variants and collections."""

from __future__ import annotations

from collections.abc import Iterable

from sandbox.gql.cursor import id_number
from sandbox.gql.search import Predicate, Term, everything
from sandbox.gql.search_keys import (
    DATES,
    TAG,
    any_of,
    boolean,
    decimal,
    field,
    inverted,
    number,
    text,
    time,
    tokens,
)
from sandbox.nodes import Node


def _own_id(node: Node) -> tuple[int]:
    return (id_number(node["id"]),)


def _skus(node: Node) -> list[str | None]:
    return [variant["sku"] for variant in node["variants"]]


def _barcodes(node: Node) -> list[str | None]:
    return [variant["barcode"] for variant in node["variants"]]


def _collections(node: Node) -> Iterable[int]:
    collections = node["collections"]({})
    return [id_number(collection["id"]) for collection in collections]


def published_status(term: Term) -> Predicate:
    """Match by the online store: published, unpublished, or any."""
    match term.value.lower():
        case "published" | "visible" | "online_store:visible":
            return lambda node: node["publishedAt"] is not None
        case "unpublished" | "hidden" | "online_store:hidden":
            return lambda node: node["publishedAt"] is None
    return everything


PRODUCTS = {
    **DATES,
    "id": any_of(number(_own_id)),
    "title": tokens(lambda node: (node["title"],)),
    "handle": field("handle"),
    "vendor": field("vendor"),
    "product_type": field("productType"),
    "status": any_of(field("status")),
    "tag": TAG,
    "tag_not": inverted(TAG),
    "gift_card": boolean("isGiftCard"),
    "sku": tokens(_skus),
    "barcode": text(_barcodes),
    "price": decimal(lambda node: [variant["price"] for variant in node["variants"]]),
    "inventory_total": number(lambda node: (node["totalInventory"],)),
    "variant_id": number(lambda node: [id_number(v["id"]) for v in node["variants"]]),
    "variant_title": tokens(lambda node: [variant["title"] for variant in node["variants"]]),
    "collection_id": number(_collections),
    "has_only_default_variant": boolean("hasOnlyDefaultVariant"),
    "tracks_inventory": boolean("tracksInventory"),
    "out_of_stock_somewhere": boolean("hasOutOfStockVariants"),
    "published_at": time("publishedAt"),
    "published_status": published_status,
}
VARIANTS = {
    "id": any_of(number(_own_id)),
    "updated_at": time("updatedAt"),
    "title": tokens(lambda node: (node["title"],)),
    "sku": tokens(lambda node: (node["sku"],)),
    "barcode": field("barcode"),
    "taxable": boolean("taxable"),
    "product_id": number(lambda node: _own_id(node["product"])),
    "product_ids": any_of(number(lambda node: _own_id(node["product"]))),
    "inventory_quantity": number(lambda node: (node["inventoryQuantity"],)),
    "vendor": text(lambda node: (node["product"]["vendor"],)),
    "product_type": text(lambda node: (node["product"]["productType"],)),
    "product_status": any_of(text(lambda node: (node["product"]["status"],))),
    "tag": text(lambda node: node["product"]["tags"]),
    "tag_not": inverted(text(lambda node: node["product"]["tags"])),
    "gift_card": lambda term: _of_product(boolean("isGiftCard")(term)),
    "managed": lambda term: _of_item(boolean("tracked")(term)),
    "collection": number(lambda node: _collections(node["product"])),
}


def _of_product(predicate: Predicate) -> Predicate:
    return lambda node: predicate(node["product"])


def _of_item(predicate: Predicate) -> Predicate:
    return lambda node: predicate(node["inventoryItem"])


COLLECTIONS = {
    "id": number(_own_id),
    "title": tokens(lambda node: (node["title"],)),
    "handle": field("handle"),
    "updated_at": time("updatedAt"),
    "collection_type": field("collectionType"),
    "product_id": number(lambda node: [id_number(product["id"]) for product in node["products"]]),
}
FILES = {
    **DATES,
    "id": number(_own_id),
    "filename": field("filename"),
    "status": field("fileStatus"),
    "media_type": text(lambda node: (node.get("mediaContentType"),)),
}
