"""Putting stock in and taking it out, outside of sales and purchases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Protocol, TypeVar

from django.db import transaction
from django.utils.translation import gettext as _

from erp import series
from erp.documents import numbers
from erp.errors import DocumentError
from erp.models import Company, Document, DocumentLine, Item, ItemVariant, Location, Lookup

T = TypeVar("T")


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
    company: Company,
    lines: Sequence[AdjustmentLine],
    *,
    posting_date: date,
    reason: str = "",
    created_by: str = "",
) -> Document:
    """Create an open adjustment; `posting.post_document` posts it. Raises DocumentError.

    `reason` is a reason code of the books, blank for none; it is kept on the document.
    """
    known = Known.of(company, lines)
    document = Document(
        company=company,
        side=Document.Side.STOCK,
        kind=Document.Kind.ADJUSTMENT,
        document_date=posting_date,
        posting_date=posting_date,
        currency=company.lcy,
        reason=_reason(company, reason),
        created_by=created_by[:150],
    )
    made = [_line(document, line, place, known) for place, line in enumerate(lines, 1)]
    numbers = series.CREATED[Document.Side.STOCK, Document.Kind.ADJUSTMENT]
    (document.no,) = series.take(company, numbers)
    document.save(force_insert=True)
    DocumentLine.objects.bulk_create(made, 500)
    return document


def _reason(company: Company, text: str) -> str:
    code = text.strip().upper()
    reasons = Lookup.objects.filter(company=company, kind=Lookup.Kind.REASON, code=code)
    if code and not reasons.exists():
        raise DocumentError("no_reason", _("Reason code %(code)s does not exist.") % {"code": code})
    return code


class Named(Protocol):
    """A line that names an item and maybe a variant."""

    @property
    def item_no(self) -> str: ...
    @property
    def variant_code(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Known:
    """What the lines of a stock document name, read in a fixed number of queries."""

    items: dict[str, Item]
    variants: dict[tuple[int, str], ItemVariant]
    locations: dict[str, Location]
    default_location: str

    @classmethod
    def of(cls, company: Company, lines: Sequence[Named]) -> Known:
        numbers = {line.item_no.upper() for line in lines}
        codes = {line.variant_code.upper() for line in lines}
        variants = ItemVariant.objects.filter(item__company=company, code__in=codes)
        return cls(
            {item.no: item for item in Item.objects.filter(company=company, no__in=numbers)},
            {(variant.item_id, variant.code): variant for variant in variants},
            {row.code: row for row in Location.objects.filter(company=company)},
            company.setting("default_location"),
        )

    def item(self, no: str, place: int) -> Item:
        return self._found(self.items, no.upper(), no, place)

    def location(self, code: str, place: int | None = None) -> Location:
        """Blank stands for the company's default."""
        return self._found(self.locations, code.upper() or self.default_location, code, place)

    def variant(self, item: Item, code: str, place: int) -> ItemVariant | None:
        variant = self.variants.get((item.pk, code.upper()))
        if code and variant is None:
            raise DocumentError(
                "no_variant",
                _("Item %(no)s has no variant %(code)s.") % {"no": item.no, "code": code},
                place,
            )
        return variant

    def _found(self, rows: Mapping[str, T], key: str, said: str, place: int | None) -> T:
        if key not in rows:
            raise DocumentError("unknown", _("%(no)s does not exist.") % {"no": said}, place)
        return rows[key]


def _line(document: Document, draft: AdjustmentLine, place: int, known: Known) -> DocumentLine:
    item = known.item(draft.item_no, place)
    if item.type != Item.Type.INVENTORY:
        raise DocumentError("type", _("Item %(no)s is not kept in stock.") % {"no": item.no}, place)
    if draft.unit_cost is not None and numbers.kept(draft.unit_cost, place) < 0:
        raise DocumentError("unit_cost", _("A cost cannot be below zero."), place)
    return DocumentLine(
        document=document,
        line_no=place * 10000,
        item=item,
        variant=known.variant(item, draft.variant_code, place),
        location=known.location(draft.location_code, place),
        description=(draft.text or item.description)[:100],
        uom=item.base_uom,
        quantity=numbers.kept(draft.quantity, place),
        unit_cost=draft.unit_cost,
    )
