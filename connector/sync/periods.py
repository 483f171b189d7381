"""The periods that orders are compared over, in days that end with today."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _

from connector.sync.report import Option

PERIOD = Option(
    _("Period"),
    {
        "7": _("7 days"),
        "31": _("31 days"),
        "92": _("92 days"),
        "366": _("366 days"),
    },
    help=_("Of orders, and of refunds and fulfillments of whichever order. Today is the last day."),
)


def first_day(period: str, now: datetime, zone: str) -> date:
    return now.astimezone(ZoneInfo(zone)).date() - timedelta(days=int(period) - 1)


def begins(day: date, zone: str) -> datetime:
    """Midnight at which the day begins, aware."""
    return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone))


def period_back_to(day: date, now: datetime, zone: str) -> str:
    """The shortest period that holds the day; the longest where none does."""
    return next(
        (p for p in PERIOD.choices if first_day(p, now, zone) <= day), [*PERIOD.choices][-1]
    )
