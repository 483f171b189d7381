"""What a file brought and what of it was not taken, with the reason."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field


class Unreadable(Exception):
    """The file as a whole cannot be taken; nothing of it was. The message is for a person."""


@dataclass(frozen=True, slots=True)
class Left:
    """Something of a file that was not taken."""

    document: str  # order name, invoice number or product handle
    row: int  # first row, counted as a spreadsheet does: the heading is row 1
    reason: str


@dataclass(slots=True)
class LoadReport:
    loaded: Counter[str] = field(default_factory=Counter)  # "orders", "products"
    rejected: list[Left] = field(default_factory=list)

    def reject(self, document: str, row: int, reason: str) -> None:
        self.rejected.append(Left(document, row, reason))

    def add(self, other: LoadReport) -> None:
        self.loaded += other.loaded
        self.rejected += other.rejected

    def rejected_rows(self) -> list[dict[str, object]]:
        return [
            {"document": left.document, "row": left.row, "reason": left.reason}
            for left in self.rejected
        ]
