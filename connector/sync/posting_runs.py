"""Runs of batch posting: each document by itself, what is refused is listed until it is posted."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from connector.sync.batches import Batch, arguments, batch_named, documents
from connector.sync.parameters import read
from connector.sync.posting_issues import list_failures
from erp.batch import BatchResult, batch_post
from erp.combining import combine_shipments
from erp.models import Company, Document
from jobqueue.errors import Halt, JobError
from jobqueue.running import Outcome, RunningJob
from shops.models import Shop


def run_batch(job: RunningJob) -> Outcome:
    """Handler of batch posting. Each document is a transaction of its own; refusals are listed."""
    batch, company = _of(job)
    asked = read(batch, job.parameters)
    today = _today(company)
    filters = {"pk__in": documents(batch, company, asked).values("pk")} if asked.filters else None
    result = _post(job, batch, company, today=today, filters=filters, **arguments(asked, today))
    return Outcome(
        counts=_of_all_parts(job.before, _counts(result)),
        message=_message(result),
        issues=len(result.failed),
    )


def run_combine(job: RunningJob) -> Outcome:
    """Handler of report 295: one invoice for several shipments, posted at once if wished.

    An invoice that is refused is listed as one of report 297, by which it is tried again.
    """
    batch, company = _of(job)
    asked = read(batch, job.parameters)
    today = _today(company)
    wanted = arguments(asked, today)
    maker = f"{batch.name} {job.entry_id}"
    with job.transaction():
        made = combine_shipments(
            company,
            posting_date=wanted["posting_date"],
            orders=documents(batch, company, asked),
            created_by=maker,
        )
    counts = {"read": len(made), "created": len(made)}
    if not wanted["post"]:
        return Outcome(counts=_added(job.before, counts), message=_made(made), idle=not made)
    invoices = batch_named(297)
    assert invoices is not None
    # With what an earlier part or run of this entry made and could not post.
    result = _post(job, invoices, company, today=today, filters={"created_by": maker})
    counts |= {"updated": len(result.posted), "rejected": len(result.failed)}
    return Outcome(
        counts=_added(job.before, counts),
        message="\n".join(filter(None, [_made(made), _message(result)])),
        issues=len(result.failed),
    )


def _of(job: RunningJob) -> tuple[Batch, Company]:
    batch = batch_named(job.kind)
    company = Company.objects.filter(code=job.parameters["company"]).first()
    if batch is None or company is None:
        raise Halt(_("The company %s does not exist.") % job.parameters["company"])
    return batch, company


def _today(company: Company) -> date:
    """The day it is where the company's first shop is."""
    zones = Shop.objects.filter(company_code=company.code).order_by("code")
    zone = zones.values_list("zone", flat=True).first()
    return timezone.localdate(timezone=ZoneInfo(zone) if zone else None)


def _post(job: RunningJob, batch: Batch, company: Company, **wanted: Any) -> BatchResult:
    so_far = BatchResult()

    def look(result: BatchResult) -> None:
        nonlocal so_far
        so_far = result
        job.progress(done=_read(result), counts=_counts(result))

    try:
        so_far = batch_post(company, side=batch.side, kind=batch.kind, before_each=look, **wanted)
    except JobError:  # the rest follows, or not: what was posted and refused is known
        list_failures(batch, company, job, so_far)
        raise
    list_failures(batch, company, job, so_far)
    return so_far


def _made(invoices: list[Document]) -> str:
    text = ngettext(
        "%(count)d invoice made: %(numbers)s.",
        "%(count)d invoices made: %(numbers)s.",
        len(invoices),
    )
    numbers = ", ".join(invoice.no for invoice in invoices[:20])
    return text % {"count": len(invoices), "numbers": numbers} if invoices else ""


def _added(before: Mapping[str, int], last: Mapping[str, int]) -> dict[str, int]:
    return {name: before.get(name, 0) + last.get(name, 0) for name in {*before, *last}}


def _read(result: BatchResult) -> int:
    return len(result.posted) + len(result.failed)


def _counts(result: BatchResult) -> dict[str, int]:
    posted, failed = len(result.posted), len(result.failed)
    return {"read": posted + failed, "created": posted, "rejected": failed}


def _of_all_parts(before: Mapping[str, int], last: Mapping[str, int]) -> dict[str, int]:
    """Each part looks again at what an earlier one was refused, so only what it posted adds up."""
    posted = before.get("created", 0)
    return {**last, "read": last["read"] + posted, "created": last["created"] + posted}


def _message(result: BatchResult) -> str:
    """The first refusals in words; all of them stand on their shops' lists of skipped records."""
    return "\n".join(f"{failure.no}: {failure.sentence}" for failure in result.failed[:20])
