"""Digests of what sales documents say, to tell whether a person has changed one since it was made.

Releasing and reopening change nothing of it; a text, a date, an address or a price does.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

import orjson

from connector.sync.models import DocumentLink
from erp.models import Document, DocumentLine

HEAD = (
    *("party_id", "bill_to_id", "sell_to_address", "bill_to_address", "ship_to_address"),
    *("external_no", "your_ref", "order_date", "document_date", "posting_date", "due_date"),
    *("requested_date", "currency", "prices_incl_vat", "vat_bus", "tax_mode", "payment_terms"),
    *("payment_method", "shipment_method", "agent", "tracking_no", "notes", "invoice_discount"),
)
LINE = (
    *("type", "item_id", "variant_id", "account", "location_id", "description", "uom"),
    *("quantity", "unit_price", "line_discount", "line_discount_pct", "vat_prod", "given_tax"),
)


def fingerprints(documents: Iterable[UUID]) -> dict[UUID, str]:
    """Return the digest of each document as the database has it now, in two queries."""
    wanted = list(documents)
    lines: dict[UUID, list[Sequence[Any]]] = defaultdict(list)
    rows = DocumentLine.objects.filter(document__in=wanted).order_by("line_no")
    for document, *values in rows.values_list("document_id", *LINE):
        lines[document].append(values)
    heads = Document.objects.filter(pk__in=wanted).values_list("pk", *HEAD)
    return {pk: _digest([head, lines[pk]]) for pk, *head in heads}


def untouched(link: DocumentLink) -> bool:
    """Whether the document still says what processing made it say.

    Of one that was made before this was noted, its version tells: it has grown with any change.
    """
    if not link.made:
        return link.document.version == 1
    return fingerprints([link.document_id])[link.document_id] == link.made


def _digest(said: Sequence[Any]) -> str:
    content = orjson.dumps(said, default=_plain, option=orjson.OPT_SORT_KEYS)
    return hashlib.md5(content, usedforsecurity=False).hexdigest()


def _plain(value: object) -> str:
    """2 and 2.00000 are the same amount."""
    if isinstance(value, Decimal):
        return f"{value.normalize():f}" if value else "0"
    raise TypeError(type(value))
