"""Item templates: making, changing and deleting them, and starting an item from one."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from erp import codes
from erp.drafts import ItemDraft
from erp.errors import CardError
from erp.models import Company, ItemTemplate, Lookup

FIELDS = frozenset(
    {"description", "type", "base_uom", "category", "vat_prod", "price_incl_vat", "reserve"}
)
Kind = Lookup.Kind


def template_of(company: Company, code: str) -> ItemTemplate | None:
    """None for a blank code. Raises CardError when there is no such template."""
    if not code:
        return None
    found = ItemTemplate.objects.filter(company=company, code=code.strip().upper()).first()
    if found is None:
        raise CardError("template", _("There is no item template %s.") % code)
    return found


def by_template(draft: ItemDraft, template: ItemTemplate | None) -> ItemDraft:
    """The draft with what it leaves open taken from the template."""
    if template is None:
        return draft
    return replace(
        draft,
        type=cast("Any", template.type),
        base_uom=draft.base_uom or template.base_uom,
        category=draft.category or template.category,
        vat_prod=draft.vat_prod or template.vat_prod,
        price_incl_vat=template.price_incl_vat,
        reserve=cast("Any", template.reserve),
    )


@transaction.atomic
def put_template(company: Company, code: str, **values: Any) -> ItemTemplate:
    """Make a template or change the one with this code. Raises CardError."""
    kept = codes.code(code, 20)
    if not kept:
        raise CardError("code", _("Give it a code."))
    if unknown := sorted(values.keys() - FIELDS):
        raise CardError(
            "field", _("There is no field %(name)s to change.") % {"name": ", ".join(unknown)}
        )
    found = ItemTemplate.objects.filter(company=company, code=kept).first()
    row = found or ItemTemplate(company=company, code=kept)
    for name, value in values.items():
        setattr(row, name, value)
    row.base_uom = codes.code(row.base_uom, 10) or "PCS"
    _refuse_unlisted(company, row)
    try:
        row.clean_fields(exclude=["company"])
    except ValidationError as error:
        name, sentences = next(iter(error.message_dict.items()))
        raise CardError(name, " ".join(sentences)) from None
    row.save()
    return row


def delete_template(company: Company, code: str) -> None:
    """Raises CardError when there is none."""
    deleted, _rows = ItemTemplate.objects.filter(company=company, code=code).delete()
    if not deleted:
        raise CardError("template", _("There is no item template %s.") % code)


def _refuse_unlisted(company: Company, row: ItemTemplate) -> None:
    lists = Lookup.objects.filter(company=company)
    if row.category and not lists.filter(kind=Kind.CATEGORY, code=row.category).exists():
        raise CardError("category", _("%(no)s does not exist.") % {"no": row.category})
    pairs = lists.filter(kind=Kind.VAT_RATE).values_list("code", flat=True)
    if row.vat_prod and row.vat_prod not in {pair.partition("|")[2] for pair in pairs}:
        raise CardError("vat_prod", _("%(no)s does not exist.") % {"no": row.vat_prod})
