"""When a recurring entry runs next. The cases B… are those of the specification."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from jobqueue.formulas import parse
from jobqueue.recurrence import (
    Rule,
    RuleError,
    first_run,
    fit,
    is_open,
    missed_starts,
    next_run,
    next_runs,
)
from jobqueue.recurrence_rule import OnMisfire

DAILY = frozenset(range(7))
WORKDAYS = frozenset(range(5))
MONDAYS = frozenset({0})
COPENHAGEN = "Europe/Copenhagen"
NEW_YORK = "America/New_York"


def rule(
    minutes: int,
    window: str = "-",
    days: frozenset[int] = DAILY,
    zone: str = "UTC",
    *,
    grid: bool = False,
) -> Rule:
    starting, ending = (time.fromisoformat(t) if t else None for t in window.split("-"))
    return Rule(days, minutes, starting, ending, zone, fixed_grid=grid)


def at(text: str, zone: str = "UTC") -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


@pytest.mark.parametrize(
    ("case", "recurs", "completed", "expected"),
    [
        ("B1", rule(60), "2012-01-01 13:00", "2012-01-01 14:00"),
        ("B3", rule(0, "10:00-"), "2012-01-01 13:00", "2012-01-02 10:00"),
        ("B5", rule(30), "2012-01-01 23:30", "2012-01-02 00:00"),
        ("B6", rule(60, "10:00-"), "2012-01-01 23:30", "2012-01-02 10:00"),
        ("B8", rule(30, "-13:30"), "2012-01-01 13:00", "2012-01-01 13:30"),
        ("B9", rule(60, "-13:30"), "2012-01-01 13:00", "2012-01-02 00:00"),
        ("B9 start", rule(60, "10:00-13:30"), "2012-01-01 13:00", "2012-01-02 10:00"),
        ("B11", rule(43200), "2012-01-01 23:30", "2012-01-31 23:30"),
        ("B13", rule(15, "08:00-18:00", WORKDAYS), "2026-03-27 17:44", "2026-03-27 17:59"),
        ("B13", rule(15, "08:00-18:00", WORKDAYS), "2026-03-27 17:45", "2026-03-27 18:00"),
        ("B13", rule(15, "08:00-18:00", WORKDAYS), "2026-03-27 17:50", "2026-03-30 08:00"),
        ("B14", rule(15, "08:00-18:00", WORKDAYS), "2026-03-25 10:03:20", "2026-03-25 10:18:20"),
        ("B16", rule(15, "08:00-18:00", WORKDAYS), "2026-12-31 17:50", "2027-01-01 08:00"),
        ("B17", rule(15, "08:00-18:00", WORKDAYS), "2028-02-28 17:50", "2028-02-29 08:00"),
        ("B17", rule(15, "08:00-18:00", WORKDAYS), "2028-02-29 17:50", "2028-03-01 08:00"),
        ("B18", rule(30, "22:00-02:00"), "2026-03-10 23:40", "2026-03-11 00:10"),
        ("B19", rule(30, "22:00-02:00"), "2026-03-11 01:30", "2026-03-11 02:00"),
        ("B19", rule(30, "22:00-02:00"), "2026-03-11 01:40", "2026-03-11 22:00"),
        ("B19", rule(30, "22:00-02:00"), "2026-03-11 02:00", "2026-03-11 22:00"),
        ("B19", rule(30, "22:00-02:00"), "2026-03-11 15:00", "2026-03-11 22:00"),
        ("B20", rule(10, "22:00-02:00"), "2026-03-10 23:55", "2026-03-11 00:05"),
        ("B20", rule(10, "22:00-02:00"), "2026-03-10 20:00", "2026-03-10 22:00"),
        # B21 and B22 count the hours after midnight to the new weekday; here the opening day has them
        ("B21", rule(30, "22:00-02:00", MONDAYS), "2026-03-09 23:10", "2026-03-09 23:40"),
        ("B22", rule(30, "22:00-02:00", MONDAYS), "2026-03-09 01:00", "2026-03-09 22:00"),
        ("B22", rule(30, "22:00-02:00", MONDAYS), "2026-03-09 01:40", "2026-03-09 22:00"),
        ("B23", rule(30, "22:00-02:00", MONDAYS), "2026-03-09 23:40", "2026-03-10 00:10"),
        ("B23", rule(30, "22:00-02:00", MONDAYS), "2026-03-10 01:40", "2026-03-16 22:00"),
        ("B24", rule(30, "-06:00"), "2026-03-10 05:20", "2026-03-10 05:50"),
        ("B24", rule(30, "-06:00"), "2026-03-10 05:45", "2026-03-11 00:00"),
        ("B25", rule(60, days=MONDAYS), "2026-03-09 22:30", "2026-03-09 23:30"),
        ("B25", rule(60, days=MONDAYS), "2026-03-09 23:30", "2026-03-16 00:00"),
        ("B26", rule(15, "11:00-11:00"), "2026-03-09 15:00", "2026-03-09 15:15"),
        ("B40", rule(1440, "06:00-", zone=COPENHAGEN), "2026-03-28 06:10", "2026-03-29 07:10"),
        ("B41", rule(1440, zone=COPENHAGEN), "2026-03-28 02:30", "2026-03-29 03:30"),
        ("B42", rule(60, zone=COPENHAGEN), "2026-03-29 01:30", "2026-03-29 03:30"),
        ("B43", rule(1440, zone=COPENHAGEN), "2026-10-24 06:10", "2026-10-25 05:10"),
        ("B43", rule(1440, "06:00-", zone=COPENHAGEN), "2026-10-24 06:10", "2026-10-25 06:00"),
        ("B46", rule(30, "22:00-02:00", zone=COPENHAGEN), "2026-03-29 01:20", "2026-03-29 01:50"),
        ("B46", rule(30, "22:00-02:00", zone=COPENHAGEN), "2026-03-29 01:40", "2026-03-29 22:00"),
        ("B47", rule(30, "22:00-02:00", zone=COPENHAGEN), "2026-10-25 01:30", "2026-10-25 02:00"),
        ("B47", rule(30, "22:00-02:00", zone=COPENHAGEN), "2026-10-25 01:40", "2026-10-25 22:00"),
        ("B48", rule(1440, zone=NEW_YORK), "2026-03-07 02:30", "2026-03-08 03:30"),
    ],
)
def test_after_completion(case: str, recurs: Rule, completed: str, expected: str) -> None:
    done = at(completed, recurs.zone)

    assert next_run(recurs, planned=done, completed=done) == at(expected, recurs.zone), case


@pytest.mark.parametrize(
    ("case", "recurs", "asked", "expected"),
    [
        ("B10", rule(5, "11:00-12:00", DAILY - {6}), "2015-01-05 09:00", "2015-01-05 11:00"),
        ("B15", rule(15, "08:00-18:00", WORKDAYS), "2026-03-28 12:00", "2026-03-30 08:00"),
        ("B15", rule(15, "08:00-18:00", WORKDAYS), "2026-03-30 06:00", "2026-03-30 08:00"),
        ("B23", rule(30, "22:00-02:00", MONDAYS), "2026-03-09 00:30", "2026-03-09 22:00"),
        ("grid", rule(15, "08:00-18:00", grid=True), "2026-03-09 08:01", "2026-03-09 08:15"),
    ],
)
def test_the_first_run(case: str, recurs: Rule, asked: str, expected: str) -> None:
    assert first_run(recurs, at(asked)) == at(expected), case


@pytest.mark.parametrize(
    ("case", "recurs", "planned", "completed", "expected"),
    [
        ("B28", rule(1440, "06:00-", grid=True), "2026-04-01 06:00", "2026-04-01 06:12", "2026-04-02 06:00"),
        ("B32", rule(15, grid=True), "2026-03-09 10:00", "2026-03-09 10:05", "2026-03-09 10:15"),
        ("B32 missed", rule(15, grid=True), "2026-03-09 10:00", "2026-03-09 10:17", "2026-03-09 10:15"),
        ("B32 then", rule(15, grid=True), "2026-03-09 10:15", "2026-03-09 10:18", "2026-03-09 10:30"),
        ("coalesced", rule(15, grid=True), "2026-03-09 10:00", "2026-03-09 13:07", "2026-03-09 13:00"),
        ("closed when done", rule(15, "08:00-10:00", grid=True), "2026-03-09 09:30", "2026-03-09 10:20", "2026-03-10 08:00"),
        ("two days, late", rule(2880, "06:00-", grid=True), "2026-04-01 06:00", "2026-04-06 07:00", "2026-04-05 06:00"),
        ("a fortnight", rule(20160, "06:00-", MONDAYS, grid=True), "2026-04-06 06:00", "2026-04-06 06:12", "2026-04-20 06:00"),
        ("two days", rule(2880, "06:00-", grid=True), "2026-04-01 06:00", "2026-04-01 06:12", "2026-04-03 06:00"),
        ("B40", rule(1440, "06:00-", zone=COPENHAGEN, grid=True), "2026-03-28 06:00", "2026-03-28 06:10", "2026-03-29 06:00"),
        ("B45", rule(1440, "02:30-", zone=COPENHAGEN, grid=True), "2026-10-24 02:30", "2026-10-24 02:31", "2026-10-25 02:30"),
        ("B45 once", rule(1440, "02:30-", zone=COPENHAGEN, grid=True), "2026-10-25 02:30", "2026-10-25 02:31", "2026-10-26 02:30"),
    ],
)  # fmt: skip
def test_on_a_fixed_grid(
    case: str, recurs: Rule, planned: str, completed: str, expected: str
) -> None:
    started, done = at(planned, recurs.zone), at(completed, recurs.zone)

    assert next_run(recurs, planned=started, completed=done) == at(expected, recurs.zone), case


def test_b32_what_is_missed_is_counted_and_made_up_for_once() -> None:
    quarters = rule(15, grid=True)
    planned, completed = at("2026-03-09 10:00"), at("2026-03-09 10:17")

    immediate = next_run(quarters, planned=planned, completed=completed)
    then = next_run(
        quarters, planned=immediate, started=completed, completed=at("2026-03-09 10:18")
    )

    assert missed_starts(quarters, planned=planned, now=completed) == 1
    assert immediate <= completed
    assert then == at("2026-03-09 10:30")


def test_b32_with_skip_it_waits_for_the_next_slot() -> None:
    skipping = replace(rule(15, grid=True), on_misfire=OnMisfire.SKIP)

    following = next_run(skipping, planned=at("2026-03-09 10:00"), completed=at("2026-03-09 10:17"))

    assert following == at("2026-03-09 10:30")


def test_a_run_that_started_late_has_made_up_for_what_was_missed_before_it() -> None:
    daily = rule(1440, "06:00-", grid=True)
    planned, started = at("2026-04-01 06:00"), at("2026-04-04 10:00")

    following = next_run(daily, planned=planned, started=started, completed=at("2026-04-04 10:12"))

    assert missed_starts(daily, planned=planned, now=started) == 3
    assert following == at("2026-04-05 06:00")


def test_a_run_that_started_on_a_slot_stands_for_that_slot() -> None:
    quarters = rule(15, grid=True)
    planned, started = at("2026-03-09 10:00"), at("2026-03-09 10:15")

    following = next_run(
        quarters, planned=planned, started=started, completed=at("2026-03-09 10:18")
    )

    assert following == at("2026-03-09 10:30")


def test_a_grid_of_minutes_that_stood_for_years_goes_on_at_the_last_slot() -> None:
    following = next_run(
        rule(1, grid=True), planned=at("1990-01-01 00:00"), completed=at("2026-03-09 10:00:30")
    )

    assert following == at("2026-03-09 10:00")


def test_after_completion_nothing_is_missed() -> None:
    planned, now = at("2026-03-09 10:00"), at("2026-03-19 10:00")

    assert missed_starts(rule(15), planned=planned, now=now) == 0


def test_b49_the_zone_of_the_rule_counts_and_not_that_of_the_person() -> None:
    mornings = rule(1440, "06:00-", zone=NEW_YORK, grid=True)
    done = at("2026-04-01 06:10", NEW_YORK)

    with timezone.override(COPENHAGEN):
        following = next_run(mornings, planned=at("2026-04-01 06:00", NEW_YORK), completed=done)

    assert following == at("2026-04-02 06:00", NEW_YORK)


def test_the_next_runs_begin_with_what_is_planned_or_with_now() -> None:
    quarters = rule(15, "08:00-18:00", WORKDAYS)
    now = at("2026-03-27 17:40")

    assert next_runs(quarters, now, 3) == [
        at("2026-03-27 17:40"),
        at("2026-03-27 17:55"),
        at("2026-03-30 08:00"),
    ]
    assert next_runs(quarters, now, 2, planned=at("2026-03-30 12:00")) == [
        at("2026-03-30 12:00"),
        at("2026-03-30 12:15"),
    ]


def test_an_overdue_start_is_shown_as_one_run_now() -> None:
    daily = rule(1440, "06:00-", grid=True)

    starts = next_runs(daily, at("2026-04-04 10:00"), 3, planned=at("2026-04-01 06:00"))

    assert starts == [at("2026-04-04 10:00"), at("2026-04-05 06:00"), at("2026-04-06 06:00")]


@pytest.mark.parametrize(
    ("case", "window", "moment", "runs"),
    [
        ("B38", "22:00-02:00", "22:00:00", True),
        ("B38", "22:00-02:00", "21:59:59", False),
        ("B38", "22:00-02:00", "02:00:00", True),
        ("B38", "22:00-02:00", "02:00:01", False),
        ("B39", "08:00-18:00", "08:00:00", True),
        ("B39", "08:00-18:00", "18:00:00", True),
        ("B39", "08:00-18:00", "18:00:01", False),
        ("B26", "11:00-11:00", "10:59:59", True),
    ],
)
def test_both_borders_of_a_window_belong_to_it(
    case: str, window: str, moment: str, runs: bool
) -> None:
    assert is_open(rule(15, window), at(f"2026-03-10 {moment}")) is runs


@pytest.mark.parametrize("window", ["-", "00:00-", "00:00-00:00"])
def test_midnight_belongs_to_the_day_that_begins(window: str) -> None:
    mondays = rule(15, window, MONDAYS)

    assert is_open(mondays, at("2026-03-09 00:00"))
    assert not is_open(mondays, at("2026-03-10 00:00"))


@pytest.mark.parametrize(
    "nonsense",
    [
        {"weekdays": frozenset()},  # B37
        {"zone": "Mars/Olympus"},
        {"zone": "../../etc/passwd"},
        {"zone": "Europe"},
        {"zone": ""},
        {"fixed_grid": True, "minutes": 1500},
        {"minutes": 366 * 1440 + 1},
        {"formula": parse("1D")},
        {"formula": parse("1D"), "minutes": 0},
        {"formula": parse("1D"), "weekdays": frozenset()},
    ],
)
def test_a_rule_that_can_never_run_is_refused(nonsense: dict[str, object]) -> None:
    values: dict[str, object] = {"weekdays": DAILY, "minutes": 15} | nonsense

    with pytest.raises(RuleError):
        Rule(**values)  # type: ignore[arg-type]  # the values are wrong on purpose


ZONES = [COPENHAGEN, NEW_YORK, "UTC", "Australia/Lord_Howe", "Asia/Kathmandu", "America/Sao_Paulo"]
times = st.none() | st.times().map(lambda t: t.replace(second=0, microsecond=0))
moments = st.integers(0, 5 * 366 * 24 * 60).map(
    lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)
rules = st.builds(
    Rule,
    weekdays=st.frozensets(st.integers(0, 6), min_size=1),
    minutes=st.integers(1, 1440),
    starting=times,
    ending=times,
    zone=st.sampled_from(ZONES),
    fixed_grid=st.booleans(),
)


@settings(deadline=None)  # never a timed test
@given(rules, moments, st.timedeltas(timedelta(0), timedelta(hours=30)))
def test_the_next_run_is_later_and_inside_a_window(
    recurs: Rule, asked: datetime, lasted: timedelta
) -> None:
    planned = first_run(recurs, asked)
    following = next_run(recurs, planned=planned, completed=planned + lasted)

    assert planned >= asked
    assert following > planned
    assert is_open(recurs, planned)
    assert is_open(recurs, following)


@settings(deadline=None)  # never a timed test
@given(rules, moments)
def test_fitting_twice_changes_nothing(recurs: Rule, asked: datetime) -> None:
    fitted = fit(recurs, asked)

    assert fitted >= asked
    assert fit(recurs, fitted) == fitted


@settings(deadline=None)  # never a timed test
@given(st.sampled_from(ZONES), st.times(), moments)
def test_a_daily_grid_runs_once_on_every_local_day_whatever_the_clocks_do(
    zone: str, starting: time, asked: datetime
) -> None:
    daily = Rule(
        DAILY, 1440, starting.replace(second=0, microsecond=0), None, zone, fixed_grid=True
    )
    moment = first_run(daily, asked)

    days = []
    for _day in range(400):
        days.append(moment.astimezone(daily.tz).date())
        moment = next_run(daily, planned=moment, completed=moment + timedelta(minutes=1))

    assert days == [days[0] + timedelta(days=n) for n in range(400)]
