"""Putting stock in and taking it out, outside of sales and purchases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from erp.models import Company, Document


@dataclass(frozen=True, slots=True)
class AdjustmentLine:
    item_no: str
    quantity: Decimal  # base units; negative takes out
    unit_cost: Decimal | None = None  # LCY; None: the item's average
    variant_code: str = ""
    location_code: str = ""  # blank: the company's default
    text: str = ""


def create_adjustment(
    company: Company, lines: Sequence[AdjustmentLine], *, posting_date: date
) -> Document:
    """Create an open adjustment; `posting.post_document` posts it. Raises DocumentError."""
    raise NotImplementedError
