"""Log entries as the API tells them: one a run."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from ninja import Field, Schema

from connector.api.shapes import (
    WHICH_REPORT,
    Code,
    Counts,
    LogStatusName,
    Moment,
    Page,
    Paging,
    Report,
    ReportKey,
    RowNumber,
)


class LogFilters(Paging):
    entry: RowNumber | None = Field(None, description="Runs of this entry.", examples=[42])
    shop: Code | None = Field(None, description="Code of the shop.")
    report: ReportKey | None = Field(None, description=WHICH_REPORT)
    status: list[LogStatusName] = Field(
        [], description="One or several: `status=error&status=issues`."
    )
    since: Moment | None = Field(
        None, description="Started from then on.", examples=["2026-03-09T06:00:00Z"]
    )


class Run(Schema):
    id: int = Field(description="Number of the log entry.", examples=[117])
    entry: int | None = Field(description="Null once the entry is deleted.", examples=[42])
    report: Report
    description: str
    shop: str
    status: LogStatusName
    will_retry: bool
    started: datetime
    ended: datetime | None = Field(description="Null while it runs.")
    seconds: float | None = Field(description="How long it took.", examples=[12.4])
    counts: Counts
    issues: int = Field(description="Records that needed a person.")
    message: str
    error: str


class Log(Page):
    runs: list[Run]


class Record(Schema):
    """A record that a report looked at and did not take. It is listed with the last such run."""

    id: int = Field(examples=[9])
    shop: str
    report: str = Field(examples=["orders"])
    record: str = Field(description="As people name it.", examples=["#1001"])
    gid: str = Field(
        description="Shopify's id, or ours where the record is ours.",
        examples=["gid://shopify/Order/1001"],
    )
    outcome: Literal["skipped", "rejected"] = Field(
        description="Rejected: somebody has to mend something."
    )
    code: str = Field(description="The sort of reason.", examples=["unmapped_variant"])
    reason: str = Field(examples=["No item stands for “Wool sock”. Map the product to an item."])
    state: Literal["open", "resolved", "dismissed"]
    attempts: int
    next_try: datetime | None = Field(description="Null: at every run.")
    first_seen: datetime
    last_seen: datetime


class Records(Page):
    records: list[Record]


class RunDetails(Run):
    parameters: dict[str, Any] = Field(description="As they were in this run.")
    records: list[Record] = Field(description="The newest records of it that were not taken.")
    next_records: int | None = Field(
        description="The `cursor` for GET /api/log/{log_id}/records; null when these are all."
    )
