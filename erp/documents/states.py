"""Open, released, cancelled."""

from __future__ import annotations

from uuid import UUID

from erp.models import Document


def release(document_id: UUID) -> Document:
    """Settle an open document's totals, so that it may be posted. Raises DocumentError."""
    raise NotImplementedError


def reopen(document_id: UUID) -> Document:
    """Let a released document be edited again. Raises DocumentError."""
    raise NotImplementedError


def cancel(document_id: UUID) -> Document:
    """End a document of which nothing was shipped or invoiced. Raises DocumentError."""
    raise NotImplementedError
