"""Fixtures that more than one area of the tests needs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from io import StringIO
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.management import create_contenttypes
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import connection
from django.db.models.signals import post_migrate
from django.utils import timezone, translation

from erp import guards

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)  # a Monday


def pytest_sessionstart(session: pytest.Session) -> None:
    """Pages are looked at in every language, so compile the catalogs once, before the workers."""
    if not hasattr(session.config, "workerinput"):
        call_command("compile_translations", stdout=StringIO())


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """A test database need not survive a power cut: SQLite does not wait for the disk."""
    if connection.vendor == "sqlite":
        options = connection.settings_dict["OPTIONS"]
        options["init_command"] = options["init_command"].replace("FULL", "OFF")


@pytest.fixture(scope="session", autouse=True)
def empty_what_is_full() -> Iterator[None]:
    """PostgreSQL takes a new file for each table and index that it truncates, empty or not."""
    with pytest.MonkeyPatch.context() as patch:
        if connection.vendor == "postgresql":
            patch.setattr(type(connection.ops), "sql_flush", _deletes)
        yield


@pytest.fixture(scope="session", autouse=True)
def rights_stay(django_db_setup: None) -> Iterator[None]:
    """Content types and permissions follow from the code: emptying the database leaves them there."""
    kept = {ContentType._meta.db_table, Permission._meta.db_table}
    post_migrate.disconnect(create_contenttypes)
    post_migrate.disconnect(dispatch_uid="django.contrib.auth.management.create_permissions")
    names = connection.introspection.django_table_names
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            type(connection.introspection),
            "django_table_names",
            lambda _self, **asked: [name for name in names(**asked) if name not in kept],
        )
        yield


def _deletes(operations: Any, style: Any, tables: list[str], **options: Any) -> list[str]:
    names = [operations.quote_name(table) for table in tables]
    looks = " UNION ALL ".join(
        f"SELECT {place} WHERE EXISTS (SELECT 1 FROM {name})" for place, name in enumerate(names)
    )
    with connection.cursor() as cursor:
        cursor.execute(looks)
        full = [names[place] for (place,) in cursor.fetchall()]
    # Neither foreign keys nor the guards of the books hear of it, as of a TRUNCATE.
    deletes = [f"DELETE FROM {name}" for name in full]
    return ["SET LOCAL session_replication_role = replica", *deletes] if full else []


@pytest.fixture(autouse=True)
def no_language_of_an_earlier_test() -> None:
    """A page leaves its reader's language and time zone active in the thread that served it."""
    translation.deactivate()
    timezone.deactivate()


@pytest.fixture
def committed(transactional_db: None) -> Iterator[None]:
    """What the test writes is really committed, so that other threads and processes see it.

    Emptying the database afterwards is what the books' guards forbid; on SQLite they are taken off
    for it, and the flush puts them back. On PostgreSQL it truncates, which no trigger hears of.
    """
    yield
    if connection.vendor == "sqlite":
        guards.remove(connection)


@pytest.fixture
def no_writes() -> Callable[[], Any]:
    """A context in which any INSERT, UPDATE or DELETE is an error."""

    def guard(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        assert sql.lstrip().split()[0] not in {"INSERT", "UPDATE", "DELETE"}, sql
        return execute(sql, params, many, context)

    @contextmanager
    def block() -> Iterator[None]:
        with connection.execute_wrapper(guard):
            yield

    return block
