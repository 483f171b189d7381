"""Calculating dates by BC's formulas. Knows nobody; the queue and the books both stand on it."""

from __future__ import annotations

from calcdate.formulas import Formula, FormulaError, parse

__all__ = ["Formula", "FormulaError", "parse"]
