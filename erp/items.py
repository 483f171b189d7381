"""Creating items and their variants."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from erp import codes, series
from erp.drafts import ItemDraft
from erp.errors import CardError
from erp.models import Company, Item, ItemVariant, Party

Made = tuple[Item, list[ItemVariant]]


def create_item(company: Company, draft: ItemDraft) -> Item:
    """Raises CardError; then nothing is written."""
    (answer,) = create_items(company, [draft])
    if isinstance(answer, CardError):
        raise answer
    return answer


@transaction.atomic
def create_items(company: Company, drafts: Sequence[ItemDraft]) -> list[Item | CardError]:
    """Create what can be created, in one transaction; the answers come in the order of the drafts."""
    taken, vendors = _taken(company, drafts), _vendors(company, drafts)
    answers: list[Made | CardError] = []
    for draft in drafts:
        try:
            answers.append(_item(company, draft, taken, vendors))
        except CardError as refusal:
            answers.append(refusal)
    _save(company, [answer for answer in answers if not isinstance(answer, CardError)])
    return [answer if isinstance(answer, CardError) else answer[0] for answer in answers]


def _save(company: Company, made: Sequence[Made]) -> None:
    unnumbered = [item for item, _variants in made if not item.no]
    if unnumbered:
        numbers = series.take(company, series.ITEMS, len(unnumbered))
        for item, no in zip(unnumbered, numbers, strict=True):
            item.no = no
    Item.objects.bulk_create(item for item, _variants in made)
    # The variants got their items before those had keys.
    variants = [variant for _item, variants in made for variant in variants]
    for variant in variants:
        variant.item_id = variant.item.pk
    ItemVariant.objects.bulk_create(variants)


def _taken(company: Company, drafts: Sequence[ItemDraft]) -> set[str]:
    asked = {draft.no.strip().upper() for draft in drafts if draft.no}
    items = Item.objects.filter(company=company, no__in=asked)
    return set(items.values_list("no", flat=True)) if asked else set()


def _vendors(company: Company, drafts: Sequence[ItemDraft]) -> dict[str, Party]:
    asked = {draft.vendor_no.strip().upper() for draft in drafts} - {""}
    rows = Party.objects.filter(company=company, kind=Party.Kind.VENDOR, no__in=asked)
    return {row.no: row for row in rows} if asked else {}


def _item(
    company: Company, draft: ItemDraft, taken: set[str], vendors: Mapping[str, Party]
) -> Made:
    no = codes.code(draft.no, 20)
    if no in taken:
        raise CardError("exists", _("Item %(no)s exists already.") % {"no": no})
    if draft.unit_price < 0:
        raise CardError("price", _("The price of item %(no)s is below zero.") % {"no": no})
    vendor_no = codes.code(draft.vendor_no, 20)
    if vendor_no and vendor_no not in vendors:
        raise CardError("vendor", _("%(no)s does not exist.") % {"no": vendor_no})
    item = Item(
        company=company,
        no=no,
        description=draft.description[:100],
        type=draft.type,
        base_uom=codes.code(draft.base_uom, 10),
        units={codes.code(unit, 10): f"{size:f}" for unit, size in draft.units},
        category=codes.code(draft.category, 20),
        vendor=vendors.get(vendor_no),
        vendor_item_no=draft.vendor_item_no.strip()[:50],
        tariff_no=codes.code(draft.tariff_no, 20),
        country_of_origin=codes.code(draft.country_of_origin, 2),
        gtin=codes.code(draft.gtin, 14),
        vat_prod=codes.code(draft.vat_prod, 20) or company.setting("vat_prod"),
        unit_price=draft.unit_price,
        price_incl_vat=draft.price_incl_vat,
        unit_cost=draft.unit_cost,
        reserve=draft.reserve,
    )
    variants = _variants(item, draft)
    taken |= {no} - {""}
    return item, variants


def _variants(item: Item, draft: ItemDraft) -> list[ItemVariant]:
    made: dict[str, ItemVariant] = {}
    for text, description in draft.variants:
        code = codes.code(text, 10)
        if not code or code in made:
            raise CardError(
                "variant",
                _("Item %(no)s needs a different code for each variant.") % {"no": item.no},
            )
        made[code] = ItemVariant(item=item, code=code, description=description[:100])
    return list(made.values())


@transaction.atomic
def add_variants(drafts: Sequence[ItemVariant]) -> None:
    """Write new variants of items that are there. Raises IntegrityError for a code that is taken."""
    ItemVariant.objects.bulk_create(drafts)


@transaction.atomic
def change_items(changes: Mapping[int, Mapping[str, Any]]) -> None:
    """Change fields of many items by their keys, in a few statements.

    The values are taken as they are: codes must be ones that the books have.
    """
    rows = {row.pk: row for row in Item.objects.select_for_update().filter(pk__in=changes)}
    names = {name for values in changes.values() for name in values}
    for key, values in changes.items():
        for name, value in values.items():
            setattr(rows[key], name, value)
    if names:
        Item.objects.bulk_update(rows.values(), sorted(names))


@transaction.atomic
def change_variants(descriptions: Mapping[int, str]) -> None:
    """Change what many variants are called, by their keys."""
    rows = list(ItemVariant.objects.filter(pk__in=descriptions))
    for row in rows:
        row.description = descriptions[row.pk][:100]
    if rows:
        ItemVariant.objects.bulk_update(rows, ["description"])
