"""Writes many rows of one table at the speed of the database.

Django's bulk_create and bulk_update build an expression for every value, which would be most of
the time of a posting. These two go by COPY and by arrays on PostgreSQL, and by one prepared
statement on SQLite. No signals are sent and no keys come back.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from operator import attrgetter
from typing import Any
from uuid import UUID

from django.db import connection, models

Row = list[Any]  # the values of some fields
Fields = Sequence["models.Field[Any, Any]"]


def insert(rows: Sequence[Any], model: type[models.Model]) -> None:
    """Insert rows that have the attributes of `model`; keys the database counts are left to it.

    Raises IntegrityError, and then none was written.
    """
    if not rows:
        return
    meta = model._meta
    fields = [f for f in meta.concrete_fields if not isinstance(f, models.AutoField)]
    names = ", ".join(str(field.column) for field in fields)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # Django does not know `copy`, and would let the driver's own errors through.
            into = f"COPY {meta.db_table} ({names}) FROM STDIN"
            with connection.wrap_database_errors, cursor.copy(into) as copy:
                for values in _values(rows, fields):
                    copy.write_row(values)
        else:
            marks = ", ".join(["%s"] * len(fields))
            sql = f"INSERT INTO {meta.db_table} ({names}) VALUES ({marks})"  # noqa: S608 - ours
            cursor.executemany(sql, _plain(rows, fields))


def insert_copies(rows: Sequence[models.Model], names: Sequence[str], original: str) -> None:
    """Insert rows of one model; fields not named are copied from the row that `original` names.

    Raises IntegrityError, and then none was written.
    """
    if not rows:
        return
    meta = rows[0]._meta
    assert meta.pk is not None
    given = _fields(meta, names)
    source = _fields(meta, [original])[0].column
    columns = [str(field.column) for field in given]
    rest = [str(f.column) for f in meta.concrete_fields if f not in given]
    into = f"INSERT INTO {meta.db_table} ({', '.join([*columns, *rest])})"
    old = ", ".join(f"old.{column}" for column in rest)
    table, key = meta.db_table, meta.pk.column
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            new = ", ".join(f"new.{column}" for column in columns)
            cursor.execute(
                f"{into} SELECT {new}, {old} "  # noqa: S608 - names are ours
                f"FROM {_unnested(given)} JOIN {table} AS old ON old.{key} = new.{source}",
                _arrays(rows, given),
            )
        else:
            marks = ", ".join(["%s"] * len(columns))
            sql = f"{into} SELECT {marks}, {old} FROM {table} AS old WHERE old.{key} = %s"  # noqa: S608
            at = columns.index(str(source))
            cursor.executemany(sql, [[*row, row[at]] for row in _plain(rows, given)])


def update(rows: Sequence[models.Model], names: Sequence[str]) -> None:
    """Save the named fields of saved rows of one model."""
    if not rows:
        return
    meta = rows[0]._meta
    assert meta.pk is not None
    fields = [*_fields(meta, names), meta.pk]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(_update_from_arrays(meta.db_table, fields), _arrays(rows, fields))
        else:
            sets = ", ".join(f"{field.column} = %s" for field in fields[:-1])
            sql = f"UPDATE {meta.db_table} SET {sets} WHERE {meta.pk.column} = %s"  # noqa: S608
            cursor.executemany(sql, _plain(rows, fields))


def table(*columns: Iterable[UUID]) -> tuple[str, list[Any]]:
    """A SELECT of rows of keys, given by column, and its parameters.

    One a column on PostgreSQL, since the driver takes its time for each; SQLite keeps 32 digits.
    """
    if connection.vendor == "postgresql":
        arrays = ", ".join(["%s::uuid[]"] * len(columns))
        return f"SELECT * FROM unnest({arrays})", list(map(_array, columns))  # noqa: S608 - marks
    rows = list(zip(*columns, strict=True))
    row = f"({', '.join(['%s'] * len(columns))})"
    return f"VALUES {', '.join([row] * len(rows))}", [key.hex for keys in rows for key in keys]


def _fields(meta: Any, names: Sequence[str]) -> list[models.Field[Any, Any]]:
    return [field for field in map(meta.get_field, names) if isinstance(field, models.Field)]


def _values(rows: Sequence[Any], fields: Fields) -> Iterator[Row]:
    """As the attributes are; only JSON needs to be told what it is."""
    read = attrgetter(*(field.attname for field in fields))
    wrapped = [(i, f) for i, f in enumerate(fields) if isinstance(f, models.JSONField)]
    for row in rows:
        values = list(read(row))
        for index, field in wrapped:
            values[index] = field.get_db_prep_save(values[index], connection)
        yield values


def _update_from_arrays(table: str, fields: Fields) -> str:
    """The last of `fields` is the key."""
    sets = ", ".join(f"{field.column} = new.{field.column}" for field in fields[:-1])
    key = fields[-1].column
    return (
        f"UPDATE {table} AS old SET {sets} "  # noqa: S608 - names are ours
        f"FROM {_unnested(fields)} WHERE old.{key} = new.{key}"
    )


def _unnested(fields: Fields) -> str:
    """A table `new` of the columns that are given as arrays."""
    names = ", ".join(str(field.column) for field in fields)
    arrays = ", ".join(f"%s::{field.rel_db_type(connection)}[]" for field in fields)
    return f"unnest({arrays}) AS new ({names})"


def _arrays(rows: Sequence[Any], fields: Fields) -> list[str]:
    return [_array(column) for column in zip(*_values(rows, fields), strict=True)]


def _array(column: Iterable[Any]) -> str:
    """As text: ten times as fast as element by element through the driver."""
    return "{" + ",".join(map(_element, column)) + "}"


def _element(value: Any) -> str:
    if value is None:
        return "NULL"
    text = str(value).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{text}"'


def _plain(rows: Sequence[Any], fields: Fields) -> list[list[Any]]:
    """What SQLite takes."""
    return [[_plain_value(value) for value in values] for values in _values(rows, fields)]


def _plain_value(value: Any) -> Any:
    if isinstance(value, UUID):
        return value.hex
    if isinstance(value, datetime):
        return value.astimezone(UTC).replace(tzinfo=None)
    return value
