"""Makes items, variants and units for variants of Shopify that the books do not have."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from connector.sync.matching import hows
from connector.sync.matching.items import link_products, rules_of, save, shape_of
from connector.sync.matching.new_items import Making, NewItem, Wanted, plan
from connector.sync.matching.rules import LONGEST_NO, Rules, code, parts
from connector.sync.models import VariantLink
from connector.sync.models.links import MappingState
from connector.sync.products.item_facts import Facts, facts_of
from connector.sync.products.sanitizing import sanitized
from erp.currencies import Currencies
from erp.drafts import ItemDraft
from erp.errors import CardError, Refused
from erp.items import add_variants, change_items, create_items
from erp.models import Company, Item, ItemReference, ItemTemplate, ItemText, ItemVariant
from erp.references import NewReference, add_references, kept
from erp.templates import by_template, template_of
from shops.models import Product, ProductSettings, Shop

USUAL_UNIT = "PCS"  # of items that are made without a template


@dataclass(frozen=True, slots=True)
class Ground:
    """What all items of a batch are made with."""

    books: Company
    settings: ProductSettings
    rules: Rules
    template: ItemTemplate | None
    rate: Decimal  # LCY for one unit of the shop's currency
    precision: Decimal  # of LCY
    facts: Facts

    def lcy(self, amount: Decimal) -> Decimal:
        """An amount of the shop in the books' currency; one that needs no exchange stays exact."""
        if self.rate == 1:
            return amount
        return (amount * self.rate).quantize(self.precision, ROUND_HALF_UP)


@transaction.atomic
def make_items(
    shop: Shop, books: Company, links: Sequence[VariantLink], today: date
) -> list[VariantLink]:
    """Make what these links need and map them; return those that failed, with their reason set.

    Links that are mapped, or that a person has to decide on, are left alone. They must have just
    been matched: nothing is looked up in the books a second time but the numbers it needs.
    `today` decides about the exchange rate.
    """
    open_ = [link for link in links if not link.item_id and not link.conflict]
    if not open_:
        return []
    try:
        ground = _ground(shop, books, open_, today)
        failed = _make(ground, open_)
    except Refused as refusal:  # of the template, the currency or the number series: of all alike
        for link in open_:
            link.reason = _failed(refusal)
        failed = open_
    save(open_)
    link_products(links, rules_of(ProductSettings.of(shop)))
    return list(failed)


def _failed(refusal: Refused) -> str:
    return _("The item could not be created: %s") % refusal.sentence


def _ground(shop: Shop, books: Company, links: Sequence[VariantLink], today: date) -> Ground:
    settings = ProductSettings.of(shop)
    rules = rules_of(settings)
    currencies = Currencies.of(books, [shop.currency])
    rate = currencies.rate(shop.currency, today) if shop.currency in currencies else None
    if rate is None:
        raise CardError(
            "rate",
            _("The books have no exchange rate of %(currency)s for %(day)s.")
            % {"currency": shop.currency or "–", "day": today.isoformat()},
        )
    return Ground(
        books=books,
        settings=settings,
        rules=rules,
        template=template_of(books, settings.item_template),
        rate=rate,
        precision=currencies.precision(books.lcy),
        facts=facts_of(books, [link.variant for link in links], rules),
    )


def _make(ground: Ground, links: Sequence[VariantLink]) -> list[VariantLink]:
    by_key = {link.pk: link for link in links}
    plans = _plans(ground, links)
    made: list[tuple[NewItem, Item]] = []
    failed: list[VariantLink] = []
    existing = Item.objects.in_bulk({p.item_id for p in plans if p.item_id})
    drafted, drafts = _drafts(ground, [p for p in plans if not p.item_id], by_key, failed)
    for group, answer in zip(drafted, create_items(ground.books, drafts), strict=True):
        for one in group:
            if isinstance(answer, CardError):
                failed += _refuse(one, answer, by_key)
            else:
                made.append((one, answer))
    texts = list({item.pk: (one, item) for one, item in reversed(made)}.values())
    made += [(one, existing[one.item_id]) for one in plans if one.item_id in existing]
    _add_to_existing(ground, made, existing)
    variants = _variants_of(made)
    for one, item in made:
        for member in one.members:
            link = by_key[member.key]
            variant = variants.get((item.pk, one.codes.get(member.key, "")))
            _map(link, item, variant, ground.facts.unit(member.unit))
    _refer(ground, made, by_key)
    _describe(ground, texts)
    return failed


def _plans(ground: Ground, links: Sequence[VariantLink]) -> list[NewItem]:
    makings = _makings(ground, links)
    numbers = {
        code(parts(one.sku, ground.rules.separator)[0], LONGEST_NO)
        for making in makings
        for one in making.variants
        if ground.rules.sku == "item_and_variant"
    }
    rows = Item.objects.filter(company=ground.books, no__in=numbers - {""})
    items = dict(rows.values_list("no", "pk")) if numbers else {}
    owners = {*items.values(), *(making.item_id for making in makings if making.item_id)}
    taken: defaultdict[int, set[str]] = defaultdict(set)
    codes = ItemVariant.objects.filter(item__in=owners) if owners else ItemVariant.objects.none()
    for item, key in codes.values_list("item", "code"):
        taken[item].add(key)
    prefix = ground.settings.variant_prefix
    return [
        one
        for making in makings
        for one in plan(making, ground.rules, prefix=prefix, items=items, taken=taken)
    ]


def _makings(ground: Ground, links: Sequence[VariantLink]) -> list[Making]:
    groups: dict[tuple[str, int], list[VariantLink]] = {}
    for link in links:
        product = link.variant.product_id
        key = ("product", product) if product else ("variant", link.variant_id)
        groups.setdefault(key, []).append(link)
    return [_making(ground, members) for members in groups.values()]


def _making(ground: Ground, links: Sequence[VariantLink]) -> Making:
    links = sorted(links, key=lambda link: (link.variant.position, link.variant_id))
    variant, product = links[0].variant, links[0].variant.product
    shape = shape_of(product, ground.rules)
    return Making(
        # What only orders know is named whole: nobody knows what else of it there is.
        title=product.title if product else str(variant),
        vendor=product.vendor if product else "",
        product_type=product.product_type if product else "",
        html=product.description_html if product else "",
        alone=shape.alone,
        units=shape.unit_at is not None,
        item_id=product.link.item_id if product else None,
        variants=tuple(_wanted(link, product, shape.unit_at) for link in links),
    )


def _wanted(link: VariantLink, product: Product | None, unit_at: int | None) -> Wanted:
    variant = link.variant
    values = [] if product is None or product.only_default_variant else list(variant.options)
    unit = values.pop(unit_at) if unit_at is not None and unit_at < len(values) else ""
    return Wanted(
        key=link.pk,
        sku=variant.sku,
        barcode=variant.barcode,
        name=variant.variant_title if product and unit_at is None else "",
        kind=tuple(values),
        unit=unit,
        price=variant.price,
        cost=variant.unit_cost,
        hs_code=variant.hs_code,
        country=variant.country_of_origin,
    )


def _drafts(
    ground: Ground,
    plans: Sequence[NewItem],
    by_key: Mapping[int, VariantLink],
    failed: list[VariantLink],
) -> tuple[list[list[NewItem]], list[ItemDraft]]:
    """One draft a number, also where several products that only orders know share it."""
    groups: dict[str, tuple[list[NewItem], ItemDraft]] = {}
    for place, one in enumerate(plans):
        try:
            draft = _draft(ground, one)
        except CardError as refusal:
            failed += _refuse(one, refusal, by_key)
            continue
        groups.setdefault(one.no or f" {place}", ([], draft))[0].append(one)
    return [group for group, _draft_ in groups.values()], [draft for _g, draft in groups.values()]


def _draft(ground: Ground, one: NewItem) -> ItemDraft:
    """Raises CardError for a unit that the books cannot have."""
    facts, first, making = ground.facts, one.first, one.making
    units = list(dict.fromkeys(facts.checked_unit(member.unit) for member in one.members))
    draft = ItemDraft(
        no=one.no,
        description=one.description,
        unit_price=ground.lcy(first.price),
        unit_cost=ground.lcy(first.cost or Decimal(0)),
        base_uom=units[0],
        units=tuple((unit, Decimal(1)) for unit in units[1:] if unit),
        variants=tuple(one.names.items()),
        category=facts.category(making.product_type),
        vendor_no=facts.vendor_no(making.vendor),
        vendor_item_no=first.sku if ground.rules.sku == "vendor_item_no" else "",
        tariff_no=facts.tariff_no(first.hs_code) if _customs(ground) else "",
        country_of_origin=facts.country(first.country) if _customs(ground) else "",
    )
    filled = by_template(draft, ground.template)
    return filled if filled.base_uom else replace(filled, base_uom=USUAL_UNIT)


def _customs(ground: Ground) -> bool:
    return ground.settings.sync_hs_code_and_country


def _refuse(one: NewItem, refusal: Refused, by_key: Mapping[int, VariantLink]) -> list[VariantLink]:
    links = [by_key[member.key] for member in one.members]
    for link in links:
        link.reason = _failed(refusal)
    return links


def _add_to_existing(
    ground: Ground, made: Sequence[tuple[NewItem, Item]], existing: Mapping[int, Item]
) -> None:
    """Variants and units that items of the books are to get besides."""
    old = [(one, item) for one, item in made if item.pk in existing]
    there = set(
        ItemVariant.objects.filter(item__in=existing).values_list("item", "code")
        if existing
        else ()
    )
    add_variants(
        [
            ItemVariant(item=item, code=key, description=name[:100])
            for one, item in old
            for key, name in one.names.items()
            if (item.pk, key) not in there
        ]
    )
    units: dict[int, dict[str, str]] = {}
    for one, item in old:
        named = {ground.facts.unit(member.unit) for member in one.members}
        for unit in sorted(named - {"", item.base_uom, *item.units}):
            units.setdefault(item.pk, dict(item.units))[unit] = "1"
    change_items({pk: {"units": sizes} for pk, sizes in units.items()})


def _variants_of(made: Sequence[tuple[NewItem, Item]]) -> dict[tuple[int, str], ItemVariant]:
    items = {item.pk for one, item in made if one.codes}
    rows = ItemVariant.objects.filter(item__in=items) if items else ()
    return {(row.item_id, row.code): row for row in rows}


def _map(link: VariantLink, item: Item, variant: ItemVariant | None, unit: str) -> None:
    link.item, link.item_variant, link.uom = item, variant, unit
    link.state, link.how, link.reason = MappingState.MAPPED, hows.CREATED, ""
    link.conflict, link.candidates = False, []


def _refer(
    ground: Ground, made: Sequence[tuple[NewItem, Item]], by_key: Mapping[int, VariantLink]
) -> None:
    """Bar codes, and the vendors' numbers where SKUs are those."""
    wanted = []
    for one, item in made:
        vendor = ground.facts.vendor_id(one.making.vendor)
        for member in one.members:
            link = by_key[member.key]
            of = (item.pk, link.item_variant_id, link.uom)
            bar = ItemReference.Type.BARCODE
            wanted.append(NewReference(*of, bar, kept(member.barcode)))
            if ground.rules.sku == "barcode":
                wanted.append(NewReference(*of, bar, kept(member.sku)))
            if ground.rules.sku == "vendor_item_no":
                kind = ItemReference.Type.VENDOR
                wanted.append(NewReference(*of, kind, kept(member.sku), vendor))
    add_references(ground.books, wanted)


def _describe(ground: Ground, made: Sequence[tuple[NewItem, Item]]) -> None:
    """The marketing text of new items, where the shop wants it."""
    if not ground.settings.sync_item_marketing_text:
        return
    ItemText.objects.bulk_create(
        ItemText(item=item, kind=ItemText.Kind.MARKETING, text=text)
        for one, item in made
        if (text := sanitized(one.making.html))
    )
