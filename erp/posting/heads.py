"""The heads of documents while they are posted: locking, copying, numbering, telling."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from erp import bulk, series, signals
from erp.documents.assembly import due_date
from erp.models import Document
from erp.money import ZERO
from erp.posting.plan import Options, Setup

# What a posting may change of an order, and of a document that is posted in place.
MOVED = (
    "state",
    "version",
    "posting_date",
    "document_date",
    "due_date",
    "rate",
    "invoice_discount",
    "amount",
    "vat_amount",
    "amount_incl",
)
FINISHED = (*MOVED, "posted_no", "posted_at", "posting_request_id")
# What sets a document apart from the order it is posted from; the database copies the rest.
BORN = (*FINISHED, "id", "kind", "no", "source", "corrects", "request_id")
# Of that rest, what posting never looks at.
COPIED = ("sell_to_address", "bill_to_address", "ship_to_address", "notes", "tracking_url")


def lock(document_id: UUID) -> Document:
    """The first lock of a posting of one document alone. Raises Document.DoesNotExist."""
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
    made = Document.__new__(Document)
    made.__dict__.update(order.__getstate__())  # what copy.copy does, in a tenth of the time
    made.id = uuid.uuid4()
    made.kind = kind
    made.no = ""
    made.posted_no = made.posted_at = made.request_id = None
    made.corrects_id = order.corrects_id if kind == Document.Kind.CREDIT_MEMO else None
    made.posting_request_id = request_id
    made.source = order
    made.version = 1
    made.invoice_discount = made.amount = made.vat_amount = made.amount_incl = ZERO
    return made


def save_orders(orders: Sequence[Document]) -> None:
    """Save what their posting changed of orders."""
    bulk.update(orders, MOVED)


def finish(documents: Sequence[Document]) -> None:
    """Number documents in their order and freeze them: the last thing a posting does."""
    _number(documents)
    moment = _moment()
    born = [document for document in documents if not document.no]
    kept = [document for document in documents if document.no]
    for document in documents:
        document.no = document.no or document.posted_no or ""
        document.state = Document.State.POSTED
        document.posted_at = moment
    bulk.insert_copies([document for document in born if document.source_id], BORN, "source")
    bulk.insert([document for document in born if not document.source_id], Document)
    bulk.update(kept, FINISHED)


def _number(documents: Sequence[Document]) -> None:
    """Series are locked in the order of their codes, since orders need two."""
    by_code: dict[str, list[Document]] = defaultdict(list)
    for document in documents:
        kind = Document.Side(document.side), Document.Kind(document.kind)
        by_code[series.POSTED[kind]].append(document)
    for code, numbered in sorted(by_code.items()):
        numbers = series.take(numbered[0].company, code, len(numbered))
        for document, number in zip(numbered, numbers, strict=True):
            document.posted_no = number


def announce(documents: Sequence[Document]) -> None:
    """Ring the doorbell once the posting is committed."""
    told = {
        name: tuple(one.pk for one in documents if (one.side, one.kind) == sort)
        for sort, name in signals.TOLD.items()
    }
    if not any(told.values()):
        return

    def ring() -> None:
        signals.posted.send(sender=Document, company=documents[0].company_id, **told)

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


def redated(document: Document, options: Options, setup: Setup) -> None:
    """Take over the dates that the caller asked for; a new document date moves the due date."""
    dated(document, options.posting_date)
    if options.document_date is not None:
        document.document_date = options.document_date
        terms = setup.payment_terms.get(document.payment_terms)
        document.due_date = due_date(options.document_date, terms)
