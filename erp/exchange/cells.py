"""One cell: from a field to what is written, and from what was written to the field."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

YES, NO = "yes", "no"
FLAGS = {YES: True, "true": True, "1": True, NO: False, "false": False, "0": False}


class BadCell(ValueError):
    """The message is a sentence for who filled it in."""


@dataclass(frozen=True, slots=True)
class Column:
    """`read` and `write` turn text into the field's value and back; a blank may keep the field."""

    name: str  # of the field, and the heading
    read: Callable[[str], Any]
    write: Callable[[Any], str]
    number: bool = False  # written as a number into spreadsheets
    keeps_blank: bool = False  # a blank cell leaves the field as it is

    def value(self, text: str) -> Any:
        """Raises BadCell."""
        return self.read(text)


def text(name: str, length: int) -> Column:
    return Column(name, lambda given: _short(given, length), str)


def code(name: str, length: int) -> Column:
    return Column(name, lambda given: _short(given.strip().upper(), length), str)


def number(name: str) -> Column:
    return Column(name, _number, plain, number=True, keeps_blank=True)


def flag(name: str) -> Column:
    return Column(name, _flag, lambda value: YES if value else NO, keeps_blank=True)


def choice(name: str, choices: Collection[str]) -> Column:
    def read(given: str) -> str:
        given = given.strip().lower()
        if given not in choices:
            raise BadCell(
                _("“%(text)s” is not one of: %(choices)s.")
                % {"text": given, "choices": ", ".join(choices)}
            )
        return given

    return Column(name, read, str, keeps_blank=True)


def units(name: str) -> Column:
    """Units of measure with their size: `BOX=12; PALLET=480`."""

    def write(value: dict[str, str]) -> str:
        return "; ".join(f"{unit}={size}" for unit, size in value.items())

    return Column(name, _units, write)


def plain(value: Decimal) -> str:
    """Without zeros at the end, and never with an exponent."""
    return f"{value.normalize():f}"


def _short(given: str, length: int) -> str:
    if len(given) > length:
        raise BadCell(
            _("“%(text)s” has more than %(length)d characters.") % {"text": given, "length": length}
        )
    return given


def _number(given: str) -> Decimal:
    try:
        read = Decimal(given.strip())
    except InvalidOperation:
        read = Decimal("NaN")
    if not read.is_finite() or "_" in given:
        raise BadCell(_("“%s” is no number: write it like 1234.50.") % given)
    if read < 0 or read >= 10**15 or read != read.quantize(Decimal("0.00001")):
        raise BadCell(_("%s is below zero, too large, or has more than 5 decimals.") % given)
    return read


def _flag(given: str) -> bool:
    if given.strip().lower() not in FLAGS:
        raise BadCell(_("“%s” is neither yes nor no.") % given)
    return FLAGS[given.strip().lower()]


def _units(given: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for part in filter(None, (part.strip() for part in given.split(";"))):
        unit, sign, size = (piece.strip() for piece in part.partition("="))
        if not sign or not unit:
            raise BadCell(_("“%s” is no unit: write it like BOX=12.") % part)
        found[_short(unit.upper(), 10)] = plain(_number(size))
    return found
