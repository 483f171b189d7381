"""Posting an order: ship, invoice or both, for the quantities its lines name."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from erp.posting.result import Posted


def post_order(
    document_id: UUID,
    *,
    ship: bool = True,
    invoice: bool = True,
    expected_version: int | None = None,
    request_id: UUID | None = None,
    posting_date: date | None = None,
    today: date,
) -> Posted:
    """Post the order's `qty_to_ship` and `qty_to_invoice` in one transaction. Raises PostingError."""
    raise NotImplementedError
