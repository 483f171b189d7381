"""Gathers what the books have of what a batch of variants asks for: few queries, however many."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence

from django.db.models import Q
from django.db.models.functions import Upper

from connector.sync.matching.rules import (
    LONGEST_CODE,
    LONGEST_NO,
    LONGEST_NUMBER,
    Index,
    Numbered,
    Rules,
    Sold,
    Target,
    code,
    parts,
)
from erp.models import Company, Item, ItemVariant, Party
from erp.references import Known, barcodes, vendor_numbers


def index_of(books: Company, rules: Rules, sold: Sequence[Sold]) -> Index:
    """Only what the rules look at is asked for."""
    items = _items(books, _numbers(rules, sold))
    by_code = rules.sku in {"variant_code", "item_and_variant"}
    owners = {*items.values(), *(one.item_id for one in sold if one.item_id)} if by_code else set()
    by_vendor = rules.sku == "vendor_item_no"
    numbers = {one.barcode for one in sold} if rules.barcode else set()
    if rules.sku == "barcode":
        numbers |= {one.sku for one in sold}
    return Index(
        items=items,
        variants=_variants(owners, _codes(rules, sold)) if owners else {},
        vendors=vendors_named(books, {one.vendor for one in sold}) if by_vendor else {},
        vendor_numbers=_vendor_numbers(books, {one.sku for one in sold}) if by_vendor else {},
        barcodes=_barcodes(books, numbers),
    )


def vendors_named(books: Company, texts: Collection[str]) -> dict[str, frozenset[int]]:
    """The vendors that have one of these texts as their number or name; in upper case."""
    wanted = {text.strip().upper() for text in texts} - {""}
    if not wanted:
        return {}
    named = (
        Party.objects.filter(company=books, kind=Party.Kind.VENDOR)
        .annotate(upper_name=Upper("name"))
        .filter(Q(no__in=wanted) | Q(upper_name__in=wanted))
    )
    found: defaultdict[str, set[int]] = defaultdict(set)
    for pk, no, name in named.values_list("pk", "no", "upper_name"):
        for text in {no, name} & wanted:
            found[text].add(pk)
    return {text: frozenset(keys) for text, keys in found.items()}


def _numbers(rules: Rules, sold: Sequence[Sold]) -> set[str]:
    if rules.sku == "item_no":
        return {code(one.sku, LONGEST_NO) for one in sold}
    if rules.sku == "item_and_variant":
        return {code(parts(one.sku, rules.separator)[0], LONGEST_NO) for one in sold}
    return set()


def _codes(rules: Rules, sold: Sequence[Sold]) -> set[str]:
    if rules.sku == "variant_code":
        return {code(one.sku, LONGEST_CODE) for one in sold}
    split = [parts(one.sku, rules.separator) for one in sold]
    return {code(two[1], LONGEST_CODE) for two in split if len(two) > 1}


def _items(books: Company, numbers: set[str]) -> dict[str, int]:
    wanted = numbers - {""}
    if not wanted:
        return {}
    return dict(Item.objects.filter(company=books, no__in=wanted).values_list("no", "pk"))


def _variants(items: set[int], codes: set[str]) -> dict[tuple[int, str], int]:
    rows = ItemVariant.objects.filter(item__in=items, code__in=codes - {""})
    return {(item, key): pk for item, key, pk in rows.values_list("item", "code", "pk")}


def _vendor_numbers(books: Company, skus: set[str]) -> dict[str, list[Numbered]]:
    raw = {sku.strip() for sku in skus}
    upper = {code(sku, LONGEST_NUMBER) for sku in skus}
    found: defaultdict[str, list[Numbered]] = defaultdict(list)
    for known in vendor_numbers(books, (raw | upper) - {""}):
        found[known.number].append(Numbered(_target(known), known.vendor_id))
    return dict(found)


def _barcodes(books: Company, numbers: set[str]) -> dict[str, list[Target]]:
    found: defaultdict[str, list[Target]] = defaultdict(list)
    for known in barcodes(books, {code(one, LONGEST_NUMBER) for one in numbers} - {""}):
        found[known.number].append(_target(known))
    return dict(found)


def _target(known: Known) -> Target:
    return Target(known.item_id, known.variant_id, known.uom)
