"""Holidays: dates on which a schedule does not open, and what becomes of what they hit.

A working day is no holiday, and from Monday to Friday or a weekday that the schedule names itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from calcdate.terms import DAY
from jobqueue.recurrence_errors import RuleError

SATURDAY = 5
MOST = 1000


class OnHoliday(TextChoices):
    SKIP = "skip", gettext_lazy("Skip")
    MOVE = "move", gettext_lazy("Move to the next working day")


@dataclass(frozen=True, slots=True)
class Holidays:
    dates: frozenset[date] = frozenset()
    then: OnHoliday = OnHoliday.SKIP

    def opens(self, day: date, weekdays: frozenset[int]) -> bool:
        """Whether a schedule of these weekdays opens on `day`, also in place of a holiday."""
        if day in self.dates:
            return False
        if day.weekday() in weekdays:
            return True
        return self.then == OnHoliday.MOVE and self._stands_in(day, weekdays)

    def kept(self, day: date) -> date | None:
        """`day`, the working day in its place, or None if it is skipped."""
        if day not in self.dates:
            return day
        if self.then == OnHoliday.SKIP:
            return None
        while not self._works(day, frozenset()):
            day += DAY
        return day

    def _works(self, day: date, weekdays: frozenset[int]) -> bool:
        usual = day.weekday() < SATURDAY or day.weekday() in weekdays
        return usual and day not in self.dates

    def _stands_in(self, day: date, weekdays: frozenset[int]) -> bool:
        """Whether a day of the schedule was a holiday since the last working day before."""
        if not self._works(day, weekdays):
            return False
        before = day - DAY
        while not self._works(before, weekdays):
            if before.weekday() in weekdays:
                return True
            before -= DAY
        return False


NONE = Holidays()


def dates(texts: object) -> frozenset[date]:
    """Read a list of ISO dates. Raises RuleError with a sentence."""
    if not isinstance(texts, list):
        raise RuleError(_("Holidays are a list of dates."), field="holidays")
    if len(texts) > MOST:
        raise RuleError(_("At most %d holidays can be named.") % MOST, field="holidays")
    return frozenset(_date(text) for text in texts)


def _date(text: object) -> date:
    try:
        found = date.fromisoformat(str(text))
    except ValueError:
        found = None
    if found is None or found.isoformat() != text:  # Python reads more spellings than this one
        raise RuleError(
            _("“%s” is not a date. Write it as 2027-01-01.") % str(text)[:40], field="holidays"
        )
    return found
