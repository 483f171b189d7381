"""Creating transfers: goods that go from one location to another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from erp import series
from erp.adjustments import Known
from erp.documents import numbers
from erp.errors import DocumentError
from erp.models import Company, Document, DocumentLine, Location


@dataclass(frozen=True, slots=True)
class TransferLine:
    item_no: str
    quantity: Decimal  # base units, above zero
    variant_code: str = ""
    text: str = ""


@transaction.atomic
def create_transfer(
    company: Company,
    lines: Sequence[TransferLine],
    *,
    from_code: str,
    to_code: str,
    posting_date: date,
    created_by: str = "",
) -> Document:
    """Create an open transfer; `posting.post_transfer` posts it. Raises DocumentError."""
    known = Known.of(company, lines)
    here, there = known.location(from_code), known.location(to_code)
    if here == there:
        raise DocumentError("same_location", _("Choose two different locations."))
    document = Document(
        company=company,
        side=Document.Side.STOCK,
        kind=Document.Kind.TRANSFER,
        document_date=posting_date,
        posting_date=posting_date,
        currency=company.lcy,
        created_by=created_by[:150],
    )
    made = [
        _line(document, line, place, known, (here, there)) for place, line in enumerate(lines, 1)
    ]
    numbers = series.CREATED[Document.Side.STOCK, Document.Kind.TRANSFER]
    (document.no,) = series.take(company, numbers)
    document.save(force_insert=True)
    DocumentLine.objects.bulk_create(made, 500)
    return document


def _line(
    document: Document,
    draft: TransferLine,
    place: int,
    known: Known,
    way: tuple[Location, Location],
) -> DocumentLine:
    item = known.item(draft.item_no, place)
    variant = known.variant(item, draft.variant_code, place)
    quantity = numbers.kept(draft.quantity, place)
    if quantity <= 0:
        raise DocumentError("quantity", _("The quantity to transfer must be above zero."), place)
    return DocumentLine(
        document=document,
        line_no=place * 10000,
        item=item,
        variant=variant,
        location=way[0],
        to_location=way[1],
        description=(draft.text or item.description)[:100],
        uom=item.base_uom,
        quantity=quantity,
    )
