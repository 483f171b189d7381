"""Schedules over every change of clocks of every zone, from 2026 to 2030."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, partial
from itertools import pairwise, takewhile
from operator import gt
from zoneinfo import ZoneInfo, available_timezones

from hypothesis import given, settings
from hypothesis import strategies as st

from jobqueue.formulas import parse
from jobqueue.recurrence import Rule, first_run, is_open, next_run, next_runs
from jobqueue.recurrence_starts import slots
from tests.jobqueue.test_recurrence import DAILY, times

DAY = timedelta(days=1)
WEEK = timedelta(days=7)
MINUTE = timedelta(minutes=1)


@cache
def changes() -> dict[tuple[tuple[datetime, timedelta], ...], str]:
    """A zone for each distinct row of changes; a change is its instant and what the clocks gain."""
    zones = sorted(available_timezones() - {"localtime", "posixrules", "Factory"})
    found = {tuple(_changes(ZoneInfo(name))): name for name in zones}
    return {row: name for row, name in found.items() if row}


def _changes(zone: ZoneInfo) -> Iterator[tuple[datetime, timedelta]]:
    """No zone changes its clocks twice within a week."""
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    while moment.year <= 2030:
        gain = _offset(zone, moment + WEEK) - _offset(zone, moment)
        if gain:
            yield _instant(zone, moment), gain
        moment += WEEK


def _instant(zone: ZoneInfo, before: datetime) -> datetime:
    """The first minute of the new time, by halving the week."""
    old, low, high = _offset(zone, before), 0, 7 * 24 * 60
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (
            (middle, high) if _offset(zone, before + middle * MINUTE) == old else (low, middle)
        )
    return before + high * MINUTE


def _offset(zone: ZoneInfo, moment: datetime) -> timedelta:
    offset = moment.astimezone(zone).utcoffset()
    assert offset is not None
    return offset


def wall(zone: str, moment: datetime) -> datetime:
    return moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None, fold=0)


every_change = [(zone, at, gain) for row, zone in changes().items() for at, gain in row]


def test_the_zones_of_the_world_are_looked_at() -> None:
    assert {zone for zone, _at, _gain in every_change} >= {"Australia/Lord_Howe"}
    assert len(every_change) > 200
    assert {gain for _zone, _at, gain in every_change} >= {
        timedelta(hours=1),
        timedelta(hours=-1),
        timedelta(minutes=30),
        timedelta(minutes=-30),
    }


def test_no_local_slot_comes_twice_and_none_is_lost_but_in_a_gap() -> None:
    for zone, at, gain in every_change:
        grid = Rule(DAILY, 30, None, None, zone, fixed_grid=True)
        found = list(takewhile(partial(gt, at + DAY), slots(grid, at - DAY)))
        local = [wall(zone, slot) for slot in found]

        assert all(one < other for one, other in pairwise(found)), (zone, at)
        assert len(set(local)) == len(local), (zone, at)
        longest = 30 * MINUTE + max(-gain, timedelta(0))
        assert max(other - one for one, other in pairwise(found)) <= longest, (zone, at)


def test_a_time_in_a_gap_moves_on_by_its_length() -> None:
    for zone, at, gain in every_change:
        if gain > timedelta(0):
            skipped = wall(zone, at) - gain / 2
            daily = Rule(DAILY, 1440, skipped.time(), None, zone, fixed_grid=True)

            assert daily.instant(skipped.date(), skipped.time()) == at + gain / 2, (zone, at)
            assert first_run(daily, at - gain / 2) == at + gain / 2, (zone, at)


def test_a_time_that_comes_twice_means_the_first() -> None:
    for zone, at, gain in every_change:
        if gain < timedelta(0):
            twice = wall(zone, at + MINUTE)
            daily = Rule(DAILY, 1440, twice.time(), None, zone, fixed_grid=True)
            first, second = at + MINUTE + gain, at + MINUTE

            following = next_run(daily, planned=first, completed=first)

            assert wall(zone, first) == wall(zone, second) == twice
            assert first_run(daily, first - MINUTE) == first, (zone, at)
            assert following > second, (zone, at)
            assert wall(zone, following) == twice + DAY, (zone, at)


def test_minutes_between_runs_are_elapsed_time_whatever_the_clocks_do() -> None:
    for zone, at, _gain in every_change:
        hourly = Rule(DAILY, 60, None, None, zone)
        starts = next_runs(hourly, at - timedelta(hours=3, minutes=20), 8)

        assert {other - one for one, other in pairwise(starts)} == {timedelta(hours=1)}, (zone, at)


near = st.builds(
    lambda change, minutes: (change[0], change[1] + minutes * MINUTE),
    st.sampled_from(every_change),
    st.integers(-3 * 24 * 60, 2 * 24 * 60),
)
weekdays = st.frozensets(st.integers(0, 6), min_size=1)


@settings(deadline=None)
@given(near, weekdays, st.integers(1, 1440), times, times, st.booleans())
def test_around_a_change_starts_go_on_and_lie_in_the_window(
    place: tuple[str, datetime],
    days: frozenset[int],
    minutes: int,
    starting: time | None,
    ending: time | None,
    grid: bool,
) -> None:
    zone, now = place
    rule = Rule(days, minutes, starting, ending, zone, fixed_grid=grid)

    starts = next_runs(rule, now, 8)

    assert starts[0] >= now
    assert all(one < other for one, other in pairwise(starts))
    assert all(is_open(rule, start) for start in starts)
    if grid:
        assert len({wall(zone, start) for start in starts}) == len(starts)


@settings(deadline=None)
@given(near, times, times)
def test_a_daily_formula_runs_on_every_day_around_a_change(
    place: tuple[str, datetime], starting: time | None, ending: time | None
) -> None:
    zone, now = place
    rule = Rule(frozenset(), 0, starting, ending, zone, formula=parse("1D"))

    starts = next_runs(rule, now, 8)

    days: list[date] = [rule.day_of(start) for start in starts]
    assert all(one < other for one, other in pairwise(starts))
    assert all(is_open(rule, start) for start in starts)
    swallowed = [day for day in days if rule.window(day).opens > rule.window(day).closes]
    assert not swallowed
    assert (days[-1] - days[0]).days - (len(days) - 1) in (0, 1)  # a gap may swallow one window
