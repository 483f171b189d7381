"""When somebody else changed a document meanwhile: what is theirs now, beside what was wanted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from erp.documents.line_edits import LineEdit
from erp.errors import DocumentError
from erp.models import Document, DocumentLine

CODES = frozenset({"no", "variant_code", "location_code", "uom"})


@dataclass(frozen=True, slots=True)
class Difference:
    """A field in which the document as it is differs from what was wanted.

    `line` is the key of the line, None for the head. Of a line that they removed, or that was to be
    removed and is still there, the field is "line", and the side that has it tells its text.
    """

    line: int | None
    field: str  # of `Document` or `LineEdit`
    theirs: Any  # as it is now
    ours: Any  # as it was wanted


class VersionConflict(DocumentError):
    """The document is another than the caller saw. Look at `differences`, and try `version`."""

    def __init__(self, document: Document, differences: Sequence[Difference]) -> None:
        super().__init__(
            "version",
            _("%(no)s was changed by somebody else. Look at it again.") % {"no": document.no},
        )
        self.version = document.version
        self.differences = tuple(differences)


def differences(
    document: Document,
    lines: Mapping[int, DocumentLine],
    head: Mapping[str, Any],
    edits: Sequence[LineEdit],
) -> list[Difference]:
    """All fields that differ: the head's by name, then the lines' in their order."""
    found = [
        Difference(None, name, getattr(document, name), head[name])
        for name in sorted(head)
        if getattr(document, name) != head[name]
    ]
    wanted = {edit.pk: edit for edit in edits if edit.pk}
    for key in dict.fromkeys([*lines, *wanted]):
        found += _of_line(key, lines.get(key), wanted.get(key))
    return found


def _of_line(key: int, line: DocumentLine | None, edit: LineEdit | None) -> list[Difference]:
    if line is None or edit is None:
        texts = line.description if line else None, edit.text if edit else None
        return [Difference(key, "line", *texts)]
    theirs = _said(line)
    ours = {name: _plain(name, getattr(edit, name)) for name in theirs}
    return [
        Difference(key, name, theirs[name], value)
        for name, value in ours.items()
        if value not in {None, ""} and theirs[name] != value  # blanks mean "as usual"
    ]


def _said(line: DocumentLine) -> dict[str, Any]:
    """What a line says, under the names of `LineEdit`."""
    return {
        "type": line.type,
        "no": line.item.no if line.item else line.account,
        "variant_code": line.variant.code if line.variant else "",
        "location_code": line.location.code if line.location else "",
        "text": line.description,
        "uom": line.uom,
        "quantity": line.quantity,
        "unit_price": line.unit_price,
        "line_discount_pct": line.line_discount_pct,
        "qty_to_ship": line.qty_to_ship,
        "qty_to_invoice": line.qty_to_invoice,
        "tax": line.given_tax,
    }


def _plain(name: str, value: Any) -> Any:
    """Codes are kept in upper case."""
    return value.strip().upper() if name in CODES else value
