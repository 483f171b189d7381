"""Posting many documents, each a transaction of its own (BC reports 296, 297 and 298)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from django.utils.translation import gettext as _

from erp.errors import PostingError, Refused
from erp.models import Company, Document
from erp.posting import post_document, post_order


class Failure(NamedTuple):
    no: str
    code: str
    sentence: str


@dataclass(slots=True)
class BatchResult:
    posted: list[str] = field(default_factory=list)  # numbers, in the order of posting
    failed: list[Failure] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Request:
    kind: str
    ship: bool
    invoice: bool
    posting_date: date | None
    replace_posting_date: bool
    today: date

    def post(self, document_id: UUID, no: str, version: int) -> None:
        """Raises PostingError."""
        if self.replace_posting_date and self.posting_date is None:
            raise PostingError("date", _("Enter the posting date."), no)
        day = self.posting_date if self.replace_posting_date else None
        if self.kind == Document.Kind.ORDER:
            post_order(
                document_id,
                ship=self.ship,
                invoice=self.invoice,
                expected_version=version,
                posting_date=day,
                today=self.today,
            )
        else:
            post_document(
                document_id,
                expected_version=version,
                posting_date=day,
                today=self.today,
            )


def batch_post(  # noqa: PLR0913 - the fields of the request page, as a person fills them in
    company: Company,
    *,
    kind: str,
    numbers: Collection[str] | None = None,
    filters: Mapping[str, Any] | None = None,
    ship: bool = True,
    invoice: bool = True,
    posting_date: date | None = None,
    replace_posting_date: bool = False,
    today: date,
    before_each: Callable[[], None] | None = None,
) -> BatchResult:
    """Post all open and released sales documents of `kind` that match, by number.

    Refusals are collected and the others go on. `filters` are keyword arguments of
    `Document.objects.filter`. `posting_date` counts only with `replace_posting_date`; without a
    date that is refused for each document, as BC does. `before_each` is called between documents,
    outside of any transaction; what it raises ends the batch.
    """
    result = BatchResult()
    request = _Request(kind, ship, invoice, posting_date, replace_posting_date, today)
    for document_id, no, version in _waiting(company, kind, numbers, filters):
        if before_each is not None:
            before_each()
        try:
            request.post(document_id, no, version)
        except Refused as refusal:
            result.failed.append(Failure(no, refusal.code, refusal.sentence))
        else:
            result.posted.append(no)
    return result


def _waiting(
    company: Company,
    kind: str,
    numbers: Collection[str] | None,
    filters: Mapping[str, Any] | None,
) -> list[tuple[UUID, str, int]]:
    documents = Document.objects.filter(company=company).sales(kind).unposted()
    if numbers is not None:
        documents = documents.filter(no__in=numbers)
    if filters:
        documents = documents.filter(**filters)
    return list(documents.order_by("no").values_list("pk", "no", "version"))
