"""What SQLite waits for: a power cut must not take what was acknowledged."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from django.db import connection

from connector.settings import database as database_settings
from jobqueue import database

FULL, NORMAL = 2, 1


@pytest.fixture(autouse=True)
def _of_sqlite() -> None:
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL waits for the disk by itself")


def synchronous() -> int:
    [(value,)] = database.rows("PRAGMA synchronous")
    return int(value)


def test_the_settings_ask_sqlite_to_wait_for_the_disk(tmp_path: Path) -> None:
    asked = database_settings()["OPTIONS"]["init_command"]
    raw = sqlite3.connect(tmp_path / "x.sqlite3")
    raw.executescript(asked)

    assert raw.execute("PRAGMA synchronous").fetchone() == (FULL,)
    assert raw.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    raw.close()


@pytest.mark.django_db(transaction=True)
def test_only_what_may_be_repeated_is_not_waited_for() -> None:
    database.rows("PRAGMA synchronous = FULL")  # which tests do without

    with database.write():
        assert synchronous() == FULL
    with database.write(durable=False):
        assert synchronous() == NORMAL
    assert synchronous() == FULL
    connection.close()
