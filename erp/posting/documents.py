"""Posting in place: invoices, credit memos and stock adjustments."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from erp.models import Document


def post_document(
    document_id: UUID,
    *,
    expected_version: int | None = None,
    request_id: UUID | None = None,
    posting_date: date | None = None,
    today: date,
) -> Document:
    """Post an invoice, credit memo or adjustment; row and id stay. Raises PostingError."""
    raise NotImplementedError
