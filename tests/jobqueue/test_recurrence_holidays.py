"""Weekday schedules and holidays."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jobqueue import calendar_days
from jobqueue.calendar_days import Holidays, OnHoliday
from jobqueue.recurrence import Rule, RuleError, first_run, is_open, next_run
from tests.jobqueue.test_recurrence import MONDAYS, WORKDAYS, at, moments, rule, rules

SATURDAYS = frozenset({5})


def closed(recurs: Rule, then: OnHoliday, *days: str) -> Rule:
    return replace(recurs, holidays=Holidays(frozenset(map(date.fromisoformat, days)), then))


@pytest.mark.parametrize("then", OnHoliday)
def test_b16_over_new_year(then: OnHoliday) -> None:
    recurs = closed(rule(15, "08:00-18:00", WORKDAYS), then, "2027-01-01")
    done = at("2026-12-31 17:50")

    assert next_run(recurs, planned=done, completed=done) == at("2027-01-04 08:00")


@pytest.mark.parametrize(
    ("case", "recurs", "expected"),
    [
        ("skipped", closed(rule(60, "08:00-", MONDAYS), OnHoliday.SKIP, "2026-03-09"), "2026-03-16 08:00"),
        ("moved", closed(rule(60, "08:00-", MONDAYS), OnHoliday.MOVE, "2026-03-09"), "2026-03-10 08:00"),
        ("moved on", closed(rule(60, "08:00-", MONDAYS), OnHoliday.MOVE, "2026-03-09", "2026-03-10"), "2026-03-11 08:00"),
        ("past a weekend", closed(rule(60, "08:00-", frozenset({4})), OnHoliday.MOVE, "2026-03-13"), "2026-03-16 08:00"),
        ("own Saturday", closed(rule(60, "08:00-", frozenset({4, 5})), OnHoliday.MOVE, "2026-03-13"), "2026-03-14 08:00"),
        ("off a Saturday", closed(rule(60, "08:00-", SATURDAYS), OnHoliday.MOVE, "2026-03-14"), "2026-03-16 08:00"),
        ("the grid too", closed(rule(60, "08:00-", MONDAYS, grid=True), OnHoliday.MOVE, "2026-03-09"), "2026-03-10 08:00"),
        ("overnight", closed(rule(60, "22:00-02:00", MONDAYS), OnHoliday.MOVE, "2026-03-09"), "2026-03-10 22:00"),
    ],
)  # fmt: skip
def test_a_holiday_is_skipped_or_moved_to_the_next_working_day(
    case: str, recurs: Rule, expected: str
) -> None:
    sunday = at("2026-03-08 12:00")

    assert first_run(recurs, sunday) == at(expected), case


def test_a_window_that_opened_before_a_holiday_stays_open_past_midnight() -> None:
    recurs = closed(rule(30, "22:00-02:00"), OnHoliday.SKIP, "2026-03-10")

    assert is_open(recurs, at("2026-03-10 01:00"))
    assert not is_open(recurs, at("2026-03-10 23:00"))
    assert not is_open(recurs, at("2026-03-11 01:00"))


@pytest.mark.parametrize(
    ("texts", "sentence"),
    [
        ("2027-01-01", "are a list of dates"),
        ({"2027-01-01": 1}, "are a list of dates"),
        (["1 January"], "“1 January” is not a date"),
        (["20270101"], "is not a date"),
        (["2027-02-29"], "is not a date"),
        ([20270101], "is not a date"),
        (["2027-01-01"] * 1001, "At most 1000"),
    ],
)
def test_what_is_no_list_of_dates_is_refused(texts: object, sentence: str) -> None:
    with pytest.raises(RuleError, match=sentence) as caught:
        calendar_days.dates(texts)

    assert caught.value.field == "holidays"


@settings(deadline=None)
@given(
    rules,
    st.frozensets(st.dates(date(2026, 1, 1), date(2031, 1, 31)), max_size=80),
    st.sampled_from(OnHoliday),
    moments,
    st.timedeltas(timedelta(0), timedelta(hours=30)),
)
def test_no_run_is_planned_in_a_window_that_opens_on_a_holiday(
    recurs: Rule, days: frozenset[date], then: OnHoliday, asked: datetime, lasted: timedelta
) -> None:
    kept = replace(recurs, holidays=Holidays(days, then))
    planned = first_run(kept, asked)
    following = next_run(kept, planned=planned, completed=planned + lasted)

    assert following > planned
    assert is_open(kept, following)
    assert kept.day_of(following) not in days
