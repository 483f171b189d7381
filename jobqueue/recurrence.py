"""When a recurring entry runs next: pure arithmetic on a rule and two moments.

    after completion   the minutes count from the end of a run, as elapsed time
    fixed grid         slots of local time, anew from each opening of the window
    date formula       the formula moves the planned date, whenever the run really was

Knows no entry and no database. The windows stand in `recurrence_rule`, planned starts in
`recurrence_starts`.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import islice, takewhile

from calcdate.terms import DAY
from jobqueue import recurrence_starts
from jobqueue.recurrence_errors import RuleError
from jobqueue.recurrence_rule import MINUTES_A_DAY, OnMisfire, Rule

MOST_MISSED = 1_000  # that are counted: an outage of months must not hold a transaction up

__all__ = [
    "Rule",
    "RuleError",
    "first_run",
    "fit",
    "following",
    "is_open",
    "missed_starts",
    "next_run",
    "next_runs",
    "opening",
]


def is_open(rule: Rule, moment: datetime) -> bool:
    """Whether a run may start at `moment`; both borders count."""
    return next(rule.windows(moment)).holds(moment)


def fit(rule: Rule, candidate: datetime) -> datetime:
    """`candidate` itself if it lies in a window, else the next opening. UTC."""
    return rule.fitted(candidate)


def first_run(rule: Rule, earliest: datetime) -> datetime:
    """The first start that is not before `earliest`, a moment that a person chose. UTC."""
    if not rule.fixed_grid:
        return rule.fitted(earliest)
    return next(slot for slot in recurrence_starts.slots(rule, earliest) if slot >= earliest)


def opening(rule: Rule, now: datetime) -> datetime:
    """The first start where nobody chose a moment: for a formula the date it gives. UTC."""
    if rule.formula is not None:
        return next(recurrence_starts.after(rule, now))
    return first_run(rule, now)


def next_run(
    rule: Rule, *, planned: datetime, completed: datetime, started: datetime | None = None
) -> datetime:
    """The start after the run that was planned for `planned` and ended at `completed`. UTC.

    After completion: the minutes count from the end of the run. Planned ahead: the next start of
    the grid or the formula. If some were missed meanwhile, the rule may want one run at once for
    all of them: then the last of them is returned, which has passed. A run that itself `started`
    late has made up for those before it. A run before its time leaves what is planned as it is.
    Always later than `planned`, provided that `completed` is not before it.
    Source: BC codeunit 448, Job Queue Dispatcher, but for the opening-day rule, the grid, and
    formulas, which count from the planned date here.
    """
    if rule.is_planned:
        return _next_planned(rule, planned, started or planned, completed)
    if rule.minutes:
        return rule.fitted(completed + timedelta(minutes=rule.minutes))
    tomorrow = rule.local(completed).date() + DAY
    return rule.fitted(rule.window(tomorrow).opens)


def following(rule: Rule, *, planned: datetime, now: datetime) -> datetime:
    """The first start of a rule that plans ahead which is later than `planned` and than `now`."""
    starts = recurrence_starts.after(rule, _lately(rule, planned, now))
    return next(start for start in starts if start > now)


def missed_starts(rule: Rule, *, planned: datetime, now: datetime) -> int:
    """How many planned starts have passed since the one at `planned`, at most MOST_MISSED.

    0 after completion.
    """
    if not rule.is_planned:
        return 0
    starts = islice(recurrence_starts.after(rule, planned), MOST_MISSED)
    return sum(1 for _start in takewhile(lambda start: start <= now, starts))


def next_runs(
    rule: Rule,
    now: datetime,
    count: int = 5,
    *,
    planned: datetime | None = None,
    earliest: datetime | None = None,
) -> list[datetime]:
    """The next `count` starts, as if each run ended the moment it began. UTC.

    `planned` is the start that is already settled; without it the rule begins at `now`. It may
    have been moved to `earliest`, by a retry or by a person.
    """
    settled = earliest or planned
    start = opening(rule, now) if settled is None else rule.fitted(max(settled, now))
    before, starts = planned or start, [start]
    while len(starts) < count:
        start = next_run(rule, planned=before, completed=start, started=start)
        starts.append(start)
        before = start
    return starts[:count]


def _next_planned(
    rule: Rule, planned: datetime, started: datetime, completed: datetime
) -> datetime:
    if planned > completed:
        return planned
    missed: datetime | None = None
    for start in recurrence_starts.after(rule, _lately(rule, planned, completed)):
        if start > completed:
            catches_up = rule.on_misfire == OnMisfire.RUN and is_open(rule, completed)
            return missed if missed is not None and catches_up else start
        if start > started:
            missed = start
    raise AssertionError("a rule never ends")


def _lately(rule: Rule, planned: datetime, completed: datetime) -> datetime:
    """Where to look for missed starts: not through months of a grid of minutes.

    A missed start matters only while the window is open, and its slots are then at most a day old.
    """
    if rule.formula is not None or rule.minutes > MINUTES_A_DAY:
        return planned
    return max(planned, completed - 2 * DAY)
