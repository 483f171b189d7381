"""Lets mapped items follow their products, where the shop allows it: in a few statements a batch."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from connector.sync.mapping.item_changes import Said, differing, follows
from connector.sync.matching.items import rules_of, shape_of
from connector.sync.matching.new_items import OWN_ITEMS, own_description
from connector.sync.matching.rules import Rules
from connector.sync.models import VariantLink
from connector.sync.products.item_facts import Facts, facts_of
from erp.items import change_items, change_variants
from erp.models import Company, ItemReference
from erp.references import NewReference, add_references, kept
from shops.models import Product, ProductSettings, Shop

CUSTOMS = ("tariff_no", "country_of_origin")


def update_items(
    shop: Shop, books: Company, settings: ProductSettings, links: Sequence[VariantLink]
) -> set[int]:
    """Bring the items of these links in line with Shopify; return the products that changed one.

    An item that several products stand for follows none of them. The links come with their
    variants, products and items.
    """
    mine = _alone(shop, [link for link in links if link.item_id and link.variant.product])
    if not mine:
        return set()
    rules = rules_of(settings)
    facts = facts_of(books, [link.variant for link in mine], rules)
    changed = _change_items(settings, rules, facts, mine)
    changed |= _change_variants(settings, rules, mine)
    return changed | _refer(books, settings, facts, mine)


def _alone(shop: Shop, links: Sequence[VariantLink]) -> list[VariantLink]:
    """Those whose item belongs to one product of the shop."""
    items = {link.item_id for link in links}
    rows = VariantLink.objects.filter(
        item__in=items, variant__shop=shop, variant__product__isnull=False, variant__gone_at=None
    ).values_list("item", "variant__product")
    products: defaultdict[int | None, set[int | None]] = defaultdict(set)
    for item, product in rows.distinct() if items else ():
        products[item].add(product)
    return [link for link in links if len(products[link.item_id]) == 1]


def _change_items(
    settings: ProductSettings, rules: Rules, facts: Facts, links: Sequence[VariantLink]
) -> set[int]:
    first = {link.item_id: link for link in sorted(links, key=_place, reverse=True)}
    changes, products = {}, set()
    for link in first.values():
        item = link.item
        assert item is not None
        said = _said(link, settings, rules, facts)
        values = {
            "description": item.description,
            "category": item.category,
            "vendor": item.vendor_id,
            "tariff_no": item.tariff_no,
            "country_of_origin": item.country_of_origin,
        }
        found = differing(values, said, settings.field_rules)
        if "vendor" in found:
            found["vendor_id"] = found.pop("vendor")
        if found:
            changes[item.pk] = found
            products.add(link.variant.product_id)
    change_items(changes)
    return {product for product in products if product}


def _place(link: VariantLink) -> tuple[int, int]:
    return link.variant.position, link.variant_id


def _said(
    link: VariantLink, settings: ProductSettings, rules: Rules, facts: Facts
) -> dict[str, Said]:
    variant, product = link.variant, link.variant.product
    assert product is not None
    title = _description(link, product, rules)
    said = {
        "description": Said(title, title),
        "category": Said(product.product_type, facts.category(product.product_type) or None),
        "vendor": Said(product.vendor, facts.vendor_id(product.vendor)),
        "tariff_no": Said(variant.hs_code, facts.tariff_no(variant.hs_code) or None),
        "country_of_origin": Said(
            variant.country_of_origin, facts.country(variant.country_of_origin) or None
        ),
    }
    if not settings.sync_hs_code_and_country:
        said = {name: one for name, one in said.items() if name not in CUSTOMS}
    return said


def _description(link: VariantLink, product: Product, rules: Rules) -> str:
    own = rules.sku in OWN_ITEMS and not shape_of(product, rules).alone
    if own and link.item_variant_id is None and product.link.item_id is None:
        return own_description(product.title, link.variant.variant_title)
    return product.title[:100]


def _change_variants(
    settings: ProductSettings, rules: Rules, links: Sequence[VariantLink]
) -> set[int]:
    names, products = {}, set()
    for link in sorted(links, key=_place):
        variant, product = link.item_variant, link.variant.product
        if variant is None or product is None or variant.pk in names:
            continue
        name = _kind(link, product, rules)[:100]
        said = {"variant_description": Said(name, name)}
        values = {"variant_description": variant.description}
        if differing(values, said, settings.field_rules):
            names[variant.pk] = name
            products.add(product.pk)
    change_variants(names)
    return products


def _kind(link: VariantLink, product: Product, rules: Rules) -> str:
    """What the variant is, without the unit it is sold in."""
    values, at = list(link.variant.options), shape_of(product, rules).unit_at
    if at is not None and at < len(values):
        values.pop(at)
        return " / ".join(values)
    return link.variant.variant_title


def _refer(
    books: Company, settings: ProductSettings, facts: Facts, links: Sequence[VariantLink]
) -> set[int]:
    """Numbers that are new; those that Shopify has no more stay, as goods may still bear them."""
    wanted: dict[NewReference, int] = {}
    bar, by_vendor = ItemReference.Type.BARCODE, ItemReference.Type.VENDOR
    for link in links:
        variant, product, item = link.variant, link.variant.product, link.item
        assert product is not None
        assert item is not None
        of = (item.pk, link.item_variant_id, link.uom)
        number = kept(variant.barcode)
        gtin = link.item_variant.gtin if link.item_variant else item.gtin
        if number and number != gtin and follows("barcode", settings.field_rules):
            wanted[NewReference(*of, bar, number)] = product.pk
        number = kept(variant.sku) if settings.sku_mapping == "vendor_item_no" else ""
        if number and follows("vendor_item_no", settings.field_rules):
            vendor = facts.vendor_id(product.vendor)
            wanted[NewReference(*of, by_vendor, number, vendor)] = product.pk
    written = add_references(books, wanted)
    return {wanted[row] for row in written}
