"""Batch posting as queue entries: BC reports 296 (sales orders) and 297 (sales invoices)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from connector.sync.issues import note
from connector.sync.models import DocumentLink, Run
from connector.sync.parameters import BadParameters
from connector.sync.report import Outcome as RecordOutcome
from connector.sync.report import Result
from erp.batch import BatchResult, Failure, batch_post
from erp.models import Company, Document
from jobqueue.errors import Halt
from jobqueue.models import JobQueueEntry
from jobqueue.requests import request
from jobqueue.running import Outcome, RunningJob
from shops.models import Shop


@dataclass(frozen=True, slots=True)
class Batch:
    number: int  # BC's report
    name: str
    label: str | Promise
    kind: str  # of document


BATCHES = (
    Batch(296, "post_sales_orders", gettext_lazy("Batch post sales orders"), "order"),
    Batch(297, "post_sales_invoices", gettext_lazy("Batch post sales invoices"), "invoice"),
)
# What may be asked for, and the values it takes.
_OPTIONS = {"ship": ("yes", "no"), "invoice": ("yes", "no"), "replace_posting_date": ("no", "yes")}


def batch_named(name_or_number: str | int) -> Batch | None:
    wanted = str(name_or_number)
    return next((b for b in BATCHES if wanted in {b.name, str(b.number)}), None)


def request_batch(
    batch: Batch,
    company: str,
    *,
    owner_id: int | None = None,
    options: Mapping[str, str] | None = None,
    **when: Any,
) -> tuple[JobQueueEntry, bool]:
    """Queue a batch posting for one company's books. Raises BadParameters."""
    read_options(options or {})
    return request(
        batch.name,
        parameters={"company": company, "options": dict(options or {})},
        category=f"POST-{company}",
        lock_key=f"books {company}/{batch.name}",
        description=_("%(batch)s · %(company)s") % {"batch": batch.label, "company": company},
        owner_id=owner_id,
        **when,
    )


def read_options(options: Mapping[str, str]) -> dict[str, Any]:
    """Return arguments of `erp.batch.batch_post`. Raises BadParameters with what would be right."""
    values: dict[str, Any] = {name: choices[0] == "yes" for name, choices in _OPTIONS.items()}
    for name, value in options.items():
        if name == "posting_date":
            values[name] = _day(value)
        elif name not in _OPTIONS:
            known = ", ".join([*_OPTIONS, "posting_date"])
            raise BadParameters(
                _("There is no option “%(name)s”. There are: %(known)s.")
                % {"name": name, "known": known}
            )
        elif value not in {"yes", "no"}:
            raise BadParameters(_("%(name)s: write yes or no.") % {"name": name})
        else:
            values[name] = value == "yes"
    if values["replace_posting_date"] and not values.get("posting_date"):
        raise BadParameters(_("Enter the posting date: posting_date=2026-03-09."))
    return values


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadParameters(
            _("posting_date=%s is not a date. Write it like 2026-03-09.") % text
        ) from None


def run_batch(job: RunningJob) -> Outcome:
    """Handler of batch posting. Each document is a transaction of its own; refusals are listed."""
    batch = batch_named(job.kind)
    company = Company.objects.filter(code=job.parameters["company"]).first()
    if batch is None or company is None:
        raise Halt(_("The company %s does not exist.") % job.parameters["company"])
    zone = ZoneInfo("UTC")
    result = batch_post(
        company,
        kind=batch.kind,
        today=timezone.now().astimezone(zone).date(),
        before_each=job.checkpoint,
        **read_options(job.parameters.get("options", {})),
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
