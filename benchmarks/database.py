"""A database of its own for a benchmark, so that nothing is measured against what lies there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

from benchmarks.processes import cpu_seconds


@contextmanager
def own_database() -> Iterator[None]:
    """A test database beside the one of DATABASE_URL, removed again afterwards."""
    name = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        yield
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)


def server_cpu() -> float:
    """CPU seconds of this connection's process in the server; 0 where it is not to be seen."""
    host = connection.settings_dict["HOST"]
    if connection.vendor != "postgresql" or host not in {"", "127.0.0.1", "localhost"}:
        return 0.0
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return cpu_seconds(cursor.fetchone())
