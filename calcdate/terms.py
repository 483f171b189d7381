"""The terms of a date formula: each moves a date. Knows neither texts nor times.

Source: the date expressions of BC's CALCDATE.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol

DAY = timedelta(days=1)
DAYS = {"D": 1, "W": 7}  # of one unit
MONTHS = {"M": 1, "Q": 3, "Y": 12}  # of one unit
LAST = {"D": 31, "WD": 7, "W": 53, "M": 12}  # the highest number behind a unit


class Term(Protocol):
    def move(self, day: date) -> date: ...


@dataclass(frozen=True, slots=True)
class Offset:
    """So many units on, or back when negative: `2W`, `-1M`.

    A month that is too short for the day gives its last day.
    """

    number: int
    unit: str  # D, W, M, Q or Y

    def move(self, day: date) -> date:
        if self.unit in DAYS:
            return day + self.number * DAYS[self.unit] * DAY
        return _months_on(day, self.number * MONTHS[self.unit])


@dataclass(frozen=True, slots=True)
class PeriodEnd:
    """The last day of the current week, month, quarter or year; with a minus its first: `CM`."""

    unit: str  # W, M, Q or Y
    first: bool = False

    def move(self, day: date) -> date:
        start = self._start(day)
        return start if self.first else Offset(1, self.unit).move(start) - DAY

    def _start(self, day: date) -> date:
        if self.unit == "W":
            return day - day.weekday() * DAY
        months = MONTHS[self.unit]
        return date(day.year, (day.month - 1) // months * months + 1, 1)


@dataclass(frozen=True, slots=True)
class Specific:
    """The next such day, month or week, never the day itself; with a minus the one before.

    `D4` is the 4th of a month, `WD4` a Thursday, `M3` this day in March, `W20` this weekday in
    ISO week 20. Where the month or the year is too short, its last one counts.
    """

    unit: str  # D, WD, W or M
    number: int
    back: bool = False

    def move(self, day: date) -> date:
        here = self._in_period(day, 0)
        if self.back:
            return here if here < day else self._in_period(day, -1)
        return here if here > day else self._in_period(day, 1)

    def _in_period(self, day: date, periods: int) -> date:
        """The day that is meant, in the month, week or year so many after that of `day`."""
        if self.unit == "WD":
            return day + (7 * periods + self.number - day.isoweekday()) * DAY
        if self.unit == "D":
            return _clipped(_months_on(day.replace(day=1), periods), self.number)
        if self.unit == "M":
            return _clipped(date(day.year + periods, self.number, 1), day.day)
        year = day.isocalendar().year + periods
        weeks = date(year, 12, 28).isocalendar().week  # 28 December is always in the last one
        return date.fromisocalendar(year, min(self.number, weeks), day.isoweekday())


def _months_on(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return _clipped(date(year, month + 1, 1), day.day)


def _clipped(first: date, number: int) -> date:
    """Day `number` of the month that begins with `first`, or that month's last day."""
    return first.replace(day=min(number, monthrange(first.year, first.month)[1]))
