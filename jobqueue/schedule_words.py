"""Says in words what a rule means: “Every 15 minutes on weekdays between 08:00 and 18:00, UTC”."""

from __future__ import annotations

from datetime import time

from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from calcdate.terms import Offset, PeriodEnd, Specific, Term
from jobqueue.calendar_days import Holidays, OnHoliday
from jobqueue.formulas import Formula
from jobqueue.recurrence_rule import EVERY_DAY, MINUTES_A_DAY, OnMisfire, Rule

MONDAY_TO_FRIDAY = frozenset(range(5))
WEEKEND = frozenset({5, 6})
DAYS = (
    gettext_lazy("Mondays"),
    gettext_lazy("Tuesdays"),
    gettext_lazy("Wednesdays"),
    gettext_lazy("Thursdays"),
    gettext_lazy("Fridays"),
    gettext_lazy("Saturdays"),
    gettext_lazy("Sundays"),
)
LAST_DAY = {
    "W": gettext_lazy("On the last day of each week"),
    "M": gettext_lazy("On the last day of each month"),
    "Q": gettext_lazy("On the last day of each quarter"),
    "Y": gettext_lazy("On the last day of each year"),
}
FIRST_DAY = {
    "W": gettext_lazy("On the first day of each week"),
    "M": gettext_lazy("On the first day of each month"),
    "Q": gettext_lazy("On the first day of each quarter"),
    "Y": gettext_lazy("On the first day of each year"),
}


def words(rule: Rule) -> str:
    """What the rule means, in the active language."""
    # Translators: “Every 15 minutes” “on weekdays” “between 08:00 and 18:00”; some may be empty.
    schedule = _("%(pace)s %(days)s %(hours)s") % {
        "pace": _pace(rule),
        "days": _days(rule.weekdays or EVERY_DAY),
        "hours": _at(rule) if _once_a_day(rule) else _between(rule.starting, rule.ending),
    }
    zone = rule.zone if rule.zone == "UTC" else _("%(zone)s time") % {"zone": rule.zone}
    parts = [" ".join(schedule.split()), zone, _holidays(rule.holidays), _misfires(rule)]
    return ", ".join(part for part in parts if part)


def _once_a_day(rule: Rule) -> bool:
    """Whether the starting time is the time of the only start of a day."""
    long = rule.minutes == 0 or rule.minutes >= MINUTES_A_DAY
    return rule.formula is not None or (rule.fixed_grid and long)


def _pace(rule: Rule) -> str:
    if rule.formula is not None:
        return _formula(rule.formula)
    if rule.minutes in (0, MINUTES_A_DAY) and rule.weekdays != EVERY_DAY:
        return _("Once a day")
    pace = _every(rule.minutes or MINUTES_A_DAY)
    if rule.fixed_grid and not _once_a_day(rule):
        return _("%(every)s by the clock") % {"every": pace}
    return pace


def _every(minutes: int) -> str:
    if minutes % MINUTES_A_DAY == 0:
        return _every_unit(minutes // MINUTES_A_DAY, "D")
    if minutes % 60 == 0:
        hours = minutes // 60
        return ngettext("Every hour", "Every %(number)d hours", hours) % {"number": hours}
    return ngettext("Every minute", "Every %(number)d minutes", minutes) % {"number": minutes}


def _every_unit(number: int, unit: str) -> str:
    texts = {
        "D": ngettext("Every day", "Every %(number)d days", number),
        "W": ngettext("Every week", "Every %(number)d weeks", number),
        "M": ngettext("Every month", "Every %(number)d months", number),
        "Q": ngettext("Every quarter", "Every %(number)d quarters", number),
        "Y": ngettext("Every year", "Every %(number)d years", number),
    }
    return texts[unit] % {"number": number}


def _formula(formula: Formula) -> str:
    terms = formula.terms
    if terms[0] == Offset(1, "D") and isinstance(terms[-1], PeriodEnd):
        terms = terms[1:]  # 1D+CM is CM: the result is later than the planned date in any case
    known = _term(terms[0]) if len(terms) == 1 else ""
    return known or _("By the date formula %s") % formula


def _term(term: Term) -> str:
    """What a formula of this single term means, or "" if there is no shorter way to say it."""
    match term:
        case Offset(number, unit) if number > 0:
            return _every_unit(number, unit)
        case PeriodEnd(unit, first):
            return str((FIRST_DAY if first else LAST_DAY)[unit])
        case Specific("D", number):
            return _("On day %(number)d of each month") % {"number": number}
        case Specific("WD", number):
            return _("Every week on %(weekday)s") % {"weekday": DAYS[number - 1]}
    return ""


def _days(weekdays: frozenset[int]) -> str:
    if weekdays == EVERY_DAY:
        return ""
    if weekdays == MONDAY_TO_FRIDAY:
        return _("on weekdays")
    if weekdays == WEEKEND:
        return _("at weekends")
    names = [str(DAYS[day]) for day in sorted(weekdays)]
    return _("on %(weekdays)s") % {"weekdays": get_text_list(names, _("and"))}


def _at(rule: Rule) -> str:
    at = _clock(rule.starting or time.min)
    if rule.ending is None:
        return _("at %(time)s") % {"time": at}
    return _("at %(time)s, at %(end)s at the latest") % {"time": at, "end": _clock(rule.ending)}


def _between(starting: time | None, ending: time | None) -> str:
    if starting is None:
        return _("until %(time)s") % {"time": _clock(ending)} if ending else ""
    values = {"start": _clock(starting), "end": _clock(ending) if ending else ""}
    if ending is None:
        return _("from %(start)s") % values
    if starting == ending:
        return _("around the clock from %(start)s") % values
    if starting > ending:
        return _("between %(start)s and %(end)s the next day") % values
    return _("between %(start)s and %(end)s") % values


def _clock(at: time) -> str:
    return at.strftime("%H:%M")


def _holidays(holidays: Holidays) -> str:
    number = len(holidays.dates)
    if not number:
        return ""
    if holidays.then == OnHoliday.SKIP:
        text = ngettext("not on %(number)d holiday", "not on %(number)d holidays", number)
    else:
        text = ngettext(
            "%(number)d holiday moved to the next working day",
            "%(number)d holidays moved to the next working day",
            number,
        )
    return text % {"number": number}


def _misfires(rule: Rule) -> str:
    skips = rule.is_planned and rule.on_misfire == OnMisfire.SKIP
    return _("missed starts are skipped") if skips else ""
