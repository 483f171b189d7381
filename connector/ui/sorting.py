"""Sorting a list by its column heads, under ?sort=name, or ?sort=-name for the other way round."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.http import QueryDict


@dataclass(frozen=True, slots=True)
class SortLink:
    """A column head: the address that sorts by it, and how the list is sorted by it now."""

    query: str
    direction: str  # "ascending", "descending" or "": as aria-sort says it


def order_of(wanted: str, sorts: Mapping[str, Sequence[str]]) -> Sequence[str]:
    """The columns to order by; () when `wanted` names no sort."""
    columns = sorts.get(wanted.removeprefix("-"), ())
    return [turned(column) for column in columns] if wanted.startswith("-") else columns


def turned(column: str) -> str:
    return column.removeprefix("-") if column.startswith("-") else f"-{column}"


def sort_links(query: QueryDict, sorts: Mapping[str, Sequence[str]]) -> dict[str, SortLink]:
    """One a column; following it twice turns the order round. Sorting begins at the first page."""
    wanted = query.get("sort", "")
    links = {}
    for name in sorts:
        directions = {name: "ascending", f"-{name}": "descending"}
        changed = query.copy()
        changed.pop("page", None)
        changed["sort"] = f"-{name}" if wanted == name else name
        links[name] = SortLink(f"?{changed.urlencode()}", directions.get(wanted, ""))
    return links
