"""Posting many documents, each posted whole or refused (BC reports 296–298, 6655 and 496–498)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from django.core.exceptions import ObjectDoesNotExist
from django.db import DatabaseError
from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _

from erp.errors import Refused
from erp.models import Company, Document
from erp.posting.documents import plan_document
from erp.posting.group import Plan, post_group
from erp.posting.ledger import OutOfBalance
from erp.posting.orders import plan_order
from erp.posting.plan import Asked, Options

LINES = 500  # at most in one transaction, so that others wait for its items a moment only


class Failure(NamedTuple):
    no: str
    code: str
    sentence: str


@dataclass(slots=True)
class BatchResult:
    posted: list[str] = field(default_factory=list)  # numbers, in the order of posting
    failed: list[Failure] = field(default_factory=list)


class _Waiting(NamedTuple):
    document_id: UUID
    no: str
    version: int
    lines: int


def batch_post(  # noqa: PLR0913 - the fields of the request page, as a person fills them in
    company: Company,
    *,
    kind: str,
    side: str = Document.Side.SALE,
    numbers: Collection[str] | None = None,
    filters: Mapping[str, Any] | None = None,
    ship: bool = True,
    invoice: bool = True,
    posting_date: date | None = None,
    replace_posting_date: bool = False,
    replace_document_date: bool = False,
    today: date,
    before_each: Callable[[BatchResult], None] | None = None,
) -> BatchResult:
    """Post all open and released documents of a side and `kind` that match, by number.

    Refusals are collected and the others go on. `filters` are keyword arguments of
    `Document.objects.filter`. `posting_date` counts only with `replace_posting_date`; without a
    date that is refused for each document, as BC does. `replace_document_date` counts only with it,
    and sets the document date, and with it the due date, to the posting date. `before_each` is called between the groups
    of documents that are posted together, outside of any transaction, with what came of the batch
    until then; what it raises ends it.
    """
    documents = Document.objects.filter(company=company, side=side, kind=kind).unposted()
    if numbers is not None:
        documents = documents.filter(no__in=numbers)
    waiting = _waiting(documents, filters)
    result = BatchResult()
    if replace_posting_date and posting_date is None:
        sentence = _("Enter the posting date.")
        result.failed = [Failure(document.no, "date", sentence) for document in waiting]
        return result
    orders = {Document.Kind.ORDER, Document.Kind.RETURN_ORDER}
    plan = plan_order if kind in orders else plan_document
    day = posting_date if replace_posting_date else None
    options = Options(
        today=today,
        posting_date=day,
        document_date=day if replace_document_date else None,
        ship=ship,
        invoice=invoice,
    )
    for group in _groups(waiting):
        if before_each is not None:
            before_each(result)
        for document, refusal in zip(group, _post(plan, group, options), strict=True):
            if refusal is None:
                result.posted.append(document.no)
            else:
                result.failed.append(Failure(document.no, refusal.code, refusal.sentence))
    return result


def _groups(waiting: Sequence[_Waiting]) -> Iterator[list[_Waiting]]:
    """Cut into groups of LINES lines at most; a longer document is a group of its own.

    The first is a single document and each may hold four times as many as the one before, so that
    a batch that cannot work, or is cancelled, ends after few. Every group costs as much as a dozen
    short documents, so the small ones at the beginning must not be many.
    """
    group: list[_Waiting] = []
    lines, most = 0, 1
    for document in waiting:
        if group and (len(group) == most or lines + document.lines > LINES):
            yield group
            group, lines, most = [], 0, 4 * most
        group.append(document)
        lines += document.lines
    if group:
        yield group


def _post(plan: Plan, group: Sequence[_Waiting], options: Options) -> list[Refused | None]:
    """Post a group; where one of its documents fails all of them, each by itself."""
    asked = [Asked(document.document_id, document.version) for document in group]
    try:
        return [posting.refusal for posting in post_group(plan, asked, options)]
    except Refused as refusal:
        if len(group) == 1:
            return [refusal]
    except (DatabaseError, ArithmeticError, OutOfBalance, ObjectDoesNotExist):
        if len(group) == 1:
            raise
    return [answer for document in group for answer in _post(plan, [document], options)]


def _waiting(documents: QuerySet[Document], filters: Mapping[str, Any] | None) -> list[_Waiting]:
    if filters:
        documents = documents.filter(**filters)
    columns = ("pk", "no", "version", "size")
    rows = documents.annotate(size=Count("lines")).order_by("no").values_list(*columns)
    return [_Waiting(*row) for row in rows]
