"""Gathers, in a fixed number of queries, the products whose items' changes are sent to Shopify."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from connector.sync.mapping.export_plans import Linked, Seen
from connector.sync.mapping.wanted import Status
from connector.sync.mapping.wares import Stands, Ware
from connector.sync.models import ProductExport, VariantLink
from connector.sync.products.wares import wares_of
from erp.models import Company
from shops.models import Product, ProductSettings, Variant

_FIELDS = (
    *("gid", "options", "sku", "barcode", "price", "compare_at_price", "unit_cost", "weight"),
    *("weight_unit", "hs_code", "country_of_origin", "inventory_policy", "tracked"),
)
PRODUCT_COLUMNS = ("title", "description_html", "vendor", "product_type", "status")


@dataclass(frozen=True, slots=True)
class Sendable:
    """One product, as the mirror has it and as the books do."""

    product: Product
    linked: Linked
    wares: Mapping[int, Ware]  # of all items that its variants stand for
    export: ProductExport | None


def sendables(
    books: Company, products: Sequence[Product], settings: ProductSettings, day: date
) -> list[Sendable]:
    """The products come with their link; each is mapped to an item."""
    links = _links([product.pk for product in products])
    items = {product.link.item_id for product in products}
    items |= {link.item_id for rows in links.values() for link in rows}
    wares = wares_of(books, {pk for pk in items if pk is not None}, settings, day)
    rows = ProductExport.objects.filter(product__in=[product.pk for product in products])
    exports = {row.product_id: row for row in rows}
    return [
        _sendable(product, links[product.pk], wares, exports.get(product.pk), settings)
        for product in products
    ]


def _links(products: Collection[int]) -> dict[int, list[VariantLink]]:
    found: dict[int, list[VariantLink]] = defaultdict(list)
    rows = VariantLink.objects.filter(
        variant__product__in=products, variant__gone_at__isnull=True, item__isnull=False
    ).select_related("variant")
    for link in rows.order_by("variant__position", "pk"):
        found[link.variant.product_id or 0].append(link)
    return found


def _sendable(
    product: Product,
    links: Sequence[VariantLink],
    wares: Mapping[int, Ware],
    export: ProductExport | None,
    settings: ProductSettings,
) -> Sendable:
    remembered = Status(None, export.former_status, export.made_status) if export else Status()
    linked = Linked(
        ware=wares[product.link.item_id or 0],
        values={name: getattr(product, name) for name in PRODUCT_COLUMNS},
        options=tuple(product.options),
        only_default_variant=product.only_default_variant,
        variants=tuple(_seen(link, wares, settings) for link in links),
        status=remembered,
        altered=export.altered if export else {},
    )
    return Sendable(product, linked, wares, export)


def _seen(link: VariantLink, wares: Mapping[int, Ware], settings: ProductSettings) -> Seen:
    item = link.item_id or 0
    uom = link.uom or _unit_among(link.variant.options, wares[item], settings)
    return Seen(seen_values(link.variant), (item, link.item_variant_id, uom))


def _unit_among(options: Sequence[str], ware: Ware, settings: ProductSettings) -> str:
    """Where units are variants, a product that was not made by us tells the unit by an option."""
    if not settings.uom_as_variant:
        return ""
    units = {unit.casefold(): unit for unit in ware.units}
    return next((units[o.casefold()] for o in options if o.casefold() in units), "")


def seen_values(variant: Variant) -> dict[str, Any]:
    return {name: getattr(variant, name) for name in _FIELDS}


def stands_of(sendable: Sendable) -> list[Stands]:
    return [seen.stands_for for seen in sendable.linked.variants]
