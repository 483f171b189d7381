"""Job queue entries as the API tells them and takes them."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Annotated, Any, Literal

from ninja import Field, Schema
from pydantic import AfterValidator, ConfigDict

from connector.api.shapes import (
    WHICH_REPORT,
    Category,
    Code,
    Counts,
    LogStatusName,
    Moment,
    Page,
    Paging,
    Report,
    ReportKey,
    StatusName,
    Text,
)
from jobqueue.models.entry import LONGEST

PriorityName = Literal["high", "normal", "low"]
Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
MOMENT = "2026-03-09T06:00:00Z"


def _without_zone(given: time) -> time:
    if given.tzinfo is not None:
        raise ValueError("a time of the day has no zone of its own")
    return given


LocalTime = Annotated[time, AfterValidator(_without_zone)]


class EntryFilters(Paging):
    status: list[StatusName] = Field(
        [], description="One or several: `status=ready&status=waiting`."
    )
    shop: Code | None = Field(None, description="Code of the shop.")
    report: ReportKey | None = Field(None, description=WHICH_REPORT)
    category: Text | None = Field(
        None, description="Code of the job queue category.", examples=["SHPFY-NORDIC"]
    )
    changed_since: Moment | None = Field(
        None, description="Only what changed from then on.", examples=[MOMENT]
    )
    recurring: bool | None = Field(None, description="Only schedules, or only what runs once.")


class Progress(Schema):
    """How far the present run is, or the last one was."""

    phase: str = Field("", examples=["Reading orders"])
    done: int | None = Field(None, examples=[184])
    total: int | None = Field(None, description="Null when nobody knows.", examples=[260])
    counts: Counts = {}


class LastRun(Schema):
    log_id: int = Field(description="See GET /api/log/{log_id}.")
    status: LogStatusName
    started: datetime
    ended: datetime | None
    counts: Counts
    issues: int = Field(description="Records of this run that needed a person.")
    message: str
    error: str


class Entry(Schema):
    id: int = Field(description="Entry No.", examples=[42])
    report: Report
    description: str
    shop: str = Field(description="Code of the shop; empty for batch postings.")
    category: str
    status: StatusName
    why: str = Field(
        description="Why it does not run, in a sentence; empty when it runs or did what it was "
        "asked for.",
        examples=["Shop NORDIC is paused: Stocktaking."],
    )
    priority: PriorityName
    recurring: bool
    earliest_start: datetime
    next_start: datetime | None = Field(
        description="When it starts at the earliest; null while it runs or rests."
    )
    started: datetime | None = Field(description="Start of the present or last run.")
    attempts: int = Field(description="Runs in a row that failed and were tried again.")
    max_attempts: int
    error: str = Field(description="Why the last run failed; empty when it did not.")
    hold_reason: str
    cancel_requested: bool = Field(description="It stops at the next record.")
    progress: Progress | None
    last_run: LastRun | None = Field(description="The present run, or the last one.")
    requested_by: str | None = Field(description="Name of the user.", examples=["kari"])
    created: datetime
    changed: datetime


class Entries(Page):
    entries: list[Entry]


class Recurrence(Schema):
    """Weekdays with minutes, or a date formula. Times are local to the zone."""

    model_config = ConfigDict(extra="forbid")
    weekdays: list[Weekday] = Field([], examples=[["monday", "friday"]])
    minutes_between_runs: int = Field(
        0, description="0: a day.", examples=[15], ge=0, le=10_000_000
    )
    fixed_grid: bool = Field(
        default=False, description="True: by the clock. False: counted from the end of each run."
    )
    starting_time: LocalTime | None = Field(None, examples=["08:00"])
    ending_time: LocalTime | None = Field(
        None, description="Earlier than the starting time: past midnight.", examples=["21:00"]
    )
    date_formula: Text = Field("", description="Instead of weekdays.", examples=["1D+CM"])
    zone: Text | None = Field(
        None, description="IANA time zone; without one, the shop's.", examples=["Europe/Oslo"]
    )
    holidays: list[date] = Field([], description="Days off, local to the zone.", max_length=1000)
    on_holiday: Literal["skip", "move"] = Field(
        "skip", description="Leave a day off out, or move it to the next working day."
    )
    on_misfire: Literal["run", "skip"] = Field(
        "run", description="After missed starts: one run at once, or wait for the next."
    )


class Schedule(Recurrence):
    words: str = Field(examples=["Every 15 minutes on weekdays between 07:00 and 21:00"])
    next_starts: list[datetime] = Field(description="Up to five.")


class EntryDetails(Entry):
    parameters: dict[str, Any] = Field(
        examples=[{"filters": {"financial_status": "PAID"}, "options": {}}]
    )
    expiration: datetime | None
    rerun_delay: int = Field(description="Seconds before the first retry; then doubled.")
    job_timeout: int = Field(description="Seconds that a run may take.", examples=[43200])
    consecutive_failures: int = Field(description="Of a schedule; after five it is put on hold.")
    schedule: Schedule | None = Field(description="Null when it runs once.")


class NewEntry(Schema):
    """What to run, and when. Without `earliest_start` and `recurrence`: once, now."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"report": "orders", "shop": "NORDIC"},
                {
                    "report": "30103",
                    "shop": "NORDIC",
                    "filters": {"financial_status": "PAID|PARTIALLY_REFUNDED"},
                    "recurrence": {"weekdays": ["monday"], "minutes_between_runs": 30},
                },
            ]
        },
    )
    report: ReportKey = Field(description=WHICH_REPORT)
    shop: Code = Field(description="Code of the shop, or of one whose books are posted to.")
    filters: dict[Text, Text] = Field(
        {},
        description="Filter expressions by name, as GET /api/reports lists the names.",
        examples=[{"financial_status": "PAID"}],
    )
    options: dict[Text, Text] = Field(
        {},
        description="Values by name, as GET /api/reports lists them.",
        examples=[{"retry": "due"}],
    )
    earliest_start: Moment | None = Field(
        None, description="With a zone; without it as soon as it may.", examples=[MOMENT]
    )
    expiration: Moment | None = Field(
        None, description="Past this time it does not start any more."
    )
    category: Category | None = Field(
        None,
        description="So many of its entries run at once as its limit says. Without it the shop's, "
        "or the company's for batch postings; empty: it waits for none. A new one has the limit 1.",
    )
    priority: PriorityName | None = Field(None, description="Within its category.")
    job_timeout: int | None = Field(
        None,
        description="Seconds that a run may take before it is stopped and has failed.",
        ge=1,
        le=int(LONGEST.total_seconds()),
        examples=[3600],
    )
    max_attempts: int | None = Field(None, description="Retries after a run that failed.")
    rerun_delay: int | None = Field(None, description="Seconds before the first retry.")
    recurrence: Recurrence | None = Field(None, description="Makes it a schedule.")
