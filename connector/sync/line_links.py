"""Which line of an order each line of its sales document stands for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from connector.sync.models import LineLink
from erp.models import DocumentLine
from shops import bulk


def link_lines(made: Mapping[UUID, Sequence[str]]) -> None:
    """Note it for new lines: document → gids of its lines in their order, "" for none."""
    lines = DocumentLine.objects.filter(document__in=list(made)).order_by("line_no")
    ids: dict[UUID, list[int]] = {}
    for document, pk in lines.values_list("document_id", "pk"):
        ids.setdefault(document, []).append(pk)
    rows = [
        (pk, gid)
        for document, gids in made.items()
        for pk, gid in zip(ids.get(document, ()), gids, strict=True)
        if gid
    ]
    bulk.insert(LineLink, ("document_line_id", "line_gid"), rows)
