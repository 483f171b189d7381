"""Reading cards from a file: each row creates a card or changes the one with its number.

A file is taken as a whole or not at all. A dry run does the very same and takes it back, so that it
says what the real one will say.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from django.db import transaction
from django.utils.translation import gettext as _

from erp.errors import CardError
from erp.exchange.cells import BadCell, Column
from erp.exchange.sheets import read_sheet
from erp.exchange.sorts import SORTS, Card, Sort
from erp.models import Company


class Mistake(NamedTuple):
    row: int  # of the file, the headings being row 1
    column: str  # heading; blank when it is about the row
    sentence: str


@dataclass(slots=True)
class Answer:
    """With any mistake nothing is written, and the counts tell what would have been."""

    created: int = 0
    changed: int = 0
    unchanged: int = 0
    mistakes: list[Mistake] = field(default_factory=list)


class _Skip(Exception):
    """A row that cannot be used; why is noted already."""


def read_cards(company: Company, what: str, path: Path, *, dry_run: bool = False) -> Answer:
    """Take a file of "items", "customers" or "vendors" in. Raises CardError when it cannot be read at all.

    A column that is missing leaves its field as it is.
    """
    sort = SORTS[what]
    rows = read_sheet(path)
    if not rows:
        raise CardError("file", _("The file is empty."))
    answer = Answer()
    columns = _columns(sort, rows[0], answer)
    with transaction.atomic():
        intake = _Intake(company, sort, answer)
        for place, cells in enumerate(rows[1:], 2):
            intake.take(place, columns, cells)
        if dry_run or answer.mistakes:
            transaction.set_rollback(True)
    return answer


def _columns(sort: Sort, heads: Sequence[str], answer: Answer) -> list[Column | None]:
    """The columns in the order of the file; those that nobody knows are mistakes of row 1."""
    known = {column.name: column for column in sort.columns}
    found: list[Column | None] = []
    for head in heads:
        name = head.strip().lower()
        column = known.pop(name, None)
        if column is None:
            there = ", ".join(column.name for column in sort.columns)
            words = _("There is no column “%(name)s”, or it is there twice. There is: %(there)s.")
            answer.mistakes.append(Mistake(1, head, words % {"name": head, "there": there}))
        found.append(column)
    return found


class _Intake:
    def __init__(self, company: Company, sort: Sort, answer: Answer) -> None:
        self.company, self.sort, self.answer = company, sort, answer
        self.cards: dict[str, Card] = {card.no: card for card in sort.cards(company)}
        self.seen: set[str] = set()

    def take(self, place: int, columns: Sequence[Column | None], cells: Sequence[str]) -> None:
        """Use one row, or note why not; the others go on, so that all mistakes are told at once."""
        if not any(cell.strip() for cell in cells):
            return
        try:
            values = self._values(place, columns, cells)
            self._refuse_twice(place, values.get("no", ""))
            with transaction.atomic():
                self._put(values)
        except CardError as refusal:
            names = {column.name for column in self.sort.columns}
            column = refusal.code if refusal.code in names else ""
            self._note(place, column, refusal.sentence)
        except _Skip:
            return

    def _values(
        self, place: int, columns: Sequence[Column | None], cells: Sequence[str]
    ) -> dict[str, Any]:
        if any(cell.strip() for cell in cells[len(columns) :]):
            self._note(place, "", _("The row has more cells than there are headings."))
            raise _Skip
        before = len(self.answer.mistakes)
        values = dict(self._read(place, columns, cells))
        if len(self.answer.mistakes) > before:
            raise _Skip
        return values

    def _read(
        self, place: int, columns: Sequence[Column | None], cells: Sequence[str]
    ) -> Iterator[tuple[str, Any]]:
        for column, cell in zip(columns, [*cells, *[""] * len(columns)], strict=False):
            if column is None or (column.keeps_blank and not cell.strip()):
                continue
            try:
                yield column.name, column.value(cell)
            except BadCell as error:
                self._note(place, column.name, str(error))

    def _refuse_twice(self, place: int, no: str) -> None:
        if no and no in self.seen:
            self._note(place, "no", _("%(no)s stands in the file twice.") % {"no": no})
            raise _Skip
        self.seen.add(no)

    def _put(self, values: dict[str, Any]) -> None:
        card = self.cards.get(values.get("no", ""))
        if card is None:
            self.sort.create(self.company, values)
            self.answer.created += 1
            return
        changes = {name: value for name, value in values.items() if value != getattr(card, name)}
        if changes:
            self.sort.change(card, **changes)
            self.answer.changed += 1
        else:
            self.answer.unchanged += 1

    def _note(self, place: int, column: str, sentence: str) -> None:
        self.answer.mistakes.append(Mistake(place, column, sentence))
