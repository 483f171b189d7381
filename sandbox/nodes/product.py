"""A product and its variants, as Shopify shows them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from sandbox.nodes import Node
from sandbox.nodes.collection import published_on, resource_publications
from sandbox.nodes.lazy import (
    Around,
    Lazy,
    Ordered,
    metafield_finder,
    metafields_finder,
    picked,
    translations_finder,
)
from sandbox.nodes.media import image_node
from sandbox.nodes.taxonomy import category_node
from sandbox.nodes.values import count, legacy_id, money, written
from sandbox.records.media import Media
from sandbox.records.product import DEFAULT_TITLE, Option, Product, Variant

BREAK = re.compile(r"<br[^>]*>|</(?:p|div|li|tr|h[1-6])>", re.IGNORECASE)
TAG = re.compile(r"<[^>]*>")
SOLD = ("ACTIVE", "UNLISTED")


def product_node(record: Product, around: Around) -> Lazy:
    """Return the product without its variants, which refer back to it."""
    fields = {
        "__typename": "Product",
        "id": record.gid,
        "legacyResourceId": legacy_id(record.gid),
        "handle": record.handle,
        "title": record.title,
        "descriptionHtml": record.description_html,
        "vendor": record.vendor,
        "productType": record.product_type,
        "tags": list(record.tags),
        "status": record.status,
        "isGiftCard": record.is_gift_card,
        "createdAt": written(record.created_at),
        "updatedAt": written(record.updated_at),
        "totalInventory": sum(variant.inventory_quantity for variant in record.variants),
        "hasOnlyDefaultVariant": [v.title for v in record.variants] == [DEFAULT_TITLE],
        "variantsCount": count(len(record.variants)),
    }
    return ProductNode(fields, record, around)


def _since(record: Product, around: Around) -> str | None:
    """Return since when the online store shows it; null while it does not."""
    for gid, since in record.published:
        node = around.nodes.get(gid)
        if record.status in SOLD and node and node["app"]["handle"] == "online_store":
            return written(since)
    return None


def _online(record: Product, around: Around) -> str | None:
    shown = _since(record, around) is not None
    return f"https://{around.domain}/products/{record.handle}" if shown else None


def plain(html: str) -> str:
    """Return the text of a body, without tags."""
    return " ".join(TAG.sub("", BREAK.sub(" ", html)).split())


def _description(record: Product, _around: Around) -> Any:
    def cut(args: Mapping[str, Any]) -> str:
        text, most = plain(record.description_html), args.get("truncateAt")
        return text if most is None or len(text) <= most else text[: max(0, most - 3)] + "..."

    return cut


def _media(record: Product, around: Around) -> Any:
    def find(args: Mapping[str, Any]) -> Ordered:
        """Serve `query: "id:…"` and `sortKey`, as far as a place in the list can tell."""
        found = picked(around.nodes, record.media_gids)
        wanted = re.findall(r"id:'?\"?(?:gid://\S*/)?(\d+)", args.get("query") or "")
        if wanted:
            found = Ordered(node for node in found if legacy_id(node["id"]) in wanted)
        if args.get("sortKey") == "ID":
            found = Ordered(sorted(found, key=lambda node: int(legacy_id(node["id"]))))
        return found

    return find


def pictures(gids: tuple[str, ...], around: Around) -> list[Node]:
    """Return the pictures that are ready."""
    media = [node.record for node in picked(around.nodes, gids) if isinstance(node, Lazy)]
    images = [image_node(record, around) for record in media if isinstance(record, Media)]
    return [image for image in images if image is not None]


def _first(found: list[Node]) -> Node | None:
    return found[0] if found else None


def option_nodes(record: Product) -> list[Node]:
    used = {pair for variant in record.variants for pair in variant.options}
    if not record.options:
        return [_default_option(record)]
    return [_option(option, place, used) for place, option in enumerate(record.options, 1)]


def _option(option: Option, place: int, used: set[tuple[str, str]]) -> Node:
    values = [
        {
            "__typename": "ProductOptionValue",
            "id": value.gid,
            "name": value.name,
            "hasVariants": (option.name, value.name) in used,
            "linkedMetafieldValue": None,
        }
        for value in option.values
    ]
    return {
        "__typename": "ProductOption",
        "id": option.gid,
        "name": option.name,
        "position": place,
        "linkedMetafield": None,
        "optionValues": values,
        "values": [node["name"] for node in values if node["hasVariants"]],
    }


def default_option_gid(product_gid: str) -> str:
    """Return the id of the option "Title", which every product without options has."""
    return f"gid://shopify/ProductOption/{legacy_id(product_gid)}"


def _default_option(record: Product) -> Node:
    gid = default_option_gid(record.gid)
    value = {
        "__typename": "ProductOptionValue",
        "id": gid.replace("/ProductOption/", "/ProductOptionValue/"),
        "name": DEFAULT_TITLE,
        "hasVariants": True,
        "linkedMetafieldValue": None,
    }
    return {
        "__typename": "ProductOption",
        "id": gid,
        "name": "Title",
        "position": 1,
        "linkedMetafield": None,
        "optionValues": [value],
        "values": [DEFAULT_TITLE],
    }


def _prices(record: Product, around: Around) -> Node:
    prices = sorted(variant.price for variant in record.variants)
    return {
        "minVariantPrice": money(price(prices[0]), around.currency),
        "maxVariantPrice": money(price(prices[-1]), around.currency),
    }


def _values(record: Product, _around: Around) -> dict[tuple[str, str], Node]:
    """Return the option values by name of option and value."""
    return {
        (option["name"], value["name"]): value
        for option in option_nodes(record)
        for value in option["optionValues"]
    }


class ProductNode(Lazy):
    kept = frozenset({"_values"})
    makers = {
        "_values": _values,
        "publishedAt": _since,
        "onlineStoreUrl": _online,
        "onlineStorePreviewUrl": lambda record, around: (
            f"https://{around.domain}/products_preview?preview_key={legacy_id(record.gid)}"
        ),
        "description": _description,
        "bodyHtml": lambda record, _: record.description_html,
        "seo": lambda record, _: {"title": record.seo_title, "description": record.seo_description},
        "category": lambda record, _: category_node(record.category_gid),
        "templateSuffix": lambda record, _: record.template_suffix,
        "options": lambda record, _: lambda args: option_nodes(record)[: args.get("first")],
        "media": _media,
        "mediaCount": lambda record, _: count(len(record.media_gids)),
        "featuredMedia": lambda record, around: _first(picked(around.nodes, record.media_gids)),
        "images": lambda record, around: lambda _args: Ordered(pictures(record.media_gids, around)),
        "featuredImage": lambda record, around: _first(pictures(record.media_gids, around)),
        "collections": lambda record, around: lambda _args: around.collections_of(record.gid),
        "inCollection": lambda record, around: (
            lambda args: args["id"] in {node["id"] for node in around.collections_of(record.gid)}
        ),
        "metafield": lambda record, around: metafield_finder(record.gid, around),
        "metafields": lambda record, around: metafields_finder(record.gid, around),
        "translations": lambda record, around: translations_finder(record.gid, around),
        "publishedOnPublication": lambda record, _: published_on(record.published),
        "resourcePublications": lambda record, around: resource_publications(
            record.published, "ResourcePublication", around.nodes[record.gid], around
        ),
        "resourcePublicationsV2": lambda record, around: resource_publications(
            record.published, "ResourcePublicationV2", around.nodes[record.gid], around
        ),
        "resourcePublicationsCount": lambda record, _: lambda _args: count(len(record.published)),
        "availablePublicationsCount": lambda record, _: count(len(record.published)),
        "priceRangeV2": _prices,
        "totalVariants": lambda record, _: len(record.variants),
        "tracksInventory": lambda record, _: any(variant.tracked for variant in record.variants),
        "hasOutOfStockVariants": lambda record, _: any(
            variant.tracked and variant.inventory_quantity <= 0 for variant in record.variants
        ),
        "hasVariantsThatRequiresComponents": lambda _record, _around: False,
        "requiresSellingPlan": lambda _record, _around: False,
        "giftCardTemplateSuffix": lambda _record, _around: None,
        "combinedListingRole": lambda _record, _around: None,
    }


def variant_node(
    record: Variant, product: Product, parent: Node, position: int, around: Around
) -> Lazy:
    fields = {
        "__typename": "ProductVariant",
        "id": record.gid,
        "legacyResourceId": legacy_id(record.gid),
        "title": record.title,
        "displayName": f"{product.title} - {record.title}",
        "sku": record.sku,
        "barcode": record.barcode,
        "position": position,
        "price": price(record.price),
        "compareAtPrice": None
        if record.compare_at_price is None
        else price(record.compare_at_price),
        "taxable": record.taxable,
        "availableForSale": product.status in SOLD,
        "inventoryQuantity": record.inventory_quantity,
        "inventoryPolicy": record.inventory_policy,
        "createdAt": written(record.created_at or product.created_at),
        "updatedAt": written(record.updated_at or product.updated_at),
        "product": parent,
    }
    return VariantNode(fields, (record, product), around)


Pair = tuple[Variant, Product]


def _selected(pair: Pair, around: Around) -> list[Node]:
    record, product = pair
    values = around.nodes[product.gid]["_values"]
    return [
        {"name": name, "value": value, "optionValue": values[name, value]}
        for name, value in record.options or (("Title", record.title),)
    ]


class VariantNode(Lazy):
    makers = {
        "selectedOptions": _selected,
        "media": lambda pair, around: picked(around.nodes, pair[0].media_gids),
        "image": lambda pair, around: lambda _args: _first(pictures(pair[0].media_gids, around)),
        "metafield": lambda pair, around: metafield_finder(pair[0].gid, around),
        "metafields": lambda pair, around: metafields_finder(pair[0].gid, around),
        "translations": lambda pair, around: translations_finder(pair[0].gid, around),
        "inventoryItem": lambda pair, around: around.nodes[pair[0].inventory_item_gid],
        "requiresComponents": lambda _pair, _around: False,
        "showUnitPrice": lambda _pair, _around: False,
        "sellableOnlineQuantity": lambda pair, _: max(0, pair[0].inventory_quantity),
        "unitPrice": lambda _pair, _around: None,
        "unitPriceMeasurement": lambda _pair, _around: None,
        "taxCode": lambda _pair, _around: None,
    }


def price(amount: Decimal) -> str:
    return f"{amount:.2f}"
