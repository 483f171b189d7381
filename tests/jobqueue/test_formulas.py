"""Date formulas: what they mean, and what is said of those that mean nothing."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jobqueue.formulas import FormulaError, parse


@pytest.mark.parametrize(
    ("formula", "day", "expected"),
    [
        ("1D", "2026-03-09", "2026-03-10"),
        ("+1D", "2026-03-09", "2026-03-10"),
        ("D", "2026-03-09", "2026-03-10"),
        (" 2w ", "2026-03-09", "2026-03-23"),
        ("1M", "2026-01-31", "2026-02-28"),
        ("1M", "2028-01-31", "2028-02-29"),
        ("-1M", "2026-03-31", "2026-02-28"),
        ("-1M+2M", "2026-03-31", "2026-04-28"),
        ("Q", "2026-11-30", "2027-02-28"),
        ("Y", "2028-02-29", "2029-02-28"),
        ("CD+1D", "2026-03-09", "2026-03-10"),
        ("CW", "2026-03-09", "2026-03-15"),
        ("CW", "2026-03-15", "2026-03-15"),
        ("-CW", "2026-03-15", "2026-03-09"),
        ("CM", "2026-02-10", "2026-02-28"),
        ("-CM", "2026-02-10", "2026-02-01"),
        ("CQ", "2026-11-10", "2026-12-31"),
        ("-CQ", "2026-11-10", "2026-10-01"),
        ("CY", "2026-02-10", "2026-12-31"),
        ("-CY", "2026-02-10", "2026-01-01"),
        ("1D+CM", "2026-03-31", "2026-04-30"),
        ("1M+CM", "2026-01-31", "2026-02-28"),
        ("CM+1M", "2026-01-31", "2026-02-28"),
        ("CM-5D", "2026-03-02", "2026-03-26"),
        ("CM+10D", "2026-03-02", "2026-04-10"),
        ("D4", "2026-03-03", "2026-03-04"),
        ("D4", "2026-03-04", "2026-04-04"),
        ("-D4", "2026-03-04", "2026-02-04"),
        ("-D4", "2026-03-05", "2026-03-04"),
        ("D31", "2026-01-31", "2026-02-28"),
        ("D31", "2026-02-28", "2026-03-31"),
        ("WD4", "2026-03-12", "2026-03-19"),
        ("WD1", "2026-03-12", "2026-03-16"),
        ("WD7", "2026-03-12", "2026-03-15"),
        ("-WD4", "2026-03-12", "2026-03-05"),
        ("-WD1", "2026-03-12", "2026-03-09"),
        ("M3", "2026-01-31", "2026-03-31"),
        ("M2", "2026-03-31", "2027-02-28"),
        ("W53", "2026-12-31", "2027-12-30"),
        ("W1", "2027-01-01", "2027-01-08"),
        ("WD1+1W-1D", "2026-03-12", "2026-03-22"),
    ],
)
def test_a_formula_moves_a_date(formula: str, day: str, expected: str) -> None:
    assert parse(formula).applied_to(date.fromisoformat(day)) == date.fromisoformat(expected)


@pytest.mark.parametrize(
    ("formula", "planned", "expected"),
    [
        ("1D", "2026-03-09", "2026-03-10"),  # B33
        ("1D+CM", "2012-03-31", "2012-04-30"),  # B12
        ("CM", "2026-02-10", "2026-02-28"),  # B34
        ("CM", "2028-02-10", "2028-02-29"),  # B34
        ("CM", "2026-02-28", "2026-03-31"),
        ("CW", "2026-03-15", "2026-03-22"),
        ("CY", "2026-12-31", "2027-12-31"),
        ("CM-5D", "2026-02-23", "2026-03-26"),
        ("CM-40D", "2026-02-19", "2026-03-21"),
        ("-CM", "2026-03-01", "2026-04-01"),
        ("-D4", "2026-03-04", "2026-04-04"),
        ("CY-1Y", "2026-12-31", "2027-12-31"),
        ("D4", "2026-03-04", "2026-04-04"),  # B35
        ("D4", "2026-03-05", "2026-04-04"),  # B35
        ("WD4", "2026-03-12", "2026-03-19"),  # B36
    ],
)
def test_what_is_planned_next_is_strictly_later(formula: str, planned: str, expected: str) -> None:
    assert parse(formula).after(date.fromisoformat(planned)) == date.fromisoformat(expected)


@pytest.mark.parametrize(
    ("text", "place", "sentence"),
    [
        ("", 0, "Type a date formula"),
        ("   ", 0, "Type a date formula"),
        ("1X", 2, "Here must stand a unit"),
        ("1", 2, "Here must stand a unit"),
        ("<1D>", 1, "Here must stand a unit"),
        ("1D+", 4, "Here must stand a unit"),
        ("1D++1M", 4, "Here must stand a unit"),
        ("C", 2, "Here must stand a unit"),
        ("1CM", 2, "Here must stand a unit"),
        ("1D1M", 1, "before the unit or behind it, not both"),
        ("D4D", 3, "A plus or a minus must stand"),
        ("1D 1M", 3, "A plus or a minus must stand"),
        ("1D + 1M", 3, "A plus or a minus must stand"),
        ("1M+2D4", 4, "before the unit or behind it, not both"),
        ("CM4", 2, "A term with C takes no number"),
        ("1D+CM4", 5, "A term with C takes no number"),
        ("WD", 1, "WD needs a number behind it"),
        ("2WD", 1, "WD needs a number behind it"),
        ("0D", 1, "must be 1 or more"),
        ("D0", 1, "behind D goes from 1 to 31"),
        ("D32", 1, "behind D goes from 1 to 31"),
        ("CM+WD8", 4, "behind WD goes from 1 to 7"),
        ("W54", 1, "behind W goes from 1 to 53"),
        ("M13", 1, "behind M goes from 1 to 12"),
        ("Q2", 1, "Q takes no number behind it"),
        ("Y2027", 2, "at most three digits"),
        ("Y999", 1, "Y takes no number behind it"),
        ("1000D", 1, "at most three digits"),
        ("١D", 1, "Here must stand a unit"),
    ],
)
def test_a_mistake_is_told_with_its_place(text: str, place: int, sentence: str) -> None:
    with pytest.raises(FormulaError) as caught:
        parse(text)

    assert caught.value.place == place
    assert sentence in str(caught.value)
    assert str(caught.value).startswith(f"At character {place}: ") == bool(place)
    assert caught.value.field == "date_formula"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("-1M", "never leads to a later date"),
        ("1D-1D", "never leads to a later date"),
        ("1M-28D", "never leads to a later date"),
        ("CD", "never leads to a later date"),
        ("CM-2Y", "more than a year back"),
        ("CM-999Y-999Y-999Y", "out of the calendar"),
    ],
)
def test_a_formula_that_can_plan_nothing_is_told_so(text: str, sentence: str) -> None:
    with pytest.raises(FormulaError, match=sentence) as caught:
        parse(text).check()

    assert caught.value.place == 0


def test_where_the_calendar_ends_a_sentence_says_so() -> None:
    with pytest.raises(FormulaError, match="out of the calendar"):
        parse("999Y").after(date(9500, 1, 1))


offsets = st.builds(lambda n, unit: f"{n}{unit}", st.integers(1, 99), st.sampled_from("DWMQY"))
specific = st.one_of(
    st.integers(1, 31).map(lambda n: f"D{n}"),
    st.integers(1, 7).map(lambda n: f"WD{n}"),
    st.integers(1, 53).map(lambda n: f"W{n}"),
    st.integers(1, 12).map(lambda n: f"M{n}"),
)
ends = st.sampled_from(["CW", "CM", "CQ", "CY"])
signed = st.builds(str.__add__, st.sampled_from("+-"), st.one_of(offsets, specific, ends))
sums = st.lists(signed, min_size=1, max_size=4).map("".join)
dates = st.dates(date(2020, 1, 1), date(2060, 12, 31))


def plans(text: str) -> bool:
    try:
        parse(text).check()
    except FormulaError:
        return False
    return True


@settings(deadline=None)
@given(sums.filter(plans), dates)
def test_every_formula_that_passes_the_check_leads_on(text: str, planned: date) -> None:
    formula = parse(text)

    following = formula.after(planned)

    later = (formula.applied_to(planned + timedelta(days=days)) for days in count())
    assert following == next(day for day in later if day > planned)


@settings(deadline=None)
@given(sums)
def test_a_formula_is_written_as_it_was_read(text: str) -> None:
    assert parse(text.lower()) == parse(text)
    assert str(parse(text)) == text
    assert len(parse(text).terms) == text.count("+") + text.count("-")


@settings(deadline=None)
@given(st.text("0123456789CDWMQYdw+- X<", max_size=12))
def test_any_text_is_read_or_refused_with_a_sentence(text: str) -> None:
    mistake: FormulaError | None = None
    try:
        parse(text)
    except FormulaError as error:
        mistake = error

    if mistake is not None:
        assert 0 <= mistake.place <= len(text.strip()) + 1
        assert str(mistake).endswith(".")


@settings(deadline=None)
@given(st.integers(1, 31), dates)
def test_a_day_of_the_month_comes_once_in_every_month(number: int, planned: date) -> None:
    formula = parse(f"D{number}")

    days = [planned]
    for _month in range(24):
        days.append(formula.after(days[-1]))

    months = [(day.year, day.month) for day in days[1:]]
    assert len(set(months)) == 24
    assert all(day.day == number or (day + timedelta(days=1)).day == 1 for day in days[1:])
