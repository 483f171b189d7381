"""Batch posting as queue entries: BC reports 296 (sales orders) and 297 (sales invoices)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from connector.sync import order_filters
from connector.sync.issues import note
from connector.sync.models import DocumentLink, Run
from connector.sync.parameters import BadParameters, checked, read
from connector.sync.report import Asked, FilterField, Option, Result
from connector.sync.report import Outcome as RecordOutcome
from erp.batch import BatchResult, Failure, batch_post
from erp.models import Company, Document
from jobqueue.errors import Halt
from jobqueue.filters import Type
from jobqueue.models import JobQueueEntry
from jobqueue.requests import request
from jobqueue.running import Outcome, RunningJob
from shops.models import Shop

_FILTERS = {
    "no": FilterField(
        Type.TEXT,
        gettext_lazy("No."),
        column="no",
        help=gettext_lazy("Of the document. One, or several: SO-1001..SO-1050."),
    ),
    "customer_no": FilterField(Type.TEXT, gettext_lazy("Sell-to customer no."), column="party__no"),
    "order_no": FilterField(
        Type.TEXT,
        gettext_lazy("Shopify order no."),
        column="external_no",
        help=order_filters.ORDER_NO,
    ),
    "posting_date": FilterField(
        Type.DATE, gettext_lazy("Posting date"), column="posting_date", help=order_filters.DAYS
    ),
}
_YES = {"yes": gettext_lazy("Yes"), "no": gettext_lazy("No")}
_NO = {"no": gettext_lazy("No"), "yes": gettext_lazy("Yes")}
_SHIP = {
    "ship": Option(gettext_lazy("Ship"), _YES),
    "invoice": Option(gettext_lazy("Invoice"), _YES),
}
_DATES = {
    "replace_posting_date": Option(
        gettext_lazy("Replace posting date"),
        _NO,
        help=gettext_lazy("Yes: every document is posted on the posting date below."),
    ),
    "posting_date": Option(
        gettext_lazy("New posting date"),
        help=gettext_lazy("A fixed day: a schedule keeps posting on it."),
    ),
}


@dataclass(frozen=True, slots=True)
class Batch:
    number: int  # BC's report
    name: str
    label: str | Promise
    kind: str  # of document
    options: Mapping[str, Option]
    filters: Mapping[str, FilterField] = field(default_factory=lambda: _FILTERS)


BATCHES = (
    Batch(
        296,
        "post_sales_orders",
        gettext_lazy("Batch post sales orders"),
        "order",
        _SHIP | _DATES,
    ),
    Batch(
        297,
        "post_sales_invoices",
        gettext_lazy("Batch post sales invoices"),
        "invoice",
        _DATES,
    ),
)


def batch_named(name_or_number: str | int) -> Batch | None:
    wanted = str(name_or_number)
    return next((b for b in BATCHES if wanted in {b.name, str(b.number)}), None)


def request_batch(
    batch: Batch,
    company: str,
    *,
    owner_id: int | None = None,
    filters: Mapping[str, str] | None = None,
    options: Mapping[str, str] | None = None,
    **when: Any,
) -> tuple[JobQueueEntry, bool]:
    """Queue a batch posting for one company's books. Raises BadParameters."""
    return request(
        batch.name,
        parameters=batch_parameters(batch, company, filters or {}, options or {}),
        category=f"POST-{company}",
        lock_key=f"books {company}/{batch.name}",
        description=_("%(batch)s · %(company)s") % {"batch": batch.label, "company": company},
        owner_id=owner_id,
        **when,
    )


def batch_parameters(
    batch: Batch, company: str, filters: Mapping[str, str], options: Mapping[str, str]
) -> dict[str, Any]:
    """Return the parameters as they are kept. Raises BadParameters with what would be right."""
    kept = checked(batch, filters, options)
    _arguments(read(batch, kept))
    return {"company": company, **kept}


def preview(batch: Batch, company: Company, asked: Asked) -> str:
    """How many documents would be posted now, as a sentence."""
    count = _documents(batch, company, asked).count()
    text = ngettext("Matches %(count)d document now.", "Matches %(count)d documents now.", count)
    return text % {"count": count}


def _documents(batch: Batch, company: Company, asked: Asked) -> QuerySet[Document]:
    documents = Document.objects.filter(company=company).sales(batch.kind).unposted()
    for name, wanted in asked.filters.items():
        documents = documents.filter(wanted.q(batch.filters[name].column))
    return documents


def _arguments(asked: Asked) -> dict[str, Any]:
    """The options as arguments of `erp.batch.batch_post`. Raises BadParameters."""
    day = asked.options.get("posting_date")
    values: dict[str, Any] = {
        name: value == "yes" for name, value in asked.options.items() if name != "posting_date"
    }
    if values["replace_posting_date"] and not day:
        raise BadParameters(_("Enter the posting date: posting_date=2026-03-09."))
    return values | {"posting_date": date.fromisoformat(day) if day else None}


def run_batch(job: RunningJob) -> Outcome:
    """Handler of batch posting. Each document is a transaction of its own; refusals are listed."""
    batch = batch_named(job.kind)
    company = Company.objects.filter(code=job.parameters["company"]).first()
    if batch is None or company is None:
        raise Halt(_("The company %s does not exist.") % job.parameters["company"])
    zone = ZoneInfo("UTC")
    asked = read(batch, job.parameters)
    result = batch_post(
        company,
        kind=batch.kind,
        filters={"pk__in": _documents(batch, company, asked).values("pk")}
        if asked.filters
        else None,
        today=timezone.now().astimezone(zone).date(),
        before_each=job.checkpoint,
        **_arguments(asked),
    )
    _list_failures(batch, company, job, result)
    counts = {
        "read": len(result.posted) + len(result.failed),
        "created": len(result.posted),
        "rejected": len(result.failed),
    }
    return Outcome(counts=counts, message=_message(result), issues=len(result.failed))


def _message(result: BatchResult) -> str:
    """The first refusals in words; all of them stand on their shops' lists of skipped records."""
    return "\n".join(f"{failure.no}: {failure.sentence}" for failure in result.failed[:20])


def _list_failures(batch: Batch, company: Company, job: RunningJob, result: BatchResult) -> None:
    """Keep the refusals of Shopify orders' documents as issues of their shop, until they post."""
    failed = {failure.no: failure for failure in result.failed}
    links = DocumentLink.objects.filter(
        document__company=company,
        document__kind=batch.kind,
        document__no__in=[*failed, *result.posted],
    ).select_related("order__shop", "document")
    by_shop: dict[int, list[tuple[str, str, Result]]] = {}
    shops: dict[int, Shop] = {}
    for link in links:
        shop = link.order.shop
        shops[shop.pk] = shop
        noted = _noted(link.document, failed.get(link.document.no))
        by_shop.setdefault(shop.pk, []).append(noted)
    now = timezone.now()
    with job.transaction():
        for pk, rows in by_shop.items():
            run = Run.objects.create(
                shop=shops[pk],
                report=batch.name,
                log_entry_id=job.log_id,
                started_at=job.started,
                finished_at=now,
                counts={"read": len(rows)},
            )
            note(run, rows, now)


def _noted(document: Document, failure: Failure | None) -> tuple[str, str, Result]:
    result = (
        Result(RecordOutcome.REJECTED, failure.code, failure.sentence)
        if failure
        else Result(RecordOutcome.CREATED)
    )
    return f"document {document.pk}", document.no, result
