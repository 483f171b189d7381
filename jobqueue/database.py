"""The queue's way to the database: its clock, its short write transactions, its raw statements.

Leases, hints and due times are compared with the database's clock alone, so a machine whose clock
is wrong can neither shorten a lease nor start an entry early.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from typing import Any

import psycopg
from django.db import InterfaceError, OperationalError, connection, transaction

AWAY = (OperationalError, InterfaceError)  # the database is gone or busy; asking again may help

STEP = 0.001  # s that one who is patient stands back
STEPS = 3

_SQLITE_NOW = "strftime('%%Y-%%m-%%d %%H:%%M:%%f', 'now')"
_SQLITE_LATER = r"strftime('%%Y-%%m-%%d %%H:%%M:%%f', 'now', %(\1)s || ' seconds')"
_SQLITE_AGO = r"strftime('%%Y-%%m-%%d %%H:%%M:%%f', 'now', '-\1 seconds')"
_POSTGRES_NOW = "statement_timestamp()"
_POSTGRES_LATER = r"(statement_timestamp() + %(\1)s * interval '1 second')"
_POSTGRES_AGO = r"(statement_timestamp() - interval '\1 second')"
_gates = threading.local()


@cache
def spell(sql: str, vendor: str) -> str:
    """Write `sql` for a database.

    `{now}` is the clock, `{now+ttl}` that and the parameter ttl, `{now-15}` 15 seconds ago.
    """
    sqlite = vendor == "sqlite"
    text = sql.replace("{now}", _SQLITE_NOW if sqlite else _POSTGRES_NOW)
    text = re.sub(r"\{now\+(\w+)\}", _SQLITE_LATER if sqlite else _POSTGRES_LATER, text)
    text = re.sub(r"\{now-(\d+)\}", _SQLITE_AGO if sqlite else _POSTGRES_AGO, text)
    return text.replace("{skip locked}", "" if sqlite else "FOR UPDATE SKIP LOCKED")


def rows(sql: str, **params: Any) -> list[tuple[Any, ...]]:
    """The rows of a query, or of a statement with RETURNING. On SQLite times come as text."""
    with _cursor() as cursor:
        cursor.execute(spell(sql, connection.vendor), _adapted(params))
        found: list[tuple[Any, ...]] = cursor.fetchall()
        return found


def change(sql: str, **params: Any) -> int:
    """The number of rows that a statement changed."""
    with _cursor() as cursor:
        cursor.execute(spell(sql, connection.vendor), _adapted(params))
        count: int = cursor.rowcount
        return count


def takes_several() -> bool:
    """Whether one statement may change several tables (WITH … AS (UPDATE …)): one way, not two."""
    return connection.vendor != "sqlite"


def _cursor() -> Any:
    """A cursor whose statements PostgreSQL plans once a connection, not at each execution.

    Django's own cursor writes the parameters into the text, which is then planned anew. Planning
    costs more than what the queue's statements do.
    """
    if connection.vendor == "sqlite":
        return connection.cursor()
    connection.ensure_connection()
    connection.validate_no_broken_transaction()
    raw: Any = psycopg.Cursor(connection.connection)
    make = connection.make_debug_cursor if connection.queries_logged else connection.make_cursor
    return make(raw)


def _adapted(params: dict[str, Any]) -> dict[str, Any]:
    for name, value in params.items():
        if isinstance(value, datetime):
            params[name] = connection.ops.adapt_datetimefield_value(value)
    return params


def clock() -> datetime:
    """The database's time; aware, UTC."""
    [(now,)] = rows("SELECT {now}")
    return moment(now)


def moment(value: datetime | str) -> datetime:
    """A time as a raw statement returned it; aware, UTC."""
    if isinstance(value, datetime):
        return value
    return datetime.fromisoformat(value).replace(tzinfo=UTC)


@contextmanager
def write(*, durable: bool = True, patient: bool = False) -> Iterator[None]:
    """A short write transaction.

    On SQLite the writers queue on a file lock, which wakes the next at once; SQLite itself would
    let it sleep for 1 to 100 ms. Inside a transaction it is a savepoint, without the lock: whoever
    holds SQLite's write lock must not wait for one who waits for it.

    Who is `patient` lets others go before for 3 ms. A worker that goes on from entry to entry is:
    two that took turns at each would both read again what the other wrote, which costs more than
    the wait.

    What need not be `durable` may be undone by a power failure, on SQLite, where that ends every
    worker too: an entry is then claimed or run once more. It saves waiting for the disk.
    """
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        with transaction.atomic():
            yield
        return
    with _synchronous(durable=durable), _through_the_gate(patient=patient), transaction.atomic():
        yield


def take_turns(key: str) -> None:
    """Let nobody else who names this key go on before our transaction ends. Call it in write().

    What is read after it is all that they wrote. On SQLite there is one writer at a time anyhow.
    """
    if connection.vendor == "postgresql":
        rows("SELECT pg_advisory_xact_lock(hashtextextended(%(key)s, 0))", key=key)


@contextmanager
def _through_the_gate(*, patient: bool) -> Iterator[None]:
    gate = _gate()
    if not (patient and _patiently(gate)):
        fcntl.flock(gate, fcntl.LOCK_EX)
    try:
        yield
    finally:
        fcntl.flock(gate, fcntl.LOCK_UN)


def _patiently(gate: int) -> bool:
    """Whether the gate opened while we stood back for a moment."""
    for _step in range(STEPS):
        with contextlib.suppress(BlockingIOError):
            fcntl.flock(gate, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        time.sleep(STEP)
    return False


@contextmanager
def _synchronous(*, durable: bool) -> Iterator[None]:
    """Do not wait for the disk inside the block; the settings ask for FULL outside of it."""
    if durable:
        yield
        return
    connection.ensure_connection()
    raw = connection.connection  # twice an entry: Django's cursor would cost ten times as much
    raw.execute("PRAGMA synchronous = NORMAL")
    try:
        yield
    finally:
        raw.execute("PRAGMA synchronous = FULL")


class _Gate:
    """One thread's handle of the lock file. A forked child opens its own: locks are shared."""

    def __init__(self, name: str) -> None:
        self.handle = os.open(name, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        self.made_for = (os.getpid(), name)

    def __del__(self) -> None:
        os.close(self.handle)


def _gate() -> int:
    name = f"{connection.settings_dict['NAME']}-gate"
    gate: _Gate | None = getattr(_gates, "mine", None)
    if gate is None or gate.made_for != (os.getpid(), name):
        gate = _gates.mine = _Gate(name)
    return gate.handle
