"""What batch posting was refused, kept as issues of a shop until it is posted."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.utils import timezone

from connector.sync.batches import Batch
from connector.sync.issues import Noted, note
from connector.sync.models import DocumentLink, Issue, Run
from connector.sync.report import Outcome, Result
from erp.batch import BatchResult, Failure
from erp.models import Company, Document
from jobqueue.running import RunningJob
from shops.models import Shop


def list_failures(batch: Batch, company: Company, job: RunningJob, result: BatchResult) -> None:
    """Note what became of each document with its shop.

    That is the shop of its order; else the one that has it on its list; else the first that is in use.
    """
    failed = {failure.no: failure for failure in result.failed}
    looked_at = Document.objects.filter(
        company=company, side=batch.side, kind=batch.kind, no__in=[*failed, *result.posted]
    )
    found = dict(looked_at.values_list("pk", "no"))
    shops = _shops(batch, company, found)
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


def _shops(batch: Batch, company: Company, documents: Iterable[UUID]) -> dict[UUID, Shop]:
    """A document that is nobody's at Shopify stays on the list it came to, whatever shops there are."""
    keys = {_gid(key): key for key in documents}
    first = Shop.objects.filter(company_code=company.code).order_by("-enabled", "code").first()
    issues = Issue.objects.filter(
        report=batch.name, gid__in=keys, shop__company_code=company.code
    ).select_related("shop")
    listed = {keys[issue.gid]: issue.shop for issue in issues}
    links = DocumentLink.objects.filter(document__in=keys.values()).select_related("order__shop")
    linked = {link.document_id: link.order.shop for link in links}
    return (dict.fromkeys(keys.values(), first) if first else {}) | listed | linked


def _noted(pk: UUID, no: str, failure: Failure | None) -> Noted:
    result = (
        Result(Outcome.REJECTED, failure.code, failure.sentence)
        if failure
        else Result(Outcome.CREATED)
    )
    return _gid(pk), no, result


def _gid(pk: UUID) -> str:
    return f"document {pk}"
