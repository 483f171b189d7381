"""What a request page is about: a report for a shop, or a batch posting for the shop's books."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.functional import Promise

from connector.sync import batches
from connector.sync.batches import (
    Batch,
    batch_named,
    batch_parameters,
    category_of,
    request_batch,
)
from connector.sync.jobs import request_report
from connector.sync.parameters import checked, read
from connector.sync.report import Declared, Preview, Report
from connector.sync.reports import UnknownReport, report_named
from erp.models import Company
from jobqueue.models import JobQueueEntry
from shops.models import Shop

Texts = Mapping[str, str]
POSTING = "erp.change_document"  # the permission that batch posting takes


@dataclass(frozen=True, slots=True)
class ReportSubject:
    report: type[Report[Any]]
    shop: Shop
    permission: str = ""

    @property
    def number(self) -> int:
        return self.report.number

    @property
    def name(self) -> str:
        return self.report.name

    @property
    def scope(self) -> str:
        """Whose records it is about."""
        return self.shop.code

    @property
    def category(self) -> str:
        """Whose entries it waits for, unless a person chooses otherwise."""
        return self.shop.job_category

    @property
    def label(self) -> str | Promise:
        return self.report.label

    @property
    def declared(self) -> Declared:
        return self.report

    def parameters(self, filters: Texts, options: Texts) -> dict[str, Any]:
        """As they are kept. Raises BadParameters."""
        return dict(checked(self.report, filters, options))

    def warning(self, parameters: Mapping[str, Any]) -> str:
        """What to know when this is to recur; a report has nothing to say."""
        del parameters
        return ""

    def preview(self, parameters: Mapping[str, Any], now: datetime) -> Preview:
        """Raises BadParameters."""
        return self.report.preview(self.shop, read(self.report, parameters), now)

    def request(self, filters: Texts, options: Texts, **when: Any) -> tuple[JobQueueEntry, bool]:
        """Raises BadParameters, and Refused by the queue."""
        return request_report(self.number, self.shop, filters=filters, options=options, **when)


@dataclass(frozen=True, slots=True)
class BatchSubject:
    batch: Batch
    company: Company
    shop: Shop | None = None
    permission: str = POSTING

    @property
    def number(self) -> int:
        return self.batch.number

    @property
    def name(self) -> str:
        return self.batch.name

    @property
    def scope(self) -> str:
        """Whose records it is about."""
        return self.company.code

    @property
    def category(self) -> str:
        """Whose entries it waits for, unless a person chooses otherwise."""
        return category_of(self.company.code)

    @property
    def label(self) -> str | Promise:
        return self.batch.label

    @property
    def declared(self) -> Declared:
        return self.batch

    def parameters(self, filters: Texts, options: Texts) -> dict[str, Any]:
        """As they are kept. Raises BadParameters."""
        return batch_parameters(self.batch, self.company.code, filters, options)

    def warning(self, parameters: Mapping[str, Any]) -> str:
        """What to know when this is to recur: that every run will post on one day."""
        return batches.fixed_day(self.batch, parameters)

    def preview(self, parameters: Mapping[str, Any], now: datetime) -> Preview:
        """Raises BadParameters."""
        del now
        return batches.preview(self.batch, self.company, read(self.batch, parameters))

    def request(self, filters: Texts, options: Texts, **when: Any) -> tuple[JobQueueEntry, bool]:
        """Raises BadParameters, and Refused by the queue."""
        code = self.company.code
        return request_batch(self.batch, code, filters=filters, options=options, **when)


Subject = ReportSubject | BatchSubject


def declared_of(kind: str) -> Declared | None:
    """What may be asked of this kind; None when there is no such report any more."""
    try:
        return batch_named(kind) or report_named(kind)
    except UnknownReport:
        return None


def subject_of(number: int | str, shop: Shop) -> Subject | None:
    """None when there is no such report, or no books for its posting."""
    if batch := batch_named(number):
        company = Company.objects.filter(code=shop.company_code).first()
        return BatchSubject(batch, company, shop) if company else None
    try:
        return ReportSubject(report_named(number), shop)
    except UnknownReport:
        return None


def subject_of_entry(entry: JobQueueEntry) -> Subject | None:
    """None when what the entry runs, its shop or its books are gone."""
    if batch := batch_named(entry.kind):
        company = Company.objects.filter(code=entry.parameters.get("company", "")).first()
        return BatchSubject(batch, company) if company else None
    shop = Shop.objects.filter(code=entry.shop).first()
    return subject_of(entry.kind, shop) if shop else None
