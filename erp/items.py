"""Creating items and their variants."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from erp import codes, series
from erp.drafts import ItemDraft
from erp.errors import CardError
from erp.models import Company, Item, ItemVariant

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
    taken = _taken(company, drafts)
    answers: list[Made | CardError] = []
    for draft in drafts:
        try:
            answers.append(_item(company, draft, taken))
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


def _item(company: Company, draft: ItemDraft, taken: set[str]) -> Made:
    no = codes.code(draft.no, 20)
    if no in taken:
        raise CardError("exists", _("Item %(no)s exists already.") % {"no": no})
    if draft.unit_price < 0:
        raise CardError("price", _("The price of item %(no)s is below zero.") % {"no": no})
    item = Item(
        company=company,
        no=no,
        description=draft.description[:100],
        type=draft.type,
        base_uom=codes.code(draft.base_uom, 10),
        gtin=codes.code(draft.gtin, 14),
        vat_prod=codes.code(draft.vat_prod, 20) or company.setting("vat_prod"),
        unit_price=draft.unit_price,
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
