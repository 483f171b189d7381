"""Customers, vendors and items in and out by files, as `manage.py books` does it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from connector.management.output import table
from erp.exchange import SORTS as _SORTS
from erp.exchange import Answer, read_cards, write_cards
from erp.models import Company

SORTS = sorted(_SORTS)
TOLD = 50  # mistakes on the terminal; --json tells all


def write(company: Company, what: str, file: str) -> int:
    """Return how many were written. Raises CardError."""
    return write_cards(company, what, Path(file))


def read(company: Company, what: str, file: str, *, dry_run: bool) -> Answer:
    """Raises CardError when the file cannot be read at all."""
    return read_cards(company, what, Path(file), dry_run=dry_run)


def answer_text(answer: Answer) -> str:
    counts = f"{answer.created} new, {answer.changed} changed, {answer.unchanged} as they were"
    if not answer.mistakes:
        return f"{counts}."
    rows = [[one.row, one.column, one.sentence] for one in answer.mistakes[:TOLD]]
    more = len(answer.mistakes) - TOLD
    rest = f"\nAnd {more} more." if more > 0 else ""
    told = table(["row", "column", "what is wrong"], rows)
    return f"{told}{rest}\nNothing was written. Without these rows: {counts}."


def answer_json(answer: Answer) -> dict[str, Any]:
    return {
        "created": answer.created,
        "changed": answer.changed,
        "unchanged": answer.unchanged,
        "mistakes": [one._asdict() for one in answer.mistakes],
    }
