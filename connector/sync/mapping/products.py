"""A product of Shopify → the columns in which it is kept here."""

from __future__ import annotations

from typing import Any

from connector.shopify.nodes.product import ProductNode, VariantNode

DEFAULT_TITLE = "Default Title"  # of the variant of a product that comes in one kind only
LONGEST_URL = 500

PRODUCT_COLUMNS = (
    "title",
    "handle",
    "status",
    "vendor",
    "product_type",
    "category_gid",
    "category_name",
    "tags",
    "description_html",
    "seo_title",
    "seo_description",
    "options",
    "only_default_variant",
    "gift_card",
    "url",
    "image_gid",
    "created_at",
    "updated_at",
)
VARIANT_COLUMNS = (
    "product_gid",
    "title",
    "variant_title",
    "position",
    "options",
    "sku",
    "barcode",
    "price",
    "compare_at_price",
    "taxable",
    "inventory_policy",
    "inventory_item_gid",
    "tracked",
    "requires_shipping",
    "unit_cost",
    "weight",
    "weight_unit",
    "hs_code",
    "country_of_origin",
    "image_gid",
    "updated_at",
)


def product_values(node: ProductNode) -> tuple[Any, ...]:
    """In the order of PRODUCT_COLUMNS."""
    return (
        node.title[:255],
        node.handle[:255],
        node.status,
        node.vendor[:255],
        node.product_type[:255],
        node.category_gid,
        node.category_name[:255],
        list(node.tags),
        node.description_html,
        node.seo_title[:255],
        node.seo_description,
        list(node.options),
        node.only_default_variant,
        node.gift_card,
        node.url if len(node.url) <= LONGEST_URL else "",
        node.image_gid,
        node.created_at,
        node.updated_at,
    )


def variant_values(node: VariantNode, product: ProductNode) -> tuple[Any, ...]:
    """In the order of VARIANT_COLUMNS."""
    return (
        product.gid,
        product.title[:255],
        "" if node.title == DEFAULT_TITLE else node.title[:255],
        node.position,
        list(node.options),
        node.sku[:255],
        node.barcode[:255],
        node.price,
        node.compare_at_price,
        node.taxable,
        node.inventory_policy,
        node.inventory_item_gid,
        node.tracked,
        node.requires_shipping,
        node.unit_cost,
        node.weight,
        node.weight_unit,
        node.hs_code[:20],
        node.country_of_origin,
        node.image_gid,
        node.updated_at,
    )
