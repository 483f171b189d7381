"""Customers, vendors and items in and out by spreadsheet: CSV and XLSX, the same columns both ways."""

from __future__ import annotations

from erp.exchange.intake import Answer, Mistake, read_cards
from erp.exchange.output import write_cards
from erp.exchange.sorts import SORTS

__all__ = ["SORTS", "Answer", "Mistake", "read_cards", "write_cards"]
