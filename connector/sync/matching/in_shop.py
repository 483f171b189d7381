"""Whether a shop sells an item already: told by SKUs and bar codes that are exactly the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from connector.shopify.product_lookups import FoundVariant
from connector.sync.errors import RecordError
from connector.sync.mapping.wares import Stands, WantedVariant
from connector.sync.matching import hows

Hits = Mapping[str, Sequence[FoundVariant]]  # by SKU, or by bar code


@dataclass(frozen=True, slots=True)
class Existing:
    """A product that sells the item already, wholly or in part."""

    gid: str
    title: str
    variants: Mapping[str, Stands]  # variant gid → what it stands for
    how: str  # a mark of `hows`


# What a SKU is by the shop's SKU mapping. A variant code alone is one of many items'.
TELLING = {
    "item_no": hows.ITEM_NO,
    "item_and_variant": hows.ITEM_AND_VARIANT,
    "vendor_item_no": hows.VENDOR_ITEM_NO,
    "barcode": hows.SKU_IS_BARCODE,
}


def existing(
    item: str,
    wanted: Sequence[WantedVariant],
    by_sku: Hits,
    by_barcode: Hits,
    *,
    sku_mapping: str,
) -> Existing | None:
    """Return the product that sells the item, None when there is none. SKUs go before bar codes.

    Raises RecordError where nobody could tell which it is: nothing is linked then, or made twice.
    """
    found: dict[str, tuple[FoundVariant, Stands]] = {}
    for each in wanted:
        key, hits = _hits(each, by_sku, by_barcode)
        if len(hits) > 1:
            raise RecordError(_several(key, hits), "conflict")
        for hit in hits:
            if hit.gid in found:
                sentence = _("%(key)s stands for several variants of item %(item)s.")
                raise RecordError(sentence % {"key": key, "item": item}, "conflict")
            found[hit.gid] = hit, each.stands_for
    if not found:
        return None
    products = {hit.product_gid: hit.product_title for hit, _stands in found.values()}
    if len(products) > 1:
        sentence = _("Variants of item %(item)s are in several products of Shopify: %(titles)s.")
        titles = ", ".join(sorted(products.values()))
        raise RecordError(sentence % {"item": item, "titles": titles}, "conflict")
    ((gid, title),) = products.items()
    stands_for = {gid: stands for gid, (_hit, stands) in found.items()}
    by_skus = any(each.values["sku"] in by_sku for each in wanted)
    return Existing(gid, title, stands_for, TELLING[sku_mapping] if by_skus else hows.BARCODE)


def _hits(
    wanted: WantedVariant, by_sku: Hits, by_barcode: Hits
) -> tuple[str, Sequence[FoundVariant]]:
    sku, barcode = str(wanted.values["sku"] or ""), str(wanted.values["barcode"] or "")
    if sku and (hits := by_sku.get(sku)):
        return sku, hits
    return barcode, by_barcode.get(barcode, ()) if barcode else ()


def _several(key: str, hits: Sequence[FoundVariant]) -> str:
    sentence = _(
        "%(key)s is on %(count)s variants in Shopify (%(titles)s), so nobody knows which it is. "
        "Make it unique there, or map the product by hand."
    )
    titles = ", ".join(sorted({hit.product_title for hit in hits}))
    return sentence % {"key": key, "count": len(hits), "titles": titles}
