"""Computing a saved document's amounts anew, and saving what changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from operator import attrgetter

from erp import bulk, vat
from erp.documents.calculation import calculate
from erp.models import Document, DocumentLine

AMOUNTS = (
    "vat_pct",
    "line_amount",
    "line_discount",
    "inv_discount",
    "given_tax",
    "amount",
    "vat_amount",
    "amount_incl",
)
_amounts = attrgetter(*AMOUNTS)


def recalculate(document: Document, lines: Sequence[DocumentLine], precision: Decimal) -> None:
    """Set the totals of `document` (for the caller to save) and save the lines that changed.

    Raises DocumentError.
    """
    pairs = {vat.code(document.vat_bus, line.vat_prod) for line in lines}
    percentages = vat.percentages(document.company, pairs)
    save_amounts(changed_amounts(document, lines, percentages, precision))


def changed_amounts(
    document: Document,
    lines: Sequence[DocumentLine],
    percentages: Mapping[str, Decimal],
    precision: Decimal,
) -> list[DocumentLine]:
    """Set all amounts and return the lines that changed, for the caller to save.

    Raises DocumentError.
    """
    before = [_amounts(line) for line in lines]
    calculate(document, lines, percentages, precision)
    return [line for line, old in zip(lines, before, strict=True) if _amounts(line) != old]


def save_amounts(lines: Sequence[DocumentLine]) -> None:
    """Save the computed columns of lines, many at once."""
    bulk.update(lines, AMOUNTS)
