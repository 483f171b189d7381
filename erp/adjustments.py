"""Putting stock in and taking it out, outside of sales and purchases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from erp import series
from erp.errors import DocumentError
from erp.models import Company, Document, DocumentLine, Item, ItemVariant, Location


@dataclass(frozen=True, slots=True)
class AdjustmentLine:
    item_no: str
    quantity: Decimal  # base units; negative takes out
    unit_cost: Decimal | None = None  # LCY; None: the item's average
    variant_code: str = ""
    location_code: str = ""  # blank: the company's default
    text: str = ""


@transaction.atomic
def create_adjustment(
    company: Company, lines: Sequence[AdjustmentLine], *, posting_date: date
) -> Document:
    """Create an open adjustment; `posting.post_document` posts it. Raises DocumentError."""
    known = _Known.of(company, lines)
    document = Document(
        company=company,
        side=Document.Side.STOCK,
        kind=Document.Kind.ADJUSTMENT,
        document_date=posting_date,
        posting_date=posting_date,
        currency=company.lcy,
    )
    made = [_line(document, line, place, known) for place, line in enumerate(lines, 1)]
    numbers = series.CREATED[Document.Side.STOCK, Document.Kind.ADJUSTMENT]
    (document.no,) = series.take(company, numbers)
    document.save(force_insert=True)
    DocumentLine.objects.bulk_create(made, 500)
    return document


@dataclass(frozen=True, slots=True)
class _Known:
    items: dict[str, Item]
    variants: dict[tuple[int, str], ItemVariant]
    locations: dict[str, Location]
    default_location: str

    @classmethod
    def of(cls, company: Company, lines: Sequence[AdjustmentLine]) -> _Known:
        numbers = {line.item_no.upper() for line in lines}
        codes = {line.variant_code.upper() for line in lines}
        variants = ItemVariant.objects.filter(item__company=company, code__in=codes)
        return cls(
            {item.no: item for item in Item.objects.filter(company=company, no__in=numbers)},
            {(variant.item_id, variant.code): variant for variant in variants},
            {row.code: row for row in Location.objects.filter(company=company)},
            company.setting("default_location"),
        )


def _line(document: Document, draft: AdjustmentLine, place: int, known: _Known) -> DocumentLine:
    item = known.items.get(draft.item_no.upper())
    location = known.locations.get(draft.location_code.upper() or known.default_location)
    if item is None or location is None:
        what = draft.item_no if item is None else draft.location_code
        raise DocumentError("unknown", _("%(no)s does not exist.") % {"no": what}, place)
    variant = known.variants.get((item.pk, draft.variant_code.upper()))
    if draft.variant_code and variant is None:
        raise DocumentError(
            "no_variant",
            _("Item %(no)s has no variant %(code)s.") % {"no": item.no, "code": draft.variant_code},
            place,
        )
    return DocumentLine(
        document=document,
        line_no=place * 10000,
        item=item,
        variant=variant,
        location=location,
        description=(draft.text or item.description)[:100],
        uom=item.base_uom,
        quantity=draft.quantity,
        unit_cost=draft.unit_cost,
    )
