"""Date formulas as schedules use them: read strictly, and leading from one date to a later one."""

from __future__ import annotations

from datetime import date, timedelta

from django.utils.translation import gettext as _

import calcdate
from calcdate.terms import DAY, Offset
from jobqueue.recurrence_errors import RuleError

FURTHEST_BACK = timedelta(days=366)
SEARCH = 3 * 366  # days; no formula that passes `check` needs more
TRIAL = date(2027, 1, 31)  # before the shortest month: what leads on from here always does


class FormulaError(RuleError):
    """The message says what is wrong and at which character."""

    def __init__(self, message: str, place: int = 0) -> None:
        super().__init__(message, field="date_formula")
        self.place = place  # counted from 1; 0 when it is the whole


class Formula(calcdate.Formula):
    """A formula that a schedule can go by, once it has passed `check`."""

    __slots__ = ()

    def check(self) -> None:
        """Raises FormulaError when it cannot plan one date after the other."""
        try:
            reached = self.applied_to(TRIAL)
        except (ValueError, OverflowError):
            raise FormulaError(_("The formula leads out of the calendar.")) from None
        if reached <= TRIAL and all(isinstance(term, Offset) for term in self.terms):
            raise FormulaError(_("The formula never leads to a later date."))
        if reached < TRIAL - FURTHEST_BACK:
            raise FormulaError(_("The formula leads more than a year back."))

    def after(self, planned: date) -> date:
        """The next date, strictly later than `planned`.

        Where the formula gives a day that is not later (`CM` on the last of a month), it is asked
        again from the days after. Raises FormulaError when there is none.
        """
        try:
            for days in range(SEARCH):
                found = self.applied_to(planned + days * DAY)
                if found > planned:
                    return found
        except (ValueError, OverflowError):
            raise FormulaError(_("The formula leads out of the calendar.")) from None
        raise FormulaError(_("The formula never leads to a later date."))


def parse(text: str) -> Formula:
    """Read a formula; small letters and blanks around it do no harm.

    Raises FormulaError. Whether a schedule can go by it is another question: `Formula.check`.
    """
    try:
        read = calcdate.parse(text)
    except calcdate.FormulaError as error:
        raise FormulaError(str(error), error.place) from None
    return Formula(read.text, read.terms)
