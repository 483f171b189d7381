"""How the fields of an entry that say when it recurs stand to one another."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from jobqueue.errors import Refused
from jobqueue.models import JobQueueEntry
from jobqueue.recurrence import RuleError
from jobqueue.recurrence_columns import WEEKDAYS
from tests.jobqueue.conftest import given_entry

pytestmark = pytest.mark.django_db

WORKDAYS = dict.fromkeys(WEEKDAYS[:5], True)
START = datetime(2099, 3, 10, 10, tzinfo=UTC)


def given_stored(**values: Any) -> JobQueueEntry:
    """An entry as a form gets it: read anew."""
    return JobQueueEntry.objects.get(pk=given_entry(earliest_start=START, **values).pk)


def ticked(entry: JobQueueEntry) -> list[str]:
    return [day for day in WEEKDAYS if getattr(entry, day)]


def test_a1_minutes_alone_never_recur() -> None:
    entry = given_stored(minutes_between_runs=30)

    assert (entry.recurring, entry.minutes_between_runs) == (False, 30)


def test_a2_a_weekday_recurs_and_a_day_lies_between_its_runs() -> None:
    entry = given_stored(monday=True)

    assert (entry.recurring, entry.minutes_between_runs) == (True, 1440)


def test_a4_a_formula_clears_weekdays_and_minutes() -> None:
    entry = given_stored(**WORKDAYS, minutes_between_runs=15, fixed_grid=True)

    entry.date_formula = " 1m "
    entry.settle()
    entry.save()
    entry.refresh_from_db()

    assert (ticked(entry), entry.minutes_between_runs, entry.fixed_grid) == ([], 0, False)
    assert (entry.recurring, entry.date_formula) == (True, "1M")


def test_ticking_a_weekday_clears_the_formula() -> None:
    entry = given_stored(date_formula="1M")

    entry.monday = True
    entry.full_clean()
    entry.save()
    entry.refresh_from_db()

    assert (entry.date_formula, ticked(entry)) == ("", ["monday"])
    assert (entry.recurring, entry.minutes_between_runs) == (True, 1440)


def test_typing_minutes_clears_the_formula_and_it_no_longer_recurs() -> None:
    entry = given_stored(date_formula="1M")

    entry.minutes_between_runs = 30
    entry.settle()

    assert (entry.date_formula, entry.recurring) == ("", False)


def test_a_formula_that_was_not_changed_stays() -> None:
    entry = given_stored(date_formula="1M", starting_time=time(8))

    entry.description = "Month's end"
    entry.settle()

    assert (entry.date_formula, entry.recurring, ticked(entry)) == ("1M", True, [])


def test_choosing_both_anew_is_refused() -> None:
    entry = given_stored(**WORKDAYS)
    entry.date_formula, entry.saturday = "1M", True

    with pytest.raises(ValidationError) as caught:
        entry.settle()

    assert caught.value.message_dict == {
        "date_formula": ["Choose either a date formula or weekdays with minutes."]
    }


@pytest.mark.parametrize("field", ["starting_time", "ending_time"])
def test_a5_only_a_recurring_entry_has_a_window(field: str) -> None:
    entry = given_stored()
    setattr(entry, field, time(8))

    with pytest.raises(ValidationError) as caught:
        entry.settle()

    assert caught.value.message_dict == {field: ["Only a recurring entry has a time window."]}
    assert getattr(JobQueueEntry.objects.get(pk=entry.pk), field) is None


def test_a6_the_expiration_is_later_than_the_earliest_start() -> None:
    entry = given_stored()
    entry.expiration = START

    with pytest.raises(ValidationError) as caught:
        entry.settle()
    entry.expiration = START + timedelta(minutes=1)
    entry.settle()

    assert caught.value.message_dict == {
        "expiration": ["The expiration must be later than the earliest start."]
    }


@pytest.mark.parametrize(
    ("field", "refused", "accepted", "sentence"),
    [
        ("max_attempts", 11, 10, "An entry can be tried again at most 10 times."),
        ("rerun_delay", 3601, 3600, "The rerun delay is at most 3600 seconds."),
        ("inactivity_timeout", 4, 5, "The inactivity timeout is at least 5 minutes."),
    ],
)
def test_a20_the_limits(field: str, refused: int, accepted: int, sentence: str) -> None:
    with pytest.raises(Refused) as caught:
        given_entry(**{field: refused})

    assert str(caught.value) == sentence
    assert not JobQueueEntry.objects.exists()
    assert getattr(given_entry(**{field: accepted}), field) == accepted


@pytest.mark.parametrize(
    ("values", "field", "sentence"),
    [
        ({"date_formula": "1D+"}, "date_formula", "At character 4: Here must stand a unit: D, W, M, Q, Y or WD."),
        ({"date_formula": "-1M"}, "date_formula", "The formula never leads to a later date."),
        ({"date_formula": "1M", "fixed_grid": True}, "date_formula", "A date formula stands alone: without weekdays, minutes and fixed grid."),
        ({"monday": True, "zone": "Mars/Olympus"}, "zone", "“Mars/Olympus” is not a time zone."),
        ({"monday": True, "fixed_grid": True, "minutes_between_runs": 1500}, "minutes_between_runs", "A fixed grid of more than a day needs whole days: 1440, 2880 …"),
        ({"monday": True, "minutes_between_runs": 527041}, "minutes_between_runs", "Between two runs lie at most 527040 minutes, which is a year."),
        ({"monday": True, "holidays": ["tomorrow"]}, "holidays", "“tomorrow” is not a date. Write it as 2027-01-01."),
        ({"monday": True, "on_holiday": "pray"}, "on_holiday", "Value 'pray' is not a valid choice."),
        ({"monday": True, "on_misfire": "cry"}, "on_misfire", "Value 'cry' is not a valid choice."),
    ],
)  # fmt: skip
def test_each_refusal_is_a_sentence_on_the_field_that_mends_it(
    values: dict[str, Any], field: str, sentence: str
) -> None:
    entry = given_stored()
    for name, value in values.items():
        setattr(entry, name, value)

    with pytest.raises(ValidationError) as caught:
        entry.settle()

    assert caught.value.message_dict == {field: [sentence]}


def test_b37_recurring_without_a_weekday_or_a_formula_is_refused() -> None:
    """Ticking is what makes an entry recur, so this takes a hand in the tables."""
    entry = given_stored(monday=True)
    JobQueueEntry.objects.update(monday=False)
    entry.refresh_from_db()
    assert entry.recurring

    with pytest.raises(RuleError, match="Tick at least one weekday"):
        entry.rule()
    entry.settle()

    assert not entry.recurring


@pytest.mark.parametrize("field", ["on_holiday", "on_misfire"])
def test_a_choice_that_is_none_is_refused_by_the_rule_too(field: str) -> None:
    entry = given_stored(monday=True)
    setattr(entry, field, "pray")

    with pytest.raises(RuleError, match="“pray” is none of the choices") as caught:
        entry.rule()

    assert caught.value.field == field


def test_times_may_come_as_text() -> None:
    entry = given_stored(monday=True, starting_time="08:00", ending_time="18:30")

    assert (entry.starting_time, entry.ending_time) == (time(8), time(18, 30))


def test_holidays_and_misfires_are_kept() -> None:
    entry = given_stored(
        monday=True, holidays=["2027-01-04"], on_holiday="move", on_misfire="skip", fixed_grid=True
    )

    rule = entry.rule()

    assert {day.isoformat() for day in rule.holidays.dates} == {"2027-01-04"}
    assert (rule.holidays.then, rule.on_misfire) == ("move", "skip")


def test_the_database_too_lets_a_formula_stand_alone() -> None:
    entry = given_stored(date_formula="1M")

    with pytest.raises(IntegrityError, match="formula_stands_alone"), transaction.atomic():
        JobQueueEntry.objects.filter(pk=entry.pk).update(monday=True)
