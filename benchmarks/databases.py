"""A database of a benchmark's own on the server, or in the file, that it was given."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def own_database() -> Iterator[str]:
    """A test database beside the one that was named; gives its URL."""
    from django.db import connection

    values = connection.settings_dict
    name = values["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        if connection.vendor == "sqlite":
            yield f"sqlite:///{values['NAME']}"
        else:
            yield "postgres://{USER}:{PASSWORD}@{HOST}:{PORT}/{NAME}".format(**values)
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)
