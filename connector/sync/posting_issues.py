"""What batch posting was refused, kept as issues of a shop until it is posted."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.utils import timezone

from connector.sync.batches import Batch
from connector.sync.issues import Noted, note
from connector.sync.models import DocumentLink, Run
from connector.sync.report import Outcome, Result
from erp.batch import BatchResult, Failure
from erp.models import Company, Document
from jobqueue.running import RunningJob
from shops.models import Shop


def list_failures(batch: Batch, company: Company, job: RunningJob, result: BatchResult) -> None:
    """Note what became of each document with its shop: that of its order, else the company's first."""
    failed = {failure.no: failure for failure in result.failed}
    looked_at = Document.objects.filter(
        company=company, side=batch.side, kind=batch.kind, no__in=[*failed, *result.posted]
    )
    found = dict(looked_at.values_list("pk", "no"))
    shops = _shops(company, found)
    by_shop: dict[Shop, list[Noted]] = {}
    for pk, no in found.items():
        if pk in shops:
            by_shop.setdefault(shops[pk], []).append(_noted(pk, no, failed.get(no)))
    now = timezone.now()
    with job.transaction():
        for shop, rows in by_shop.items():
            run = Run.objects.create(
                shop=shop,
                report=batch.name,
                log_entry_id=job.log_id,
                started_at=job.started,
                finished_at=now,
                counts={"read": len(rows)},
            )
            note(run, rows, now)


def _shops(company: Company, documents: Iterable[UUID]) -> dict[UUID, Shop]:
    keys = list(documents)
    first = Shop.objects.filter(company_code=company.code).order_by("code").first()
    links = DocumentLink.objects.filter(document__in=keys).select_related("order__shop")
    linked = {link.document_id: link.order.shop for link in links}
    return linked if first is None else dict.fromkeys(keys, first) | linked


def _noted(pk: UUID, no: str, failure: Failure | None) -> Noted:
    result = (
        Result(Outcome.REJECTED, failure.code, failure.sentence)
        if failure
        else Result(Outcome.CREATED)
    )
    return f"document {pk}", no, result
