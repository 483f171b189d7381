"""30102, the arithmetic: from the books' numbers to the one that Shopify shows."""

from __future__ import annotations

from decimal import Decimal

import pytest

from connector.sync.mapping.stock import (
    MOST,
    Figures,
    Rule,
    Unit,
    UnknownUnit,
    blame,
    calculate,
    option_named,
    unit_of,
)

BOX = Unit("BOX", Decimal(6))
PCS = Unit("PCS")


@pytest.mark.parametrize(
    ("left", "unit", "rule", "shown"),
    [
        ("9", PCS, Rule(), 9),
        ("6", BOX, Rule(), 1),
        ("29.5", BOX, Rule(), 4),
        ("29.5", BOX, Rule(buffer=1), 3),
        ("9.99999", PCS, Rule(), 9),
        ("10", PCS, Rule(buffer=3, cap=5), 5),
        ("7", PCS, Rule(buffer=3, cap=5), 4),
        ("10", PCS, Rule(cap=0), 0),
        ("2", PCS, Rule(buffer=3), 0),
        ("-5", PCS, Rule(), 0),
        ("-0.5", PCS, Rule(), 0),
        ("5e12", PCS, Rule(), MOST),
    ],
)
def test_the_number_is_rounded_down_kept_back_and_capped(
    left: str, unit: Unit, rule: Rule, shown: int
) -> None:
    assert calculate(Figures(Decimal(99), Decimal(left)), unit, rule).shown == shown


def test_each_step_of_the_way_is_told() -> None:
    told = calculate(Figures(Decimal(14), Decimal(13)), BOX, Rule(buffer=1))

    assert (told.whole, told.shown) == (2, 1)
    below = calculate(Figures(Decimal(0), Decimal(-1)), BOX, Rule())
    assert (below.whole, below.shown) == (-1, 0)


@pytest.mark.parametrize(
    ("option", "sales", "code"),
    [("box", "", "BOX"), (" pcs ", "BOX", "PCS"), ("", "BOX", "BOX"), ("", "", "PCS"),
     ("", "CRATE", "PCS")],
)  # fmt: skip
def test_the_unit_is_the_options_else_for_sales_else_the_base(
    option: str, sales: str, code: str
) -> None:
    assert unit_of(option, "PCS", {"BOX": "6"}, sales).code == code


def test_a_unit_that_the_item_does_not_have_is_not_guessed() -> None:
    with pytest.raises(UnknownUnit, match="PALLET"):
        unit_of("PALLET", "PCS", {"BOX": "6"}, "")


def test_the_option_is_found_by_its_name() -> None:
    assert option_named("unit", ["Colour", "Unit"], ["Red", "BOX"]) == "BOX"
    assert option_named("unit", ["Colour"], ["Red"]) == ""
    assert option_named("", [""], ["Red"]) == ""


def test_rows_are_blamed_by_their_place() -> None:
    field = ("input", "quantities", "1", "inventoryItemId")

    assert blame([(field, "X", "No.")], 2).rows == {1: ("X", "No.")}
    assert blame([(field, "X", "No.")], 1).rows == {}  # no such row: nobody is blamed
    whole = blame([((), "Y", "All."), (("input", "reason"), "Z", "Both.")], 2)
    assert (whole.rows, whole.code, whole.message) == ({}, "Y", "All.; Both.")
