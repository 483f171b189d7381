"""From drafts to open documents, many at once."""

from __future__ import annotations

from collections.abc import Sequence

from erp.drafts import SalesDocumentDraft
from erp.errors import DocumentError
from erp.models import Company, Document


def create_sales_document(company: Company, draft: SalesDocumentDraft) -> Document:
    """Create one open order or invoice with its totals. Raises DocumentError; then nothing is written."""
    raise NotImplementedError


def create_sales_documents(
    company: Company, drafts: Sequence[SalesDocumentDraft]
) -> list[Document | DocumentError]:
    """Create what can be created, in one transaction; the answers come in the order of the drafts."""
    raise NotImplementedError
