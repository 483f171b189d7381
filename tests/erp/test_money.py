"""The arithmetic alone: cases 1 to 6 and 26 of the books, and what holds for all numbers."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import assume, given
from hypothesis import strategies as st

from erp import money

D = Decimal
CENT = D("0.01")
amounts = st.decimals("-100000", "100000", places=2)
positive = st.decimals("0.01", "100000", places=2)
rates = st.sampled_from([D(0), D("5.5"), D(7), D("8.875"), D(19), D(25)])
precisions = st.sampled_from([D(1), D("0.01"), D("0.001"), D("0.05")])


def figures(*lines: tuple[str | Decimal, int | Decimal]) -> list[money.Figures]:
    return [money.Figures(D(amount), f"D|{pct}", D(pct)) for amount, pct in lines]


def test_halves_are_rounded_away_from_zero() -> None:
    cases = {"0.005": "0.01", "-0.005": "-0.01", "2.675": "2.68", "0.0049": "0.00"}

    assert {text: money.rounded(D(text), CENT) for text in cases} == {
        text: D(result) for text, result in cases.items()
    }


def test_each_currency_is_rounded_to_its_own_unit() -> None:
    """Case 6, dinars."""
    assert money.rounded(D("1.0005"), D("0.001")) == D("1.001")
    assert money.rounded(D("99.9"), D(1)) == D(100)
    assert money.rounded(D("1.07"), D("0.05")) == D("1.05")


def test_vat_is_computed_once_a_group_and_allotted_to_its_lines() -> None:
    """Case 1."""
    lines = figures(*[("9.99", 19)] * 3)

    money.add_vat(lines, CENT, incl=False)

    assert [line.vat for line in lines] == [D("1.90"), D("1.89"), D("1.90")]
    assert sum(line.incl for line in lines) == D("35.66")


def test_vat_is_taken_out_of_prices_that_include_it() -> None:
    """Case 2."""
    lines = figures(*[("9.99", 19)] * 3)

    money.add_vat(lines, CENT, incl=True)

    assert [line.vat for line in lines] == [D("1.60"), D("1.59"), D("1.60")]
    assert [line.amount for line in lines] == [D("8.39"), D("8.40"), D("8.39")]


def test_an_invoice_discount_goes_over_vat_groups_first() -> None:
    """Case 3."""
    lines = figures(("100", 19), ("50", 7))

    money.distribute_discount(lines, D(10), CENT)
    money.add_vat(lines, CENT, incl=False)

    assert [line.inv_discount for line in lines] == [D("6.67"), D("3.33")]
    assert [line.vat for line in lines] == [D("17.73"), D("3.27")]
    assert sum(line.incl for line in lines) == D("161.00")


def test_a_line_discount_in_percent_is_taken_off_the_rounded_gross() -> None:
    """Case 4."""
    assert money.line_amount(D(3), D("33.33"), CENT, discount_pct=D(15)) == (D("84.99"), D("15.00"))


def test_the_rest_of_negative_vat_is_carried_into_the_positive() -> None:
    """Case 5."""
    lines = figures(("10.01", 25), ("-0.02", 25))

    money.add_vat(lines, CENT, incl=False)

    assert [line.vat for line in lines] == [D("2.51"), D("-0.01")]
    assert sum(line.incl for line in lines) == D("12.49")


def test_lcy_parts_add_up_to_the_converted_total() -> None:
    """Case 6, yen in LCY."""
    parts = [D(999), D(100)]

    assert money.in_lcy(parts, D("0.0062"), CENT) == [D("6.19"), D("0.62")]


@given(amounts, precisions)
def test_rounding_is_never_off_by_more_than_half_a_unit(amount: Decimal, unit: Decimal) -> None:
    result = money.rounded(amount, unit)

    assert abs(result - amount) <= unit / 2
    assert result % unit == 0
    assert money.rounded(-amount, unit) == -result


@given(positive, st.lists(positive, min_size=1, max_size=12))
def test_spreading_loses_and_gains_nothing(total: Decimal, weights: list[Decimal]) -> None:
    parts = money.spread(total, weights, CENT)

    assert sum(parts) == total
    assert all(
        abs(part - total * weight / sum(weights)) <= CENT
        for part, weight in zip(parts, weights, strict=True)
    )


@given(amounts, st.lists(st.integers(1, 9), min_size=1, max_size=9))
def test_slices_of_a_line_add_up_to_it(total: Decimal, pieces: list[int]) -> None:
    quantity, before, sum_of_slices = D(sum(pieces)), D(0), D(0)
    for piece in pieces:
        sum_of_slices += money.part(total, quantity, (before, before + piece), CENT)
        before += piece

    assert sum_of_slices == total


@given(st.lists(amounts, max_size=12), st.decimals("0.0001", "200", places=4))
def test_converted_parts_add_up_to_the_converted_sum(parts: list[Decimal], rate: Decimal) -> None:
    assert sum(money.in_lcy(parts, rate, CENT)) == money.rounded(sum(parts, D(0)) * rate, CENT)


@given(st.lists(st.tuples(amounts, rates), min_size=1, max_size=12), st.booleans())
def test_amount_and_vat_are_the_total_of_every_line(
    given_lines: list[tuple[Decimal, Decimal]], incl: bool
) -> None:
    lines = [money.Figures(amount, f"D|{pct}", pct) for amount, pct in given_lines]

    money.add_vat(lines, CENT, incl=incl)

    assert all(line.amount + line.vat == line.incl for line in lines)
    assert [line.incl if incl else line.amount for line in lines] == [line.net for line in lines]


@given(st.lists(st.tuples(positive, rates), min_size=1, max_size=12))
def test_vat_of_a_group_is_the_rounded_share_of_its_sum(
    given_lines: list[tuple[Decimal, Decimal]],
) -> None:
    lines = [money.Figures(amount, f"D|{pct}", pct) for amount, pct in given_lines]

    money.add_vat(lines, CENT, incl=False)

    for code in {line.vat_code for line in lines}:
        group = [line for line in lines if line.vat_code == code]
        base = sum(line.net for line in group)
        assert sum(line.vat for line in group) == money.rounded(base * group[0].vat_pct / 100, CENT)


@given(
    st.lists(st.tuples(positive, rates), min_size=1, max_size=12),
    st.decimals("0.01", "100000", places=2),
)
def test_an_invoice_discount_is_taken_off_to_the_cent(
    given_lines: list[tuple[Decimal, Decimal]], discount: Decimal
) -> None:
    lines = [money.Figures(amount, f"D|{pct}", pct) for amount, pct in given_lines]
    assume(discount <= money.discountable(lines))

    money.distribute_discount(lines, discount, CENT)

    assert sum(line.inv_discount for line in lines) == discount


@given(st.lists(st.tuples(amounts, amounts), min_size=1, max_size=8), st.booleans())
def test_given_tax_stays_as_it_came(given_lines: list[tuple[Decimal, Decimal]], incl: bool) -> None:
    lines = [money.Figures(amount, "US", D(0), given_tax=tax) for amount, tax in given_lines]

    money.add_given_tax(lines, CENT, incl=incl)

    assert [line.vat for line in lines] == [tax for _amount, tax in given_lines]
    assert all(line.amount + line.vat == line.incl for line in lines)
