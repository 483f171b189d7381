"""Reading what a group of documents needs, in a fixed number of statements."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from erp import vat
from erp.currencies import Currencies
from erp.models import Company, Document, DocumentLine, Lookup, Party
from erp.posting.buying import Buying
from erp.posting.combined import Combined, orders_of
from erp.posting.heads import COPIED
from erp.posting.ledger import next_transaction_nos
from erp.posting.plan import Asked, Options, Posting, Setup


def lock(asked: Sequence[Asked]) -> tuple[list[Posting], Combined]:
    """Lock documents and their lines, in the order of keys. Raises Document.DoesNotExist.

    The orders whose shipments a document invoices are locked in the same order, as if asked for.
    """
    ids = [one.document_id for one in asked]
    orders = orders_of(ids)
    all_ids = {*ids, *orders}
    rows = Document.objects.select_for_update(no_key=True).filter(pk__in=all_ids).order_by("pk")
    documents = {document.pk: document for document in rows.defer(*COPIED)}
    for missing in set(ids) - set(documents):
        raise Document.DoesNotExist(f"There is no document {missing}.")
    _attach(documents.values())
    lines = _lock_lines(all_ids)
    numbers = next_transaction_nos(len(asked))
    postings = [
        Posting(one, documents[one.document_id], lines[one.document_id], number)
        for one, number in zip(asked, numbers, strict=True)
    ]
    combined = Combined(
        {key: documents[key] for key in orders}, {key: lines[key] for key in orders}
    )
    combined.read(postings)
    return postings, combined


def read_setup(postings: Sequence[Posting], options: Options) -> Setup:
    documents = [posting.document for posting in postings]
    company = documents[0].company
    computed = any(document.state == Document.State.OPEN for document in documents)
    return Setup(
        Currencies.of(company, {document.currency for document in documents}),
        vat.percentages(company) if computed else {},
        _payment_terms(company) if options.document_date else {},
        Buying.of(postings),
    )


def _payment_terms(company: Company) -> dict[str, dict[str, Any]]:
    rows = Lookup.objects.filter(company=company, kind=Lookup.Kind.PAYMENT_TERMS)
    return dict(rows.values_list("code", "data"))


def _attach(documents: Iterable[Document]) -> None:
    """Give all documents their company and parties, which they share, as one object each."""
    companies = Company.objects.in_bulk({document.company_id for document in documents})
    named = {key for document in documents for key in (document.party_id, document.bill_to_id)}
    parties = Party.objects.in_bulk(named - {None})
    for document in documents:
        document.company = companies[document.company_id]
        document.party = parties.get(document.party_id)
        document.bill_to = parties.get(document.bill_to_id)


def _lock_lines(ids: Iterable[UUID]) -> dict[UUID, list[DocumentLine]]:
    rows = (
        DocumentLine.objects.select_for_update(no_key=True)
        .filter(document__in=ids)
        .exclude(type=DocumentLine.Type.COMMENT)
        .order_by("document_id", "line_no")
    )
    lines: dict[UUID, list[DocumentLine]] = defaultdict(list)
    for line in rows:
        lines[line.document_id].append(line)
    return lines
