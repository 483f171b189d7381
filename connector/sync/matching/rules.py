"""Which item a variant of Shopify stands for: the shop's rule for SKUs, then the bar code.

Pure: what the books have comes in as an `Index`. A hit says how it was found, a miss why not; where
several things fit, they are listed, and nobody guesses. Source: BC's SKU mapping.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from django.utils.translation import gettext as _

from connector.sync.matching import hows

LONGEST_NO, LONGEST_CODE, LONGEST_NUMBER = 20, 10, 50  # characters in the books
ITEM_AND_VARIANT = 2  # parts of a SKU that names both


@dataclass(frozen=True, slots=True)
class Rules:
    """What a shop decides about finding items."""

    sku: str = "item_no"  # a value of ProductSettings.SkuMapping
    separator: str = "|"
    barcode: bool = True  # look for the bar code where the SKU finds nothing
    uom_option: str = ""  # name of the option that is a unit of measure; "": none is


@dataclass(frozen=True, slots=True)
class Sold:
    """As much of a variant as finding its item takes."""

    sku: str
    barcode: str = ""
    vendor: str = ""  # of the product
    item_id: int | None = None  # that the whole product is linked to
    item_no: str = ""  # the number of that item
    alone: bool = True  # the product has no variants but of one thing in several units
    rivals: tuple[
        str, ...
    ] = ()  # other variants of the shop with the same SKU, as people name them


class Target(NamedTuple):
    """Something in the books: an item, a variant of it, a unit of it."""

    item_id: int
    variant_id: int | None = None
    uom: str = ""


class Numbered(NamedTuple):
    """One thing that a number of a vendor stands for."""

    target: Target
    vendor_id: int | None


@dataclass(frozen=True, slots=True)
class Index:
    """What the books have of what a batch of variants asks for. Codes and numbers in upper case."""

    items: Mapping[str, int] = field(default_factory=dict)  # by number
    variants: Mapping[tuple[int, str], int] = field(default_factory=dict)  # by item and code
    vendors: Mapping[str, frozenset[int]] = field(default_factory=dict)  # by number or name
    vendor_numbers: Mapping[str, Sequence[Numbered]] = field(default_factory=dict)
    barcodes: Mapping[str, Sequence[Target]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Match:
    target: Target
    how: str  # see `hows`


@dataclass(frozen=True, slots=True)
class Miss:
    """`conflict`: a person has to choose, among `candidates` where there are any."""

    reason: str
    conflict: bool = False
    candidates: tuple[tuple[Target, str], ...] = ()  # and how each was found


Answer = Match | Miss


def find(sold: Sold, rules: Rules, index: Index) -> Answer:
    """The item of one variant, or why there is none."""
    if sold.item_id is not None and sold.alone:
        return Match(Target(sold.item_id), hows.PRODUCT)
    by_sku = _by_sku(sold, rules, index)
    if sold.rivals and not (isinstance(by_sku, Miss) and by_sku.conflict):
        return _contested(sold, by_sku)
    if isinstance(by_sku, Match) or by_sku.conflict or not rules.barcode:
        return by_sku
    by_barcode = _by_barcode(sold.barcode, index, hows.BARCODE)
    if isinstance(by_barcode, Match) or by_barcode.conflict:
        return by_barcode
    return Miss(" ".join(filter(None, [by_sku.reason, by_barcode.reason])))


def code(text: str, longest: int) -> str:
    """A number or code as the books keep it; "" when it cannot be one."""
    kept = text.strip().upper()
    return kept if len(kept) <= longest else ""


def item_no(sku: str) -> str:
    """The item number that a SKU stands for; "" when it cannot be one."""
    return code(sku, LONGEST_NO)


def parts(sku: str, separator: str) -> list[str]:
    """The parts of a SKU of item number and variant code."""
    return [part.strip().upper() for part in sku.split(separator)]


def _contested(sold: Sold, by_sku: Answer) -> Miss:
    """Two variants with one SKU: which of them is meant, only a person knows."""
    reason = _("The SKU %(sku)s is also that of %(others)s.") % {
        "sku": sold.sku,
        "others": ", ".join(sold.rivals),
    }
    hit = ((by_sku.target, by_sku.how),) if isinstance(by_sku, Match) else ()
    return Miss(reason, conflict=True, candidates=hit)


def _by_sku(sold: Sold, rules: Rules, index: Index) -> Answer:
    if rules.sku == "":
        return Miss(_("The shop does not use SKUs to find items."))
    if not sold.sku.strip():
        return Miss(_("The variant has no SKU."))
    return _RULES[rules.sku](sold, rules, index)


def _by_item_no(sold: Sold, _rules: Rules, index: Index) -> Answer:
    found = index.items.get(item_no(sold.sku))
    return Match(Target(found), hows.ITEM_NO) if found else _no_item(sold.sku)


def _by_variant_code(sold: Sold, _rules: Rules, index: Index) -> Answer:
    """Within the product's own item alone: the same code is in use for many items."""
    if sold.item_id is None:
        return Miss(
            _(
                "The SKU is a variant code, but the product has no item yet: map it to an item first."
            )
        )
    found = index.variants.get((sold.item_id, code(sold.sku, LONGEST_CODE)))
    if found is None:
        return _no_variant(sold.item_no, sold.sku)
    return Match(Target(sold.item_id, found), hows.VARIANT_CODE)


def _by_item_and_variant(sold: Sold, rules: Rules, index: Index) -> Answer:
    """One part: the item. Of more than two the rest is left aside, and the mapping says so."""
    split = parts(sold.sku, rules.separator)
    item = index.items.get(code(split[0], LONGEST_NO))
    if item is None:
        return _no_item(split[0])
    if len(split) == 1:
        return Match(Target(item), hows.ITEM_NO)
    variant = index.variants.get((item, code(split[1], LONGEST_CODE)))
    if variant is None:
        alone = Match(Target(item), hows.ITEM_WITHOUT_VARIANT)
        return alone if sold.alone else _no_variant(split[0], split[1])
    whole = len(split) == ITEM_AND_VARIANT
    return Match(
        Target(item, variant), hows.ITEM_AND_VARIANT if whole else hows.ITEM_AND_VARIANT_REST
    )


def _by_vendor_item_no(sold: Sold, _rules: Rules, index: Index) -> Answer:
    """Those of the product's vendor, where the books know it; else of any vendor."""
    hits = index.vendor_numbers.get(code(sold.sku, LONGEST_NUMBER), ())
    vendors = index.vendors.get(sold.vendor.strip().upper(), frozenset())
    if vendors:
        own = [hit for hit in hits if hit.vendor_id in vendors]
        hits = own or [hit for hit in hits if hit.vendor_id is None]
    if not hits:
        return Miss(
            _("No vendor's number in the books is %(sku)s (vendor: %(vendor)s).")
            % {"sku": sold.sku, "vendor": sold.vendor or "–"}
        )
    return _only([hit.target for hit in hits], hows.VENDOR_ITEM_NO, sold.sku)


def _by_sku_as_barcode(sold: Sold, _rules: Rules, index: Index) -> Answer:
    return _by_barcode(sold.sku, index, hows.SKU_IS_BARCODE)


def _by_barcode(number: str, index: Index, how: str) -> Answer:
    if not number.strip():
        return Miss(_("The variant has no bar code."))
    hits = index.barcodes.get(code(number, LONGEST_NUMBER), ())
    if not hits:
        return Miss(_("No item has the bar code %s.") % number)
    return _only(hits, how, number)


def _only(targets: Sequence[Target], how: str, number: str) -> Answer:
    different = list(dict.fromkeys(targets))
    if len(different) == 1:
        return Match(different[0], hows.of_unit(how, different[0].uom))
    return Miss(
        _("%(count)d things in the books have the number %(number)s: choose one.")
        % {"count": len(different), "number": number},
        conflict=True,
        candidates=tuple((target, hows.of_unit(how, target.uom)) for target in different),
    )


def _no_item(number: str) -> Miss:
    return Miss(_("No item has the number %s.") % number)


def _no_variant(number: str, variant: str) -> Miss:
    return Miss(_("Item %(no)s has no variant %(code)s.") % {"no": number, "code": variant.strip()})


_RULES: Mapping[str, Callable[[Sold, Rules, Index], Answer]] = {
    "item_no": _by_item_no,
    "variant_code": _by_variant_code,
    "item_and_variant": _by_item_and_variant,
    "vendor_item_no": _by_vendor_item_no,
    "barcode": _by_sku_as_barcode,
}
