"""Entries made of what a raw statement returned, with the conversions of Django's own queries.

A claim returns the row it changed: reading it again by a query costs more than all the rest.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from django.db import connection

from jobqueue.models import JobQueueEntry

_FIELDS = JobQueueEntry._meta.concrete_fields
_NAMES = [field.attname for field in _FIELDS]

COLUMNS = ", ".join(f'"{field.column}"' for field in _FIELDS)  # for RETURNING


def entry(row: Sequence[Any]) -> JobQueueEntry:
    """The entry of a row that begins with COLUMNS."""
    values = list(row[: len(_FIELDS)])
    for place, column, converters in _conversions(connection.vendor):
        for convert in converters:
            values[place] = convert(values[place], column, connection)
    return JobQueueEntry.from_db(connection.alias, _NAMES, values)


@cache
def _conversions(vendor: str) -> list[tuple[int, Any, list[Any]]]:
    """Place, column and converters of those columns that `vendor` does not return as they are."""
    del vendor  # only tells the cached answers apart
    columns = [field.get_col(JobQueueEntry._meta.db_table) for field in _FIELDS]
    found = [
        (place, column, [*connection.ops.get_db_converters(column), *_own(column)])
        for place, column in enumerate(columns)
    ]
    return [conversion for conversion in found if conversion[2]]


def _own(column: Any) -> list[Any]:
    converters: list[Any] = column.get_db_converters(connection)
    return converters
