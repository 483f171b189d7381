"""When a recurring entry runs next: pure arithmetic on a rule and two moments.

A rule opens one window on each of its weekdays. A window that goes past midnight belongs to the
day on which it opened. All is local to the rule's zone; minutes between runs are elapsed time.
A local time that a change of clocks skips means the first instant after the gap; one that comes
twice means the first time. Knows no entry and no database.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.utils.translation import gettext as _

DAY = timedelta(days=1)
MINUTES_A_DAY = 24 * 60


class RuleError(ValueError):
    """A rule that can never run. The message is a sentence for people."""


@dataclass(frozen=True)
class Window:
    """From `opens` to `closes`; both UTC."""

    opens: datetime
    closes: datetime
    closed_end: bool  # whether `closes` itself still belongs to it

    def holds(self, moment: datetime) -> bool:
        return self.opens <= moment and (
            moment < self.closes or (self.closed_end and moment == self.closes)
        )


@dataclass(frozen=True)
class Rule:
    """Raises RuleError when it has no weekday, an unknown zone or a grid that fits no day."""

    weekdays: frozenset[int]  # 0 is Monday
    minutes: int  # elapsed, from the end of a run; on a fixed grid from slot to slot
    starting: time | None = None  # local
    ending: time | None = None  # local, inclusive
    zone: str = "UTC"  # IANA
    fixed_grid: bool = False

    def __post_init__(self) -> None:
        if not self.weekdays:
            raise RuleError(_("Tick at least one weekday on which the entry may run."))
        try:
            self.tz  # noqa: B018 - looking it up is the check
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise RuleError(_("“%s” is not a time zone.") % self.zone) from error
        if self.fixed_grid and self.minutes > MINUTES_A_DAY and self.minutes % MINUTES_A_DAY:
            raise RuleError(_("A fixed grid of more than a day needs whole days: 1440, 2880 …"))

    @cached_property
    def tz(self) -> ZoneInfo:
        return ZoneInfo(self.zone)

    def _instant(self, day: date, at: time) -> datetime:
        """UTC; fold 0, and a time in a gap moves on by the gap's length."""
        return datetime.combine(day, at, tzinfo=self.tz).astimezone(UTC)

    def window(self, day: date) -> Window:
        """The window that opens on `day`, whatever its weekday."""
        opens = self._instant(day, self.starting or time.min)
        if self.ending is None:
            return Window(opens, self._instant(day + DAY, time.min), closed_end=False)
        if self.starting is None or self.starting < self.ending:
            return Window(opens, self._instant(day, self.ending), closed_end=True)
        # Past midnight; equal times mean 24 hours.
        closed_end = self.starting > self.ending
        return Window(opens, self._instant(day + DAY, self.ending), closed_end=closed_end)

    def windows(self, moment: datetime) -> Iterator[Window]:
        """Those open at `moment` or later, in order. Never ends."""
        day = moment.astimezone(self.tz).date() - DAY
        while True:
            window = self.window(day)
            later = moment < window.closes or window.holds(moment)
            # A change of clocks may swallow a whole window: it then opens after it closed.
            if day.weekday() in self.weekdays and later and window.opens <= window.closes:
                yield window
            day += DAY

    def slots(self, moment: datetime) -> Iterator[datetime]:
        """The fixed grid from the window around `moment` on; each window starts it anew.

        Steps are of local time, so the grid looks the same on days of 23 and of 25 hours.
        """
        step = timedelta(minutes=self.minutes or MINUTES_A_DAY)
        for window in self.windows(moment):
            last, wall = None, window.opens.astimezone(self.tz).replace(tzinfo=None)
            while window.holds(slot := self._instant(wall.date(), wall.time())):
                if last is None or slot > last:  # after a gap two local times are one instant
                    yield slot
                    last = slot
                wall += min(step, DAY)


def is_open(rule: Rule, moment: datetime) -> bool:
    """Whether a run may start at `moment`; both borders count."""
    return next(rule.windows(moment)).holds(moment)


def fit(rule: Rule, candidate: datetime) -> datetime:
    """`candidate` itself if it lies in a window, else the next opening. UTC."""
    window = next(rule.windows(candidate))
    return max(candidate.astimezone(UTC), window.opens)


def first_run(rule: Rule, earliest: datetime) -> datetime:
    """The first start that is not before `earliest`. UTC."""
    if not rule.fixed_grid:
        return fit(rule, earliest)
    return next(slot for slot in rule.slots(earliest) if slot >= earliest)


def next_run(rule: Rule, *, planned: datetime, completed: datetime) -> datetime:
    """The start after the run that was planned for `planned` and ended at `completed`. UTC.

    After completion: the minutes count from the end of the run. On a fixed grid: the next slot;
    slots missed while the run lasted are made up for by one run at once.
    Always later than `planned`, provided that `completed` is.
    Source: BC codeunit 448, Job Queue Dispatcher, but for the opening-day rule and the grid.
    """
    if rule.fixed_grid:
        return _next_slot(rule, planned, completed)
    if rule.minutes:
        return fit(rule, completed + timedelta(minutes=rule.minutes))
    tomorrow = completed.astimezone(rule.tz).date() + DAY
    return fit(rule, rule.window(tomorrow).opens)


def _next_slot(rule: Rule, planned: datetime, completed: datetime) -> datetime:
    missed: datetime | None = None
    days = max(1, rule.minutes // MINUTES_A_DAY)
    not_before = planned.astimezone(rule.tz).date() + DAY * days if days > 1 else date.min
    for slot in rule.slots(planned):
        if slot <= planned or slot.astimezone(rule.tz).date() < not_before:
            continue
        if slot > completed:
            return missed or slot
        missed = slot
    raise AssertionError("the grid never ends")
