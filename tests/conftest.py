"""Fixtures that more than one area of the tests needs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)  # a Monday


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
