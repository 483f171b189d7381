"""Products of the sandbox as rows of ours, each variant mapped to an item of the books."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from connector.sync.models import ProductLink, VariantLink
from connector.sync.models.links import MappingState
from erp.models import Company as Books
from erp.models import Item
from sandbox.records.product import Product as ProductRecord
from sandbox.records.product import Variant as VariantRecord
from sandbox.store import Store
from shops.models import Product, Shop, Variant


def mapped(
    shop: Shop, books: Books, store: Store, prices: Mapping[str, str]
) -> dict[str, VariantLink]:
    """The variants with these SKUs, each mapped to an item of that number and price, by SKU."""
    links = {}
    for record in store.products():
        product = _product(shop, record)
        for variant in record.variants:
            if variant.sku and variant.sku in prices:
                item = Item.objects.create(
                    company=books,
                    no=variant.sku,
                    description=record.title,
                    vat_prod="VAT25",
                    unit_price=Decimal(prices[variant.sku]),
                )
                links[variant.sku] = _link(product, variant, item)
    return links


def _product(shop: Shop, record: ProductRecord) -> Product:
    product = Product.objects.create(
        shop=shop,
        gid=record.gid,
        title=record.title,
        options=["Title"],
        created_at=record.created_at,
        updated_at=record.updated_at,
        seen_at=record.updated_at,
    )
    ProductLink.objects.create(product=product)
    return product


def _link(product: Product, record: VariantRecord, item: Item) -> VariantLink:
    variant = Variant.objects.create(
        shop=product.shop,
        gid=record.gid,
        product=product,
        product_gid=product.gid,
        title=product.title,
        variant_title="" if record.title == "Default Title" else record.title,
        sku=record.sku or "",
        price=record.price,
        inventory_item_gid=record.inventory_item_gid,
        updated_at=product.updated_at,
        seen_at=product.seen_at,
    )
    return VariantLink.objects.create(variant=variant, item=item, state=MappingState.MAPPED)


def edited(store: Store, sku: str, **values: Any) -> None:
    """Change a variant as a merchant does in Shopify's admin."""
    product, _variant = store.variants_by_sku()[sku]
    variants = tuple(
        replace(each, **values) if each.sku == sku else each for each in product.variants
    )
    store.put(replace(product, variants=variants))


def sold_at(store: Store, sku: str) -> tuple[Decimal, Decimal | None]:
    """Price and compare-at price in Shopify."""
    _product, variant = store.variants_by_sku()[sku]
    return variant.price, variant.compare_at_price
