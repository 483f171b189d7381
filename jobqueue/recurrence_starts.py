"""The starts of a rule that plans them ahead: the slots of a fixed grid, the dates of a formula."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from calcdate.terms import DAY
from jobqueue.formulas import Formula
from jobqueue.recurrence_rule import MINUTES_A_DAY, Rule


def slots(rule: Rule, moment: datetime) -> Iterator[datetime]:
    """The fixed grid from the window around `moment` on; each window starts it anew. UTC.

    Steps are of local time, so the grid looks the same on days of 23 and of 25 hours. A step of
    several days counts as one: each window has one slot.
    """
    step = min(timedelta(minutes=rule.minutes or MINUTES_A_DAY), DAY)
    last: datetime | None = None
    for window in rule.windows(moment):
        wall = rule.local(window.opens).replace(tzinfo=None)
        while window.holds(slot := rule.instant(wall.date(), wall.time())):
            if last is None or slot > last:  # after a gap two local times are one instant
                yield slot
                last = slot
            wall += step


def after(rule: Rule, planned: datetime) -> Iterator[datetime]:
    """The starts that follow the one planned for `planned`, each later than the last. UTC."""
    if rule.formula is not None:
        return _by_formula(rule, rule.formula, planned)
    if rule.minutes > MINUTES_A_DAY:
        return _by_days(rule, rule.minutes // MINUTES_A_DAY, planned)
    return (slot for slot in slots(rule, planned) if slot > planned)


def _by_days(rule: Rule, days: int, planned: datetime) -> Iterator[datetime]:
    while True:
        from_day = rule.day_of(planned) + days * DAY
        planned = next(slot for slot in slots(rule, planned) if rule.day_of(slot) >= from_day)
        yield planned


def _by_formula(rule: Rule, formula: Formula, planned: datetime) -> Iterator[datetime]:
    day = rule.day_of(planned)
    while True:
        day = formula.after(day)
        kept = rule.holidays.kept(day)
        if kept is not None:
            planned = rule.fitted(rule.window(kept).opens)
            yield planned
            day = rule.day_of(planned)
