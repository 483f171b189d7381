"""From drafts to open documents, many at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from erp import series
from erp.documents.assembly import Assembled, assemble
from erp.documents.references import References
from erp.drafts import DocumentDraft, PurchaseDocumentDraft, SalesDocumentDraft
from erp.errors import DocumentError
from erp.models import Company, Document, DocumentLine

TRIES = 3
Answer = Document | DocumentError


def create_sales_document(company: Company, draft: SalesDocumentDraft) -> Document:
    """Create one open document with its totals. Raises DocumentError; then nothing is written."""
    return _single(create_sales_documents(company, [draft]))


def create_purchase_document(company: Company, draft: PurchaseDocumentDraft) -> Document:
    """As `create_sales_document`."""
    return _single(create_purchase_documents(company, [draft]))


def create_sales_documents(
    company: Company, drafts: Sequence[SalesDocumentDraft]
) -> list[Document | DocumentError]:
    """Create what can be created, in one transaction; the answers come in the order of the drafts.

    A draft whose `request_id` was seen before gets the document of then.
    """
    return _create_all(company, Document.Side.SALE, drafts)


def create_purchase_documents(
    company: Company, drafts: Sequence[PurchaseDocumentDraft]
) -> list[Document | DocumentError]:
    """As `create_sales_documents`."""
    return _create_all(company, Document.Side.PURCHASE, drafts)


def _single(answers: Sequence[Answer]) -> Document:
    (answer,) = answers
    if isinstance(answer, DocumentError):
        raise answer
    return answer


def _create_all(
    company: Company, side: Document.Side, drafts: Sequence[DocumentDraft]
) -> list[Answer]:
    for attempt in range(1, TRIES + 1):
        try:
            with transaction.atomic():
                return _create(company, side, drafts)
        except IntegrityError:
            # Another process created the same request or number since it was looked for here; a
            # second look finds it.
            if attempt == TRIES:
                raise
    raise AssertionError


def _create(company: Company, side: Document.Side, drafts: Sequence[DocumentDraft]) -> list[Answer]:
    known = References.of(company, side, drafts)
    # Numbers before requests: what another process commits in between is then found as the request
    # that it is, and not as a number that is taken.
    taken = _taken(company, side, drafts)
    first = _requested(drafts)
    answers: list[Answer] = []
    made: list[Assembled] = []
    for draft in drafts:
        if draft.request_id in first:
            answers.append(first[draft.request_id])
            continue
        try:
            assembled = _assemble(draft, known, taken)
        except DocumentError as refusal:
            answers.append(refusal)
            continue
        made.append(assembled)
        answers.append(assembled.document)
        if draft.request_id:
            first[draft.request_id] = assembled.document
    save(company, side, made)
    return answers


def _assemble(draft: DocumentDraft, known: References, taken: set[tuple[str, str]]) -> Assembled:
    assembled = assemble(draft, known)
    number = (draft.kind, assembled.document.no)
    if number in taken:
        raise DocumentError(
            "exists", _("Document %(no)s exists already.") % {"no": assembled.document.no}
        )
    if assembled.document.no:
        taken.add(number)
    return assembled


def _requested(drafts: Iterable[DocumentDraft]) -> dict[UUID | None, Document]:
    asked = [draft.request_id for draft in drafts if draft.request_id]
    found = Document.objects.filter(request_id__in=asked) if asked else []
    return {document.request_id: document for document in found}


def _taken(
    company: Company, side: Document.Side, drafts: Iterable[DocumentDraft]
) -> set[tuple[str, str]]:
    asked = {draft.no.strip().upper() for draft in drafts if draft.no}
    if not asked:
        return set()
    found = Document.objects.filter(company=company, side=side, no__in=asked)
    return set(found.values_list("kind", "no"))


def save(company: Company, side: Document.Side, made: Sequence[Assembled]) -> None:
    """Number new documents and write them with their lines."""
    for kind in sorted({Document.Kind(document.kind) for document, _lines in made}):
        numbered = [document for document, _lines in made if document.kind == kind]
        _number(company, (side, kind), numbered)
    Document.objects.bulk_create(document for document, _lines in made)
    DocumentLine.objects.bulk_create((line for _document, lines in made for line in lines), 500)


def _number(
    company: Company,
    sort: tuple[Document.Side, Document.Kind],
    documents: Sequence[Document],
) -> None:
    """Take numbers for those that have none, skipping numbers that somebody gave by hand."""
    waiting = [document for document in documents if not document.no]
    while waiting:
        numbers = series.take(company, series.CREATED[sort], len(waiting))
        used = _used(company, sort, numbers) | {document.no for document in documents}
        for no in numbers:
            if no not in used:
                waiting.pop(0).no = no


def _used(
    company: Company, sort: tuple[Document.Side, Document.Kind], numbers: Sequence[str]
) -> set[Any]:
    side, kind = sort
    found = Document.objects.filter(company=company, side=side, kind=kind, no__in=numbers)
    return set(found.values_list("no", flat=True))
