"""What more than one answer is made of. The words here are those of the OpenAPI document."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from ninja import Field, Schema
from pydantic import AwareDatetime, BeforeValidator, ConfigDict

MOST_AT_ONCE = 200  # rows of one answer

# PostgreSQL keeps no NUL; 250 characters are as many as the pages take.
Text = Annotated[str, Field(max_length=250, pattern=r"^[^\x00]*$")]
Code = Annotated[str, Field(max_length=20, pattern=r"^[A-Za-z0-9_-]*$", examples=["NORDIC"])]
Category = Annotated[
    str,
    Field(max_length=30, pattern=r"^[A-Za-z0-9_-]*$", examples=["SHPFY-NORDIC"]),
]
WHICH_REPORT = "A report's number or name, as GET /api/reports lists them."
ReportKey = Annotated[
    str,
    BeforeValidator(lambda given: str(given) if type(given) is int else given),
    Field(
        max_length=60,
        pattern=r"^[^\x00]*$",
        examples=["orders", 30104],
        json_schema_extra={"type": ["string", "integer"]},
    ),
]
# Far from the ends of the calendar, so that adding to one and changing its zone always works.
Moment = Annotated[
    AwareDatetime,
    Field(ge=datetime(2000, 1, 1, tzinfo=UTC), le=datetime(2200, 1, 1, tzinfo=UTC)),
]
RowNumber = Annotated[int, Field(ge=1, le=2**63 - 1)]


class Error(Schema):
    sentence: str = Field(
        description="What is wrong and what to do, in the language of Accept-Language.",
        examples=["There is no entry 99."],
    )
    field: str = Field(
        "", description="What in the request mends it; left out where it is not one field."
    )


class Refusal(Schema):
    """The one shape of every answer from 400 on."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"error": {"sentence": "limit: Write 200 or less.", "field": "limit"}}]
        }
    )
    error: Error


class Paging(Schema):
    limit: int = Field(
        50, ge=1, le=MOST_AT_ONCE, description="So many rows at most.", examples=[50]
    )
    cursor: RowNumber | None = Field(
        None, description="The `next` of the page before; without it, the first page."
    )


class Page(Schema):
    next: int | None = Field(
        description="Ask again with it as `cursor` for the rows that follow; null at the end."
    )


class Report(Schema):
    """Which report or batch posting it is."""

    number: int | None = Field(description="As in Business Central.", examples=[30104])
    name: str = Field(examples=["orders"])
    label: str = Field(examples=["Sync orders from Shopify"])


Counts = Annotated[
    dict[str, int],
    Field(
        description="How many records there were, by what became of them: read, created, updated, "
        "unchanged, skipped (nobody has to do anything), rejected (somebody has to).",
        examples=[{"read": 260, "created": 258, "rejected": 2}],
    ),
]
# What requests may be answered besides.
UNKNOWN: dict[int, Any] = {401: Refusal}
UNREAD: dict[int, Any] = {**UNKNOWN, 422: Refusal}
NOT_FOUND: dict[int, Any] = {404: Refusal}
StatusName = Literal["ready", "waiting", "in_process", "error", "on_hold", "finished", "inactive"]
LogStatusName = Literal[
    "in_process",
    "success",
    "issues",
    "error",
    "cancelled",
    "snoozed",
    "interrupted",
    "expired",
]
