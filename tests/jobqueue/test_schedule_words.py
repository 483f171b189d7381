"""What a schedule is said to mean."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time

import pytest

from jobqueue.calendar_days import Holidays, OnHoliday
from jobqueue.formulas import parse
from jobqueue.recurrence import Rule
from jobqueue.recurrence_rule import OnMisfire
from jobqueue.schedule_words import words
from tests.jobqueue.test_recurrence import MONDAYS, WORKDAYS, rule

OSLO = "Europe/Oslo"
NEW_YEAR = frozenset({date(2027, 1, 1)})
QUARTERS = rule(15, "08:00-18:00", WORKDAYS, OSLO)


@pytest.mark.parametrize(
    ("recurs", "said"),
    [
        (QUARTERS, "Every 15 minutes on weekdays between 08:00 and 18:00, Europe/Oslo time"),
        (rule(15), "Every 15 minutes, UTC"),
        (rule(1), "Every minute, UTC"),
        (rule(60), "Every hour, UTC"),
        (rule(120, "08:00-"), "Every 2 hours from 08:00, UTC"),
        (rule(90, "-13:30"), "Every 90 minutes until 13:30, UTC"),
        (rule(30, "22:00-02:00"), "Every 30 minutes between 22:00 and 02:00 the next day, UTC"),
        (rule(30, "11:00-11:00"), "Every 30 minutes around the clock from 11:00, UTC"),
        (rule(1440, "06:00-"), "Every day from 06:00, UTC"),
        (rule(0, "06:00-"), "Every day from 06:00, UTC"),
        (rule(1440, "06:00-", grid=True), "Every day at 06:00, UTC"),
        (rule(1440, grid=True), "Every day at 00:00, UTC"),
        (rule(2880, "06:00-", grid=True), "Every 2 days at 06:00, UTC"),
        (rule(1440, "06:00-", WORKDAYS, grid=True), "Once a day on weekdays at 06:00, UTC"),
        (rule(1440, days=MONDAYS), "Once a day on Mondays, UTC"),
        (rule(60, days=frozenset({5, 6})), "Every hour at weekends, UTC"),
        (rule(60, days=frozenset({4, 0, 2})), "Every hour on Mondays, Wednesdays and Fridays, UTC"),
        (rule(15, "08:00-", grid=True), "Every 15 minutes by the clock from 08:00, UTC"),
        (
            replace(rule(15, grid=True), on_misfire=OnMisfire.SKIP),
            "Every 15 minutes by the clock, UTC, missed starts are skipped",
        ),
        (replace(rule(15), on_misfire=OnMisfire.SKIP), "Every 15 minutes, UTC"),
        (replace(rule(15), holidays=Holidays(NEW_YEAR)), "Every 15 minutes, UTC, not on 1 holiday"),
        (
            replace(rule(15), holidays=Holidays(NEW_YEAR | {date(2027, 5, 17)}, OnHoliday.MOVE)),
            "Every 15 minutes, UTC, 2 holidays moved to the next working day",
        ),
    ],
)
def test_weekdays_and_minutes(recurs: Rule, said: str) -> None:
    assert words(recurs) == said


@pytest.mark.parametrize(
    ("formula", "said"),
    [
        ("1D", "Every day at 20:00, UTC"),
        ("2W", "Every 2 weeks at 20:00, UTC"),
        ("Q", "Every quarter at 20:00, UTC"),
        ("CM", "On the last day of each month at 20:00, UTC"),
        ("1D+CM", "On the last day of each month at 20:00, UTC"),
        ("-CQ", "On the first day of each quarter at 20:00, UTC"),
        ("D4", "On day 4 of each month at 20:00, UTC"),
        ("WD4", "Every week on Thursdays at 20:00, UTC"),
        ("M3", "By the date formula M3 at 20:00, UTC"),
        ("CM-5D", "By the date formula CM-5D at 20:00, UTC"),
        ("-D4", "On day 4 of each month at 20:00, UTC"),
    ],
)
def test_formulas(formula: str, said: str) -> None:
    assert words(Rule(frozenset(), 0, time(20), formula=parse(formula))) == said


def test_a_formula_with_an_end_says_how_late_it_may_start() -> None:
    month_end = Rule(frozenset(), 0, time(20), time(23), OSLO, formula=parse("CM"))

    assert words(month_end) == (
        "On the last day of each month at 20:00, at 23:00 at the latest, Europe/Oslo time"
    )
