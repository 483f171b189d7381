"""What commands say: sentences and tables for people, or one line of JSON for programs."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any


def json_line(value: Any) -> str:
    """One line; what JSON does not know is written as its text."""
    return json.dumps(value, ensure_ascii=False, default=str)


def table(heads: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Columns as wide as their widest cell, two blanks apart; numbers to the right."""
    cells = [[str(head) for head in heads], *([_shown(cell) for cell in row] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    right = [bool(rows) and all(_number(row[n]) for row in rows) for n in range(len(heads))]
    return "\n".join(
        "  ".join(
            cell.rjust(width) if flag else cell.ljust(width)
            for cell, width, flag in zip(line, widths, right, strict=True)
        ).rstrip()
        for line in cells
    )


def listed(names: Sequence[str], nothing: str = "none") -> str:
    """Names for a sentence: "A, B, C"."""
    return ", ".join(names) or nothing


def _number(cell: object) -> bool:
    return isinstance(cell, (int, float)) and not isinstance(cell, bool)


def _shown(cell: object) -> str:
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    return "" if cell is None else str(cell)
