"""In which unit of measure a variant is sold. Pure."""

from __future__ import annotations

from collections.abc import Sequence


def unit_of(values: Sequence[str], option: int, units: Sequence[str], sales_unit: str) -> str:
    """The unit that the variant's option names, else the item's sales unit; blank: the base unit.

    `values` are those of the variant's options; `option` tells which of them is the unit, from 1,
    0 for none; `units` are those of the item. A value that is no unit of the item is returned as
    it is: prices and stock then say so, instead of telling those of another unit.
    """
    if not 0 < option <= len(values):
        return sales_unit
    named = values[option - 1]
    return next((unit for unit in units if unit.upper() == named.upper()), named)
