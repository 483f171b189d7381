"""The heads of documents while they are posted: locking, copying, numbering."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from copy import copy
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from erp import series, signals
from erp.models import Document
from erp.money import ZERO


def lock(document_id: UUID) -> Document:
    """The first lock of every posting. Raises Document.DoesNotExist."""
    return (
        Document.objects.select_for_update(of=("self",), no_key=True)
        .select_related("company")
        .get(pk=document_id)
    )


def child(order: Document, kind: Document.Kind, request_id: UUID | None) -> Document:
    """Return the unsaved head of what is posted from `order`.

    It is saved by `finish`, after its lines and entries: foreign keys are checked at the commit,
    and so it is written once, with its number, and is frozen from the start.
    """
    made = copy(order)
    made.id = uuid.uuid4()
    made.kind = kind
    made.no = ""
    made.posted_no = made.posted_at = made.corrects = made.request_id = None
    made.posting_request_id = request_id
    made.source = order
    made.version = 1
    made.invoice_discount = made.amount = made.vat_amount = made.amount_incl = ZERO
    return made


def finish(document: Document) -> None:
    """Number the document and freeze it: the last thing a posting does."""
    (document.posted_no,) = series.take(
        document.company, series.POSTED[Document.Side(document.side), Document.Kind(document.kind)]
    )
    born = not document.no
    document.no = document.no or document.posted_no
    document.state = Document.State.POSTED
    document.posted_at = _moment()
    document.save(force_insert=born, force_update=not born)


def announce(documents: Sequence[Document]) -> None:
    """Ring the doorbell once the posting is committed."""
    keys = {kind: tuple(d.pk for d in documents if d.kind == kind) for kind in Document.Kind}

    def ring() -> None:
        signals.posted.send(
            sender=Document,
            company=documents[0].company_id,
            shipments=keys[Document.Kind.SHIPMENT],
            invoices=keys[Document.Kind.INVOICE],
            credit_memos=keys[Document.Kind.CREDIT_MEMO],
        )

    # Robust: what is posted stays posted, whatever becomes of those who hear of it.
    transaction.on_commit(ring, robust=True)


def _moment() -> datetime:
    """When it happened, for the record only: nothing is decided by it."""
    return timezone.now()


def posted_by(request_id: UUID, order: Document) -> dict[str, Document]:
    """What an earlier call with this request posted from `order`, by kind."""
    done = Document.objects.filter(posting_request_id=request_id, source=order)
    return {document.kind: document for document in done}


def dated(document: Document, posting_date: date | None) -> None:
    """Take over the posting date that the caller asked for."""
    if posting_date is not None:
        document.posting_date = posting_date
