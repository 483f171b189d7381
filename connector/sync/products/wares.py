"""Gathers, in a fixed number of queries, what the books know of items that are sold in a shop."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection
from datetime import date
from decimal import Decimal

from connector.sync import hooks
from connector.sync.mapping.wares import Trait, Ware, WareVariant
from erp.attributes import Key, shown, values_of
from erp.models import Company, Item, ItemReference, ItemText, ItemVariant, Lookup
from erp.texts import as_html, texts_of, titles_of
from shops.models import ProductSettings


def wares_of(
    books: Company, items: Collection[int], settings: ProductSettings, day: date
) -> dict[int, Ware]:
    """{item: what is known of it}; `day` is today where the shop is, for texts with a season."""
    rows = Item.objects.filter(pk__in=items).select_related("vendor")
    language = settings.language
    numbers = _numbers(items)
    traits = _traits(items, language)
    extended = _texts(items, settings, day, ItemText.Kind.EXTENDED)
    marketing = _texts(items, settings, day, ItemText.Kind.MARKETING)
    titles = titles_of(items, language) if language else {}
    categories = _categories(books, rows)
    variants: dict[int, list[ItemVariant]] = defaultdict(list)
    for variant in ItemVariant.objects.filter(item__in=items).order_by("code"):
        variants[variant.item_id].append(variant)
    found = (
        Ware(
            key=item.pk,
            no=item.no,
            description=item.description,
            title=titles.get(item.pk, ""),
            blocked=item.blocked,
            sales_blocked=item.sales_blocked,
            vendor=(item.vendor.name or item.vendor.no) if item.vendor else "",
            category=categories.get(item.category, item.category),
            category_code=item.category,
            base_uom=item.base_uom,
            sales_uom=item.sales_uom,
            units={item.base_uom: Decimal(1)} | {u: Decimal(q) for u, q in item.units.items()},
            weight=item.unit_weight,
            hs_code=item.tariff_no,
            country_of_origin=item.country_of_origin,
            extended_texts=tuple(as_html(text) for text in extended.get(item.pk, ())),
            marketing_texts=tuple(marketing.get(item.pk, ())),
            itself=_itself(item, numbers, traits),
            variants=tuple(_variant(item, v, numbers, traits) for v in variants[item.pk]),
        )
        for item in rows
    )
    return {ware.key: hooks.gathered(settings.shop, ware) for ware in found}


class _Numbers:
    """Bar codes by unit, and what the vendor calls it; the last one written counts, as in BC."""

    def __init__(self) -> None:
        self.barcodes: dict[str, str] = {}
        self.vendor = ""


_Traits = Callable[[int, int | None], tuple[Trait, ...]]


def _numbers(items: Collection[int]) -> dict[Key, _Numbers]:
    found: dict[Key, _Numbers] = defaultdict(_Numbers)
    for row in ItemReference.objects.filter(item__in=items).order_by("pk"):
        numbers = found[row.item_id, row.variant_id]
        if row.type == ItemReference.Type.BARCODE:
            numbers.barcodes[row.uom] = row.number
        else:
            numbers.vendor = row.number
    return found


def _traits(items: Collection[int], language: str) -> _Traits:
    values = values_of(items)

    def of(item: int, variant: int | None) -> tuple[Trait, ...]:
        rows = [row for row in values.get((item, variant), ()) if not row.attribute.blocked]
        return tuple(Trait(row.attribute_id, *shown(row, language)) for row in rows)

    return of


def _texts(
    items: Collection[int], settings: ProductSettings, day: date, kind: ItemText.Kind
) -> dict[int, list[str]]:
    """Nothing is read that the shop does not show."""
    extended = kind == ItemText.Kind.EXTENDED
    wanted = settings.sync_item_extended_text if extended else settings.sync_item_marketing_text
    return texts_of(items, kind, settings.language, day) if wanted else {}


def _categories(books: Company, items: Collection[Item]) -> dict[str, str]:
    codes = {item.category for item in items if item.category}
    rows = Lookup.objects.filter(company=books, kind=Lookup.Kind.CATEGORY, code__in=codes)
    return {row.code: row.description or row.code for row in rows}


def _itself(item: Item, numbers: dict[Key, _Numbers], traits: _Traits) -> WareVariant:
    own = numbers[item.pk, None]
    return WareVariant(
        "",
        barcodes=_with_gtin(own.barcodes, item.gtin),
        vendor_item_no=item.vendor_item_no or own.vendor,
        traits=traits(item.pk, None),
    )


def _variant(
    item: Item, variant: ItemVariant, numbers: dict[Key, _Numbers], traits: _Traits
) -> WareVariant:
    own = numbers[item.pk, variant.pk]
    return WareVariant(
        variant.code,
        key=variant.pk,
        description=variant.description,
        blocked=variant.blocked,
        barcodes=_with_gtin(own.barcodes, variant.gtin),
        vendor_item_no=own.vendor,
        traits=traits(item.pk, variant.pk),
    )


def _with_gtin(barcodes: dict[str, str], gtin: str) -> dict[str, str]:
    """The GTIN is the usual bar code; a reference of a unit says more."""
    return {"": gtin} | barcodes if gtin else dict(barcodes)
