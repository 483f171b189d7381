"""Writes many rows of one table at the speed of the database.

Django's bulk_create builds an object and a statement for every row, which is most of the time of
an import. These two take tuples: on PostgreSQL they go by COPY, on SQLite as one prepared
statement. No signals are sent, and defaults are the caller's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from django.db import connection, models

Row = tuple[Any, ...]


def insert(model: type[models.Model], columns: Sequence[str], rows: Sequence[Row]) -> None:
    """Insert `rows`, whose values are in the order of `columns` (field names or `x_id`).

    Raises IntegrityError when one is there already, in which case none was written.
    """
    if not rows:
        return
    names = ", ".join(_quoted(model, columns))
    table = connection.ops.quote_name(model._meta.db_table)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            marks = ", ".join(["%s"] * len(columns))
            sql = f"INSERT INTO {table} ({names}) VALUES ({marks})"  # noqa: S608 - names are ours
            cursor.executemany(sql, _naive(model, columns, rows))


def update(
    model: type[models.Model], columns: Sequence[str], rows: Sequence[Row], *, key: str = "id"
) -> None:
    """Update rows by `key`; a row of `rows` holds the values of `columns`, then that of `key`."""
    if not rows:
        return
    sets = ", ".join(f"{name} = %s" for name in _quoted(model, columns))
    table = connection.ops.quote_name(model._meta.db_table)
    [where] = _quoted(model, [key])
    sql = f"UPDATE {table} SET {sets} WHERE {where} = %s"  # noqa: S608 - names are ours
    with connection.cursor() as cursor:
        cursor.executemany(sql, _naive(model, [*columns, key], rows))


def _quoted(model: type[models.Model], columns: Iterable[str]) -> list[str]:
    return [connection.ops.quote_name(_column(model, name)) for name in columns]


def _column(model: type[models.Model], name: str) -> str:
    field = model._meta.get_field(name)
    assert isinstance(field, models.Field), f"{name} is no column of {model.__name__}"
    return str(field.column)


def _naive(model: type[models.Model], columns: Sequence[str], rows: Sequence[Row]) -> Sequence[Row]:
    """SQLite keeps moments as text in UTC without a zone; all else is written as it is."""
    moments = [
        index
        for index, name in enumerate(columns)
        if isinstance(model._meta.get_field(name), models.DateTimeField)
    ]
    if connection.vendor != "sqlite" or not moments:
        return rows
    return list(map(_naive_row(moments), rows))


def _naive_row(moments: Sequence[int]) -> Callable[[Row], Row]:
    def naive(row: Row) -> Row:
        values = list(row)
        for index in moments:
            moment: datetime | None = values[index]
            if moment is not None:
                values[index] = moment.astimezone(UTC).replace(tzinfo=None)
        return tuple(values)

    return naive
