"""On which days and between which times an entry may start: a rule and its windows.

A rule opens one window on each of its days. A window that goes past midnight belongs to the day on
which it opened. All is local to the rule's zone. A local time that a change of clocks skips moves
on by the length of the gap; one that comes twice means the first time. Knows no run.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import cached_property
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from calcdate.terms import DAY
from jobqueue import calendar_days
from jobqueue.calendar_days import Holidays
from jobqueue.formulas import Formula
from jobqueue.recurrence_errors import RuleError

MINUTES_A_DAY = 24 * 60
MOST_MINUTES = 366 * MINUTES_A_DAY
EVERY_DAY = frozenset(range(7))


class OnMisfire(TextChoices):
    """What becomes of planned starts that passed while a run lasted or nothing could run."""

    RUN = "run", gettext_lazy("One run at once for all that were missed")
    SKIP = "skip", gettext_lazy("Wait for the next planned start")


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
    """Weekdays with minutes, or a formula. Raises RuleError when it can never run."""

    weekdays: frozenset[int]  # 0 is Monday; empty with a formula
    minutes: int  # elapsed, from the end of a run; on a fixed grid from slot to slot
    starting: time | None = None  # local
    ending: time | None = None  # local, inclusive
    zone: str = "UTC"  # IANA
    fixed_grid: bool = False
    formula: Formula | None = None  # moves the planned date
    holidays: Holidays = calendar_days.NONE
    on_misfire: OnMisfire = OnMisfire.RUN  # for what is planned: a grid or a formula

    def __post_init__(self) -> None:
        self._check_days()
        self._check_minutes()
        try:
            self.tz  # noqa: B018 - looking it up is the check
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise RuleError(_("“%s” is not a time zone.") % self.zone, field="zone") from error

    def _check_days(self) -> None:
        if not self.weekdays and self.formula is None:
            raise RuleError(
                _("Tick at least one weekday on which the entry may run."), field="monday"
            )
        if self.formula is None:
            return
        self.formula.check()
        if self.weekdays or self.minutes or self.fixed_grid:
            raise RuleError(
                _("A date formula stands alone: without weekdays, minutes and fixed grid."),
                field="date_formula",
            )

    def _check_minutes(self) -> None:
        if self.minutes > MOST_MINUTES:
            raise RuleError(
                _("Between two runs lie at most %d minutes, which is a year.") % MOST_MINUTES,
                field="minutes_between_runs",
            )
        if self.fixed_grid and self.minutes > MINUTES_A_DAY and self.minutes % MINUTES_A_DAY:
            raise RuleError(
                _("A fixed grid of more than a day needs whole days: 1440, 2880 …"),
                field="minutes_between_runs",
            )

    @cached_property
    def tz(self) -> ZoneInfo:
        return ZoneInfo(self.zone)

    @property
    def is_planned(self) -> bool:
        """Whether a start follows from the planned one before, and not from the end of a run."""
        return self.fixed_grid or self.formula is not None

    def local(self, moment: datetime) -> datetime:
        return moment.astimezone(self.tz)

    def instant(self, day: date, at: time) -> datetime:
        """UTC; the first of two, and a time in a gap moves on by the gap's length."""
        return datetime.combine(day, at, tzinfo=self.tz).astimezone(UTC)

    def window(self, day: date) -> Window:
        """The window that opens on `day`, whatever its weekday."""
        opens = self.instant(day, self.starting or time.min)
        if self.ending is None:
            return Window(opens, self.instant(day + DAY, time.min), closed_end=False)
        if self.starting is None or self.starting < self.ending:
            return Window(opens, self.instant(day, self.ending), closed_end=True)
        # Past midnight; equal times mean 24 hours.
        closed_end = self.starting > self.ending
        return Window(opens, self.instant(day + DAY, self.ending), closed_end=closed_end)

    def windows(self, moment: datetime) -> Iterator[Window]:
        """Those open at `moment` or later, in order. Never ends."""
        day = self.local(moment).date() - DAY
        weekdays = self.weekdays or EVERY_DAY
        while True:
            window = self.window(day)
            later = moment < window.closes or window.holds(moment)
            # A change of clocks may swallow a whole window: it then opens after it closed.
            if later and window.opens <= window.closes and self.holidays.opens(day, weekdays):
                yield window
            day += DAY

    def fitted(self, moment: datetime) -> datetime:
        """`moment` itself if it lies in a window, else the next opening. UTC."""
        return max(moment.astimezone(UTC), next(self.windows(moment)).opens)

    def day_of(self, moment: datetime) -> date:
        """The day on which the window around `moment` opened; outside of all, the local date."""
        today = self.local(moment).date()
        begun_yesterday = self.window(today - DAY).holds(moment)
        return today - DAY if begun_yesterday and not self.window(today).holds(moment) else today
