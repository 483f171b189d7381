"""A product and its variants, as `products_page.graphql` and `product_variants.graphql` ask."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class VariantNode:
    gid: str
    title: str  # "Default Title" where the product comes in one kind only
    position: int  # from 1
    options: tuple[str, ...]  # values, in the order of the product's options
    sku: str  # not unique in Shopify, and may be ""
    barcode: str  # or ""
    price: Decimal  # in the shop's currency
    compare_at_price: Decimal | None  # what it cost before
    taxable: bool
    inventory_policy: str  # "DENY" or "CONTINUE"
    inventory_item_gid: str
    tracked: bool
    requires_shipping: bool
    unit_cost: Decimal | None  # in the shop's currency; None also where the app may not see it
    weight: Decimal | None  # in `weight_unit`
    weight_unit: str  # "GRAMS", "KILOGRAMS", "OUNCES" or "POUNDS"; "" without a weight
    hs_code: str  # digits only, or ""
    country_of_origin: str  # ISO 3166-1, two letters, or ""
    image_gid: str  # its own picture, or ""
    updated_at: datetime  # aware, UTC

    @classmethod
    def from_node(cls, node: dict[str, Any]) -> Self:
        """Raises KeyError, TypeError, ValueError or ArithmeticError on another shape."""
        stock = node["inventoryItem"]
        weight = (stock["measurement"] or {}).get("weight")
        pictures = node["media"]["nodes"]
        return cls(
            gid=node["id"],
            title=node["title"],
            position=node["position"],
            options=tuple(option["value"] for option in node["selectedOptions"]),
            sku=node["sku"] or "",
            barcode=node["barcode"] or "",
            price=Decimal(node["price"]),
            compare_at_price=_amount(node["compareAtPrice"]),
            taxable=node["taxable"],
            inventory_policy=node["inventoryPolicy"],
            inventory_item_gid=stock["id"],
            tracked=stock["tracked"],
            requires_shipping=stock["requiresShipping"],
            unit_cost=_amount(stock["unitCost"] and stock["unitCost"]["amount"]),
            weight=Decimal(str(weight["value"])) if weight else None,
            weight_unit=weight["unit"] if weight else "",
            hs_code=stock["harmonizedSystemCode"] or "",
            country_of_origin=stock["countryCodeOfOrigin"] or "",
            image_gid=pictures[0]["id"] if pictures else "",
            updated_at=datetime.fromisoformat(node["updatedAt"]),
        )


@dataclass(frozen=True, slots=True)
class ProductNode:
    gid: str
    handle: str
    title: str
    description_html: str  # as somebody wrote it: may hold anything
    status: str  # "ACTIVE", "ARCHIVED", "DRAFT" or "UNLISTED"
    vendor: str
    product_type: str
    tags: tuple[str, ...]  # sorted
    category_gid: str  # of Shopify's taxonomy, or ""
    category_name: str  # its full name, or ""
    seo_title: str
    seo_description: str
    options: tuple[str, ...]  # names by position; one kind only: ("Title",)
    only_default_variant: bool
    gift_card: bool
    url: str  # in the online store; "" where it is not
    image_gid: str  # its first picture, or ""
    created_at: datetime  # aware, UTC
    updated_at: datetime  # aware, UTC
    variants: tuple[VariantNode, ...]  # by position
    whole: bool  # all variants are here; not so when it was deleted while it was read

    @classmethod
    def from_node(cls, node: dict[str, Any]) -> Self:
        """Raises KeyError, TypeError, ValueError or ArithmeticError on another shape."""
        category, seo, picture = node["category"], node["seo"], node["featuredMedia"]
        return cls(
            gid=node["id"],
            handle=node["handle"],
            title=node["title"],
            description_html=node["descriptionHtml"] or "",
            status=node["status"],
            vendor=node["vendor"] or "",
            product_type=node["productType"] or "",
            tags=tuple(sorted(node["tags"])),
            category_gid=category["id"] if category else "",
            category_name=category["fullName"] if category else "",
            seo_title=seo["title"] or "",
            seo_description=seo["description"] or "",
            options=tuple(option["name"] for option in node["options"]),
            only_default_variant=node["hasOnlyDefaultVariant"],
            gift_card=node["isGiftCard"],
            url=node["onlineStoreUrl"] or "",
            image_gid=picture["id"] if picture else "",
            created_at=datetime.fromisoformat(node["createdAt"]),
            updated_at=datetime.fromisoformat(node["updatedAt"]),
            variants=tuple(map(VariantNode.from_node, node["variants"]["nodes"])),
            whole=not node["variants"]["pageInfo"]["hasNextPage"],
        )


def _amount(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
