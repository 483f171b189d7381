"""Date formulas as Business Central has them: `1D`, `CM`, `D4`, `1M+CM`. Dates only, no times.

    formula  = [sign] term { sign term }         terms are applied from left to right
    term     = [number] unit                     so many units on: 2W; a unit alone is one of it
             | unit number                       the next one of that number: D4, WD4, M3, W20
             | "C" unit                          the end of the current period: CM; -CM its start
    unit     = "D" | "W" | "M" | "Q" | "Y" | "WD"

Source: BC's CALCDATE. Refused where that is silent or odd: a number before WD, one behind Q or Y.
The queue plans by them, the books find due dates by them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from django.utils.translation import gettext as _

from calcdate.terms import LAST, Offset, PeriodEnd, Specific, Term

UNITS = ("WD", "D", "W", "M", "Q", "Y")  # WD before W, which begins like it
MOST_DIGITS = 3


class FormulaError(ValueError):
    """The message says what is wrong and at which character."""

    def __init__(self, message: str, place: int = 0) -> None:
        text = _("At character %(place)d: %(message)s") % {"place": place, "message": message}
        super().__init__(text if place else message)
        self.place = place  # counted from 1; 0 when it is the whole


@dataclass(frozen=True, slots=True)
class Formula:
    text: str  # as `parse` writes it
    terms: tuple[Term, ...]

    def __str__(self) -> str:
        return self.text

    def applied_to(self, day: date) -> date:
        """Raises ValueError or OverflowError when it leads out of the calendar."""
        for term in self.terms:
            day = term.move(day)
        return day


@lru_cache(maxsize=256)
def parse(text: str) -> Formula:
    """Read a formula; small letters and blanks around it do no harm. Raises FormulaError."""
    written = text.strip().upper()
    if not written:
        raise FormulaError(_("Type a date formula, such as 1M or CM."))
    reader = _Reader(written)
    terms = [reader.first()]
    while not reader.done:
        terms.append(reader.following())
    return Formula(written, tuple(terms))


class _Reader:
    """Reads term after term and knows the place where it stands."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.place = 0  # counted from 0

    @property
    def done(self) -> bool:
        return self.place == len(self.text)

    def first(self) -> Term:
        return self._term(back=self._take("+", "-") == "-")

    def following(self) -> Term:
        sign = self._take("+", "-")
        if not sign:
            raise self._mistake(_("A plus or a minus must stand between two terms."))
        return self._term(back=sign == "-")

    def _term(self, *, back: bool) -> Term:
        if self._take("C"):
            return self._period_end(first=back)
        start = self.place
        before, unit, after = self._number(), self._unit(), self._number()
        if before is not None and after is not None:
            raise self._mistake(_("A number stands before the unit or behind it, not both."), start)
        if after is not None:
            return self._specific(unit, after, back=back, start=start)
        if unit == "WD":
            raise self._mistake(_("WD needs a number behind it: WD1 is Monday."), start)
        number = 1 if before is None else before
        if not number:
            raise self._mistake(_("The number must be 1 or more."), start)
        return Offset(-number if back else number, unit)

    def _period_end(self, *, first: bool) -> Term:
        start = self.place
        unit = self._unit()
        if self._number() is not None:
            raise self._mistake(_("A term with C takes no number."), start)
        if unit in ("D", "WD"):
            return Offset(0, "D")  # the current day ends where it is
        return PeriodEnd(unit, first)

    def _specific(self, unit: str, number: int, *, back: bool, start: int) -> Term:
        if unit not in LAST:
            message = _("%(unit)s takes no number behind it, only before it.") % {"unit": unit}
            raise self._mistake(message, start)
        if not 1 <= number <= LAST[unit]:
            values = {"unit": unit, "last": LAST[unit]}
            message = _("The number behind %(unit)s goes from 1 to %(last)d.") % values
            raise self._mistake(message, start)
        return Specific(unit, number, back)

    def _unit(self) -> str:
        unit = self._take(*UNITS)
        if not unit:
            raise self._mistake(_("Here must stand a unit: D, W, M, Q, Y or WD."))
        return unit

    def _number(self) -> int | None:
        start = self.place
        while not self.done and self.text[self.place] in "0123456789":
            self.place += 1
        if self.place - start > MOST_DIGITS:
            raise self._mistake(_("A number has at most three digits."), start)
        return int(self.text[start : self.place]) if self.place > start else None

    def _take(self, *choices: str) -> str:
        """The first of `choices` that stands here, passed over; else ""."""
        found = next((one for one in choices if self.text.startswith(one, self.place)), "")
        self.place += len(found)
        return found

    def _mistake(self, message: str, place: int | None = None) -> FormulaError:
        return FormulaError(message, (self.place if place is None else place) + 1)
