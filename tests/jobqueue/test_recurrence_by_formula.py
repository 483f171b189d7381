"""Starts that a date formula plans: at the starting time, inside the window, on no holiday."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jobqueue.calendar_days import Holidays, OnHoliday
from jobqueue.formulas import parse
from jobqueue.recurrence import Rule, first_run, fit, is_open, next_run, next_runs, opening
from jobqueue.recurrence_rule import OnMisfire
from tests.jobqueue.test_recurrence import COPENHAGEN, ZONES, at, moments, times

NEW_YEAR = frozenset({date(2027, 1, 1)})


def by(formula: str, window: str = "-", zone: str = "UTC") -> Rule:
    starting, ending = (time.fromisoformat(t) if t else None for t in window.split("-"))
    return Rule(frozenset(), 0, starting, ending, zone, formula=parse(formula))


@pytest.mark.parametrize(
    ("case", "recurs", "planned", "completed", "expected"),
    [
        ("B12", by("1D+CM", "11:00-"), "2012-03-31 11:00", "2012-03-31 11:05", "2012-04-30 11:00"),
        ("B33", by("1D", "23:50-"), "2026-03-09 23:50", "2026-03-10 00:10", "2026-03-10 23:50"),
        ("B34", by("CM", "20:00-"), "2026-02-10 20:00", "2026-02-10 20:05", "2026-02-28 20:00"),
        ("B34", by("CM", "20:00-"), "2028-02-10 20:00", "2028-02-10 20:05", "2028-02-29 20:00"),
        ("B35", by("D4"), "2026-03-04 00:00", "2026-03-04 00:05", "2026-04-04 00:00"),
        ("B35", by("D4"), "2026-03-05 00:00", "2026-03-05 00:05", "2026-04-04 00:00"),
        ("B36", by("WD4"), "2026-03-12 00:00", "2026-03-12 00:05", "2026-03-19 00:00"),
        ("overnight", by("1D", "22:00-02:00"), "2026-03-10 00:30", "2026-03-10 00:40", "2026-03-10 22:00"),
        ("in a gap", by("1D", "02:30-", COPENHAGEN), "2026-03-28 02:30", "2026-03-28 02:31", "2026-03-29 03:30"),
        ("twice", by("1D", "02:30-", COPENHAGEN), "2026-10-24 02:30", "2026-10-24 02:31", "2026-10-25 02:30"),
        ("missed", by("1D"), "2026-03-01 00:00", "2026-03-06 10:00", "2026-03-06 00:00"),
        ("missed, skip", replace(by("1D"), on_misfire=OnMisfire.SKIP), "2026-03-01 00:00", "2026-03-06 10:00", "2026-03-07 00:00"),
        ("missed, closed", by("1D", "08:00-09:00"), "2026-03-01 08:00", "2026-03-06 10:00", "2026-03-07 08:00"),
    ],
)  # fmt: skip
def test_the_formula_moves_the_planned_date(
    case: str, recurs: Rule, planned: str, completed: str, expected: str
) -> None:
    was, done = at(planned, recurs.zone), at(completed, recurs.zone)

    assert next_run(recurs, planned=was, completed=done) == at(expected, recurs.zone), case


def test_a_first_start_that_somebody_chose_stays_as_it_is_within_the_window() -> None:
    assert first_run(by("CM", "08:00-"), at("2026-02-10 09:30")) == at("2026-02-10 09:30")
    assert first_run(by("CM", "08:00-"), at("2026-02-10 06:00")) == at("2026-02-10 08:00")


def test_where_nobody_chose_one_the_formula_gives_the_first_start() -> None:
    assert opening(by("CM", "20:00-"), at("2026-02-10 09:30")) == at("2026-02-28 20:00")
    assert next_runs(by("CM", "20:00-"), at("2026-02-10 09:30"), 3) == [
        at("2026-02-28 20:00"),
        at("2026-03-31 20:00"),
        at("2026-04-30 20:00"),
    ]


@pytest.mark.parametrize(
    ("came_due", "expected"),
    [
        ("2026-03-10 07:59:59", "2026-03-10 08:00"),
        ("2026-03-10 18:00:01", "2026-03-11 08:00"),
        ("2026-03-10 18:00:00", "2026-03-10 18:00"),
    ],
)
def test_due_outside_its_window_it_moves_to_the_next_opening_in_one_step(
    came_due: str, expected: str
) -> None:
    recurs = by("1M", "08:00-18:00")

    moved = fit(recurs, at(came_due))

    assert moved == at(expected)
    assert is_open(recurs, moved)


@pytest.mark.parametrize(
    ("formula", "then", "planned", "expected"),
    [
        ("D1", OnHoliday.SKIP, "2026-12-01 00:00", "2027-02-01 00:00"),
        ("D1", OnHoliday.MOVE, "2026-12-01 00:00", "2027-01-04 00:00"),  # past the weekend
        ("D1", OnHoliday.MOVE, "2027-01-04 00:00", "2027-02-01 00:00"),
        ("1D", OnHoliday.SKIP, "2026-12-31 00:00", "2027-01-02 00:00"),
        ("1D", OnHoliday.MOVE, "2026-12-31 00:00", "2027-01-04 00:00"),
    ],
)
def test_a_date_that_is_a_holiday_is_skipped_or_moved(
    formula: str, then: OnHoliday, planned: str, expected: str
) -> None:
    recurs = replace(by(formula), holidays=Holidays(NEW_YEAR, then))

    following = next_run(recurs, planned=at(planned), completed=at(planned))

    assert following == at(expected)


formulas = st.sampled_from(
    [
        "1D",
        "2W",
        "1M",
        "CM",
        "-CM",
        "CW",
        "D4",
        "D31",
        "WD4",
        "1Q",
        "CQ-5D",
        "1D+CM",
        "CY",
        "CM+10D",
    ]
)
holidays = st.builds(
    Holidays,
    dates=st.frozensets(st.dates(date(2026, 1, 1), date(2031, 6, 30)), max_size=60),
    then=st.sampled_from(OnHoliday),
)
rules = st.builds(
    Rule,
    weekdays=st.just(frozenset()),
    minutes=st.just(0),
    starting=times,
    ending=times,
    zone=st.sampled_from(ZONES),
    formula=formulas.map(parse),
    holidays=holidays,
    on_misfire=st.sampled_from(OnMisfire),
)


@settings(deadline=None)
@given(rules, moments, st.timedeltas(timedelta(0), timedelta(days=40)))
def test_the_next_run_is_later_inside_the_window_and_on_no_holiday(
    recurs: Rule, asked: datetime, lasted: timedelta
) -> None:
    planned = first_run(recurs, asked)
    following = next_run(recurs, planned=planned, completed=planned + lasted)

    assert following > planned
    assert is_open(recurs, following)
    assert recurs.day_of(following) not in recurs.holidays.dates
    if recurs.on_misfire == OnMisfire.SKIP:
        assert following > planned + lasted


@settings(deadline=None)
@given(rules, moments)
def test_the_next_runs_only_ever_go_on(recurs: Rule, now: datetime) -> None:
    starts = next_runs(recurs, now, 6)

    assert starts[0] > now - timedelta(days=1)
    assert all(one < other for one, other in pairwise(starts))
    assert all(start.tzinfo is UTC for start in starts)
