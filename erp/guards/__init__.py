"""The triggers that freeze ledgers and posted documents and keep stock: on both databases.

On PostgreSQL a migration installs them. SQLite loses the triggers of a table that a migration
rebuilds, and refuses to rebuild one that a trigger of another names; so there they are taken off
before each `migrate` and put back after it (`erp.apps`).
"""

from __future__ import annotations

from django.db.backends.base.base import BaseDatabaseWrapper

from erp.guards import postgresql, sqlite


def install(connection: BaseDatabaseWrapper) -> None:
    """Put all guards in place; those that are there already stay."""
    _run(connection, {"sqlite": sqlite.INSTALL, "postgresql": postgresql.INSTALL})


def remove(connection: BaseDatabaseWrapper) -> None:
    """Take all guards off, so that tables can be rebuilt or a test database emptied."""
    _run(connection, {"sqlite": sqlite.REMOVE, "postgresql": postgresql.REMOVE})


def missing(connection: BaseDatabaseWrapper) -> list[str]:
    """The guards that should be in place and are not, or are switched off, by name."""
    wanted, there = {
        "sqlite": (sqlite.NAMES, sqlite.THERE),
        "postgresql": (postgresql.NAMES, postgresql.THERE),
    }[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(there)
        found = {name for (name,) in cursor.fetchall()}
    return sorted(set(wanted) - found)


def _run(connection: BaseDatabaseWrapper, statements: dict[str, tuple[str, ...]]) -> None:
    with connection.cursor() as cursor:
        for statement in statements[connection.vendor]:
            cursor.execute(statement)
