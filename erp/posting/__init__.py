"""Posting: the one way from a document to the ledgers."""

from __future__ import annotations

from erp.errors import PostingError
from erp.posting.documents import post_document
from erp.posting.orders import post_order
from erp.posting.payments import post_payment, reverse_payment
from erp.posting.result import Posted
from erp.posting.transfers import post_transfer

__all__ = [
    "Posted",
    "PostingError",
    "post_document",
    "post_order",
    "post_payment",
    "post_transfer",
    "reverse_payment",
]
