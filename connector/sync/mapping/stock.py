"""How many of a variant Shopify is to show, out of what the books say; and which unit it is sold in.

Source: BC, report 30102. Its number is rounded down and never below zero before it is compared, so
that what is oversold is not sent at every run.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal

MOST = 1_000_000_000  # what Shopify takes


class UnknownUnit(ValueError):
    """The variant is sold in a unit that its item does not have. Carries the unit."""


@dataclass(frozen=True, slots=True)
class Rule:
    """What a location decides."""

    buffer: int = 0  # kept back
    cap: int | None = None  # at most shown


@dataclass(frozen=True, slots=True)
class Unit:
    code: str
    per: Decimal = Decimal(1)  # base units in one of it


@dataclass(frozen=True, slots=True)
class Figures:
    """Of an item, or of one of its variants, at some locations; in base units."""

    on_hand: Decimal = Decimal(0)
    left: Decimal = Decimal(0)  # of it, after open documents or after what is reserved


@dataclass(frozen=True, slots=True)
class Calculation:
    """The way to the number, step by step."""

    figures: Figures
    unit: Unit
    whole: int  # units in what is left, rounded down; may be below zero
    rule: Rule
    shown: int  # what Shopify is to show


def calculate(figures: Figures, unit: Unit, rule: Rule) -> Calculation:
    """Work out what is shown: 29.5 pieces in boxes of 6 are 4 boxes, of which 1 is kept back: 3."""
    whole = int((figures.left / unit.per).to_integral_value(ROUND_FLOOR))
    kept = whole - rule.buffer
    shown = kept if rule.cap is None else min(kept, rule.cap)
    return Calculation(figures, unit, whole, rule, min(max(0, shown), MOST))


def unit_of(option: str, base: str, units: Mapping[str, str], sales: str) -> Unit:
    """The unit of a variant: the one that its option names, else the item's for sales, else its own.

    Raises UnknownUnit for an option that names no unit of the item.
    """
    known = {base.casefold(): Unit(base)}
    known |= {code.casefold(): Unit(code, Decimal(per)) for code, per in units.items()}
    if option:
        if option.strip().casefold() not in known:
            raise UnknownUnit(option)
        return known[option.strip().casefold()]
    return known.get(sales.casefold(), known[base.casefold()])


def option_named(name: str, names: Sequence[str], values: Sequence[str]) -> str:
    """The value of the option with that name; "" where the product has no such option."""
    for known, value in zip(names, values, strict=False):
        if name and known.strip().casefold() == name.strip().casefold():
            return value
    return ""


@dataclass(frozen=True, slots=True)
class Blame:
    """Which rows of a refused call are at fault: by their place in it, the code and Shopify's words."""

    rows: Mapping[int, tuple[str, str]]
    code: str  # of what is said of no row; "" when rows alone are blamed
    message: str


def blame(errors: Sequence[tuple[Sequence[str], str, str]], count: int) -> Blame:
    """Read the errors (field, code, message) of a call with `count` rows."""
    rows: dict[int, tuple[str, str]] = {}
    for field, code, message in errors:
        place = _place(field)
        if place is not None and place < count:
            rows.setdefault(place, (code, message))
    if rows:
        return Blame(rows, "", "")
    return Blame({}, errors[0][1] if errors else "", "; ".join(e[2] for e in errors))


def _place(field: Sequence[str]) -> int | None:
    """input.quantities.17.quantity → 17."""
    if len(field) > 2 and field[1] == "quantities" and field[2].isdecimal():  # noqa: PLR2004
        return int(field[2])
    return None
