"""Files of rows: CSV and XLSX, read as text and written so that no cell becomes a formula.

What a spreadsheet would take for a formula is written as text: in CSV behind an apostrophe, which
reading takes off again; in XLSX as a cell that says that it is text.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile

from django.utils.translation import gettext as _
from openpyxl import Workbook, load_workbook
from openpyxl.cell import WriteOnlyCell

from erp.errors import CardError
from erp.exchange.cells import Column, plain

LARGEST = 20 * 1024 * 1024  # bytes of a file that is read
UNPACKED = 10 * LARGEST  # bytes of what is packed in an XLSX
MOST_ROWS = 100_000
MOST_DIGITS = 15  # that a spreadsheet keeps of a number
# Text that a spreadsheet might take for a formula, behind blanks and apostrophes of its own.
FORMULA = re.compile(r"['\s]*[=+\-@＝＋－＠]|[\t\r\n]")
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f]|_(?=x[0-9A-Fa-f]{4}_)")  # no part of XML, or an escape
ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
Rows = Iterable[Sequence[str]]


def write_sheet(path: Path, columns: Sequence[Column], rows: Rows) -> None:
    """Write the headings and rows of texts, whole or not at all. Raises CardError."""
    write = {".csv": _write_csv, ".xlsx": _write_xlsx}.get(path.suffix.lower())
    if write is None:
        raise _unknown(path)
    draft = path.with_name(f".{path.name}.part")
    try:
        write(draft, columns, rows)
        draft.replace(path)
    except OSError as error:
        raise CardError("file", f"{path}: {error.strerror}.") from None
    finally:
        draft.unlink(missing_ok=True)


def read_sheet(path: Path) -> list[list[str]]:
    """All rows as texts, the headings first. Raises CardError when it is no such file."""
    read = {".csv": _read_csv, ".xlsx": _read_xlsx}.get(path.suffix.lower())
    if read is None:
        raise _unknown(path)
    try:
        if path.stat().st_size > LARGEST:
            raise CardError("file", _("The file is larger than 20 MB. Divide it."))
        rows = []
        for row in read(path):
            rows.append(row)
            if len(rows) > MOST_ROWS:
                raise CardError("file", _("The file has more than 100000 rows. Divide it."))
    except OSError as error:
        raise CardError("file", f"{path}: {error.strerror or error}.") from None
    return rows


def _unknown(path: Path) -> CardError:
    return CardError("file", _("%s: the name must end in .csv or .xlsx.") % path.name)


def _write_csv(path: Path, columns: Sequence[Column], rows: Rows) -> None:
    # The mark at the beginning tells spreadsheets that the file is UTF-8.
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([column.name for column in columns])
        for row in rows:
            writer.writerow([f"'{cell}" if FORMULA.match(cell) else cell for cell in row])


def _shown(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and FORMULA.match(cell[1:]) else cell


def _read_csv(path: Path) -> Iterator[list[str]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            text = file.read()
    except UnicodeDecodeError:
        raise CardError("file", _("The file is not in UTF-8. Save it as “CSV UTF-8”.")) from None
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True):
            yield [_shown(cell) for cell in row]
    except csv.Error as error:
        raise CardError("file", _("The file is no CSV: %s.") % error) from None


def _write_xlsx(path: Path, columns: Sequence[Column], rows: Rows) -> None:
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.freeze_panes = "A2"
    sheet.append([column.name for column in columns])
    for row in rows:
        sheet.append(
            [_cell(sheet, column, text) for column, text in zip(columns, row, strict=True)]
        )
    book.save(path)


def _cell(sheet: Any, column: Column, text: str) -> Any:
    if column.number and len(text.replace(".", "").lstrip("0")) <= MOST_DIGITS:
        return WriteOnlyCell(sheet, Decimal(text))
    cell = WriteOnlyCell(sheet, CONTROL.sub(lambda sign: f"_x{ord(sign[0]):04X}_", text))
    if text:
        cell.data_type = "s"
        cell.quotePrefix = bool(FORMULA.match(text))
        cell.number_format = "@"
    return cell


def _read_xlsx(path: Path) -> Iterator[list[str]]:
    try:
        with ZipFile(path) as parts:
            if sum(part.file_size for part in parts.infolist()) > UNPACKED:
                raise CardError("file", _("The file is larger than 20 MB. Divide it."))
        book = load_workbook(path, read_only=True, keep_links=False)
    except (BadZipFile, KeyError, ValueError) as error:
        raise CardError("file", _("The file is no XLSX: %s.") % error) from None
    try:
        for row in book.worksheets[0].iter_rows():
            cells = [_text(cell) for cell in row]
            while cells and not cells[-1]:
                cells.pop()
            yield cells
    finally:
        book.close()


def _text(cell: Any) -> str:
    value = cell.value
    if value is None:
        return ""
    if cell.data_type == "f":
        raise CardError(
            "file",
            _("Cell %s holds a formula. Replace it by its value.") % cell.coordinate,
        )
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float | Decimal):
        return plain(Decimal(str(value)))
    return ESCAPED.sub(lambda code: chr(int(code[1], 16)), str(value))
