"""Product variants → items, in batches. By the shop's rules; what is mapped already stays so."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models.functions import Upper

from connector.sync.matching import hows
from connector.sync.matching.index import index_of
from connector.sync.matching.rules import Match, Miss, Rules, Sold, find
from connector.sync.models import ProductLink, VariantLink
from connector.sync.models.links import MappingState
from erp.models import Company, Item
from shops import bulk
from shops.models import Product, ProductSettings, Shop, Variant

COLUMNS = ("item_id", "item_variant_id", "uom", "state", "how", "reason", "conflict", "candidates")
VARIANTS_OF_ONE = {"variant_code", "item_and_variant"}  # rules by which a product is one item
NAMED = 3  # rivals that are named in a sentence
# What reading the links of variants must bring along, so that none of this asks again.
RELATED = ("variant__product__link__item", "item", "item_variant")


@dataclass(frozen=True, slots=True)
class Shape:
    """Of a product: which of its options are what."""

    alone: bool  # it has no variants but of one thing in several units
    unit_at: int | None  # the place of the option that is a unit of measure


def rules_of(settings: ProductSettings) -> Rules:
    return Rules(
        sku=settings.sku_mapping,
        separator=settings.sku_separator,
        barcode=settings.find_mapping_by_barcode,
        uom_option=settings.option_name_for_uom if settings.uom_as_variant else "",
    )


def shape_of(product: Product | None, rules: Rules) -> Shape:
    """A product that only orders know is taken for one without variants."""
    if product is None or product.only_default_variant:
        return Shape(alone=True, unit_at=None)
    names = [str(name).upper() for name in product.options]
    wanted = rules.uom_option.upper()
    at = names.index(wanted) if wanted and wanted in names else None
    return Shape(alone=at is not None and len(names) == 1, unit_at=at)


def match_items(shop: Shop, books: Company, links: Sequence[VariantLink]) -> list[VariantLink]:
    """Map links of variants that are not mapped; return those that changed.

    Item numbers know no case, so SKUs that differ only in case are one item. A product gets the
    item that all its variants have; then its other variants are looked at once more.
    """
    rules = rules_of(ProductSettings.of(shop))
    changed = _matched(shop, books, rules, [link for link in links if not link.item_id])
    if link_products(links, rules):
        changed += _matched(shop, books, rules, [link for link in links if not link.item_id])
    return list({link.pk: link for link in changed}.values())


def save(links: Iterable[VariantLink]) -> None:
    """Write what mapping has set on these links."""
    bulk.update(VariantLink, COLUMNS, [(*state_of(link), link.pk) for link in links])


def state_of(link: VariantLink) -> tuple[Any, ...]:
    """In the order of COLUMNS."""
    return (
        link.item_id,
        link.item_variant_id,
        link.uom,
        str(link.state),
        link.how,
        link.reason,
        link.conflict,
        json.dumps(link.candidates),
    )


def link_products(links: Sequence[VariantLink], rules: Rules) -> bool:
    """Give products without an item the one that all their variants have; whether any got one.

    Where variants of a product are variants of an item, the first that is mapped tells it.
    """
    open_ = {
        link.variant.product_id: link.variant.product
        for link in links
        if link.variant.product and not link.variant.product.link.item_id
    }
    owned: defaultdict[int | None, set[int | None]] = defaultdict(set)
    rows = VariantLink.objects.filter(variant__product__in=list(open_), variant__gone_at=None)
    for owner, kept in rows.values_list("variant__product", "item") if open_ else ():
        owned[owner].add(kept)
    single = {product: only for product, items in owned.items() if (only := _only(items, rules))}
    items_ = Item.objects.in_bulk(set(single.values()))
    written = []
    for product, item in single.items():
        row = open_[product]
        assert row is not None
        row.link.item, row.link.state = items_[item], MappingState.MAPPED
        row.link.how, row.link.reason = hows.VARIANTS, ""
        written.append((item, MappingState.MAPPED.value, hows.VARIANTS, "", row.link.pk))
    bulk.update(ProductLink, ("item_id", "state", "how", "reason"), written)
    return bool(written)


def _only(items: set[int | None], rules: Rules) -> int | None:
    known = items - {None} if rules.sku in VARIANTS_OF_ONE else items
    return next(iter(known)) if len(known) == 1 else None


def _matched(
    shop: Shop, books: Company, rules: Rules, links: Sequence[VariantLink]
) -> list[VariantLink]:
    if not links:
        return []
    sold = _sold(shop, rules, links)
    index = index_of(books, rules, sold)
    changed = []
    for link, one in zip(links, sold, strict=True):
        before = state_of(link)
        _settle(link, find(one, rules, index))
        if state_of(link) != before:
            changed.append(link)
    save(changed)
    return changed


def _settle(link: VariantLink, answer: Match | Miss) -> None:
    if isinstance(answer, Match):
        target = answer.target
        link.item_id, link.item_variant_id, link.uom = target
        link.state, link.how, link.reason = MappingState.MAPPED, answer.how, ""
        link.conflict, link.candidates = False, []
        return
    link.item_id, link.item_variant_id, link.uom = None, None, ""
    link.state, link.how, link.reason = MappingState.UNMAPPED, "", answer.reason
    link.conflict = answer.conflict
    link.candidates = [[*target, how] for target, how in answer.candidates]


def _sold(shop: Shop, rules: Rules, links: Sequence[VariantLink]) -> list[Sold]:
    rivals = _rivals(shop, rules, links)
    sold = []
    for link in links:
        variant, product = link.variant, link.variant.product
        item = product.link.item if product else None
        sold.append(
            Sold(
                sku=variant.sku,
                barcode=variant.barcode,
                vendor=product.vendor if product else "",
                item_id=item.pk if item else None,
                item_no=item.no if item else "",
                alone=shape_of(product, rules).alone,
                rivals=tuple(rivals.get(link.variant_id, ())),
            )
        )
    return sold


def _rivals(shop: Shop, rules: Rules, links: Sequence[VariantLink]) -> dict[int, list[str]]:
    """By variant, the others that Shopify sells under the same SKU.

    Of variants that only orders name nobody knows whether they are still there, so they are not
    counted. Variants of one product in several units share their SKU rightly; a variant code is
    shared by many products.
    """
    asked = {link.variant.sku.strip().upper() for link in links if link.variant.product_id} - {""}
    if not asked or not rules.sku:
        return {}
    rows = (
        Variant.objects.filter(shop=shop, product__isnull=False, gone_at__isnull=True)
        .annotate(upper_sku=Upper("sku"))
        .filter(upper_sku__in=asked)
        .select_related("product")
        .order_by("pk")
    )
    same: defaultdict[str, list[Variant]] = defaultdict(list)
    for row in rows:
        same[row.sku.strip().upper()].append(row)
    return {
        link.variant_id: found
        for link in links
        if link.variant.product_id
        and (found := _others(link.variant, same[link.variant.sku.strip().upper()], rules))
    }


def _others(variant: Variant, same: Sequence[Variant], rules: Rules) -> list[str]:
    in_units = shape_of(variant.product, rules).unit_at is not None
    others = [
        str(other)
        for other in same
        if other.pk != variant.pk
        and not (in_units and other.product_id == variant.product_id)
        and (rules.sku != "variant_code" or other.product_id == variant.product_id)
    ]
    return [*others[:NAMED], "…"] if len(others) > NAMED else others
