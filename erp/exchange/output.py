"""Writing cards into a file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from erp.exchange.sheets import write_sheet
from erp.exchange.sorts import SORTS, Card, Sort
from erp.models import Company


def write_cards(company: Company, what: str, path: Path) -> int:
    """Write all `what` of a company ("items", "customers", "vendors") and return how many. Raises CardError."""
    sort = SORTS[what]
    cards = sort.cards(company).order_by("no")
    write_sheet(path, sort.columns, _rows(sort, cards.iterator(chunk_size=1000)))
    return cards.count()


def _rows(sort: Sort, cards: Iterator[Card]) -> Iterator[list[str]]:
    for card in cards:
        yield [column.write(getattr(card, column.name)) for column in sort.columns]
