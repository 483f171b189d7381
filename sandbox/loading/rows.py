"""Rows of a CSV file, plain or gzipped, with their numbers as a spreadsheet shows them."""

from __future__ import annotations

import csv
import gzip
import io
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path

from sandbox.loading.report import Unreadable


class BadValue(Exception):
    """A cell cannot be read; the message names it."""


@dataclass(frozen=True, slots=True)
class Row:
    number: int  # the heading is row 1
    cells: dict[str, str]

    def text(self, column: str) -> str | None:
        """Return the cell trimmed; None when it is empty or there is no such column."""
        return (self.cells.get(column) or "").strip() or None

    def amount(self, column: str, default: Decimal | None = None) -> Decimal:
        """Return the cell as a number. Raises BadValue."""
        text = self.text(column)
        if text is None and default is not None:
            return default
        try:
            amount = Decimal(text or "")
        except InvalidOperation as problem:
            raise BadValue(f"row {self.number}: {column} is not a number: {text!r}") from problem
        if not amount.is_finite():
            raise BadValue(f"row {self.number}: {column} is not a number: {text!r}")
        return amount

    def whole(self, column: str, default: int | None = None) -> int:
        """Return the cell as a whole number. Raises BadValue."""
        amount = self.amount(column, None if default is None else Decimal(default))
        if amount != amount.to_integral_value():
            raise BadValue(f"row {self.number}: {column} is not a whole number: {amount}")
        return int(amount)

    def flag(self, column: str, *, default: bool) -> bool:
        text = self.text(column)
        return default if text is None else text.lower() in {"true", "yes", "1"}


@dataclass(frozen=True, slots=True)
class Sheet:
    path: Path
    columns: list[str]
    rows: list[Row]


def read_sheet(path: Path) -> Sheet:
    """Return the file's rows. Raises Unreadable when it is no CSV file with a heading."""
    try:
        return _sheet(path, _text(path))
    except OSError as problem:
        raise Unreadable(f"{path}: cannot be read ({problem.strerror or problem}).") from problem
    except (UnicodeDecodeError, EOFError, zlib.error) as problem:
        raise Unreadable(f"{path}: is not a text file in UTF-8 (or is damaged).") from problem
    except csv.Error as problem:
        raise Unreadable(f"{path}: is not a CSV file: {problem}.") from problem


def _text(path: Path) -> str:
    body = path.read_bytes()
    return (gzip.decompress(body) if path.suffix == ".gz" else body).decode("utf-8-sig")


def _sheet(path: Path, text: str) -> Sheet:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    columns = next(reader, [])
    doubles = sorted({column for column in columns if column and columns.count(column) > 1})
    if not columns or doubles:
        why = f"the columns {', '.join(doubles)} appear twice" if doubles else "it has no heading"
        raise Unreadable(f"{path}: {why}.")
    return Sheet(path, columns, list(_rows(path, reader, columns)))


def _rows(path: Path, reader: Iterator[list[str]], columns: list[str]) -> Iterator[Row]:
    for number, cells in enumerate(reader, 2):
        if not any(cells):
            continue
        if len(cells) != len(columns):
            raise Unreadable(
                f"{path}: row {number} has {len(cells)} cells, the heading has {len(columns)}."
            )
        yield Row(number, dict(zip(columns, cells, strict=True)))
