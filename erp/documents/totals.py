"""Computing a saved document's amounts anew, and saving what changed."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from django.db import connection

from erp import vat
from erp.documents.calculation import calculate
from erp.models import Document, DocumentLine

SAVE = """
UPDATE erp_documentline SET vat_pct = %s, line_amount = %s, line_discount = %s, inv_discount = %s,
  given_tax = %s, amount = %s, vat_amount = %s, amount_incl = %s
WHERE id = %s
"""


def recalculate(document: Document, lines: Sequence[DocumentLine], precision: Decimal) -> None:
    """Set the totals of `document` (for the caller to save) and save the lines that changed.

    Raises DocumentError.
    """
    before = [_amounts(line) for line in lines]
    pairs = {vat.code(document.vat_bus, line.vat_prod) for line in lines}
    calculate(document, lines, vat.percentages(document.company, pairs), precision)
    save_amounts([line for line, old in zip(lines, before, strict=True) if _amounts(line) != old])


def save_amounts(lines: Sequence[DocumentLine]) -> None:
    """Save the computed columns of lines, many at once."""
    if not lines:
        return
    with connection.cursor() as cursor:
        cursor.executemany(SAVE, [(*_amounts(line), line.pk) for line in lines])


def _amounts(line: DocumentLine) -> tuple[Decimal | None, ...]:
    return (
        line.vat_pct,
        line.line_amount,
        line.line_discount,
        line.inv_discount,
        line.given_tax,
        line.amount,
        line.vat_amount,
        line.amount_incl,
    )
