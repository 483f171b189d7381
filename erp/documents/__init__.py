"""Creating and correcting sales and purchase documents, and moving them between open, released and cancelled."""

from __future__ import annotations

from erp.documents.correcting import Correction, correct_invoice
from erp.documents.creation import (
    create_purchase_document,
    create_purchase_documents,
    create_sales_document,
    create_sales_documents,
)
from erp.documents.states import cancel, release, reopen
from erp.errors import DocumentError

__all__ = [
    "Correction",
    "DocumentError",
    "cancel",
    "correct_invoice",
    "create_purchase_document",
    "create_purchase_documents",
    "create_sales_document",
    "create_sales_documents",
    "release",
    "reopen",
]
