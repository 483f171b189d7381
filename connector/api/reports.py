"""What can be asked for: each report with its filters and options."""

from __future__ import annotations

from typing import Literal

from django.http import HttpRequest
from ninja import Field, Router, Schema

from connector.api.shapes import UNKNOWN
from connector.pages.subjects import POSTING
from connector.sync.batches import BATCHES
from connector.sync.report import Declared, FilterField, Option
from connector.sync.reports import REPORTS

router = Router(tags=["Reports"])


class Filter(Schema):
    name: str = Field(examples=["financial_status"])
    type: Literal["text", "choice", "number", "date", "boolean"] = Field(
        description="What an expression compares."
    )
    label: str
    help: str = Field(examples=["One or several: PAID|PARTIALLY_REFUNDED."])
    choices: list[str] = Field(description="Values that are known; an expression may name others.")


class Choice(Schema):
    value: str = Field(examples=["due"])
    label: str = Field(examples=["Only those whose next try is due"])


class ReportOption(Schema):
    name: str = Field(examples=["retry"])
    type: Literal["choice", "date"] = Field(description="A date is written like 2026-03-09.")
    label: str
    help: str
    default: str = Field(description="What counts when the option is left out.")
    choices: list[Choice] = Field(description="One of these; empty for a date.")


class Askable(Schema):
    number: int = Field(description="As in Business Central.", examples=[30104])
    name: str = Field(examples=["orders"])
    label: str = Field(examples=["Sync orders from Shopify"])
    allowed: bool = Field(description="Whether the token's user may run it.")
    filters: list[Filter]
    options: list[ReportOption]


class Askables(Schema):
    reports: list[Askable]


@router.get("/reports", response={200: Askables, **UNKNOWN}, summary="List what can be asked for")
def list_reports(request: HttpRequest) -> Askables:
    """Reports and batch postings by number. Labels are in the language of Accept-Language."""
    may_post = request.user.has_perm(POSTING)
    told = [_told(r.number, r.name, str(r.label), r, allowed=True) for r in REPORTS]
    told += [_told(b.number, b.name, str(b.label), b, allowed=may_post) for b in BATCHES]
    return Askables(reports=sorted(told, key=lambda report: report.number))


def _told(number: int, name: str, label: str, declared: Declared, *, allowed: bool) -> Askable:
    return Askable(
        number=number,
        name=name,
        label=label,
        allowed=allowed,
        filters=[_filter(*pair) for pair in declared.filters.items()],
        options=[_option(*pair) for pair in declared.options.items()],
    )


def _filter(name: str, field: FilterField) -> Filter:
    return Filter(
        name=name,
        type=field.type.value,
        label=str(field.label),
        help=str(field.help),
        choices=list(field.choices),
    )


def _option(name: str, option: Option) -> ReportOption:
    return ReportOption(
        name=name,
        type="choice" if option.choices else "date",
        label=str(option.label),
        help=str(option.help),
        default=option.default,
        choices=[Choice(value=v, label=str(label)) for v, label in option.choices.items()],
    )
