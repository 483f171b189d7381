"""Given: a company with a customer and an item, and ways to run things at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

import pytest
from django.db import connection, connections

from erp import guards
from erp.models import Company
from tests.erp.makers import make_company, make_customer, make_item

T = TypeVar("T")


@pytest.fixture
def given_a_company(db: None) -> Company:
    company = make_company()
    make_customer(company)
    make_item(company)
    return company


@pytest.fixture
def committed(transactional_db: None) -> Iterator[None]:
    """What the test writes is really committed, so that other threads see it.

    Emptying the database afterwards is what the guards forbid; on SQLite they are taken off for
    it, and the flush puts them back. On PostgreSQL it truncates, which no trigger hears of.
    """
    yield
    if connection.vendor == "sqlite":
        guards.remove(connection)


@pytest.fixture
def given_a_committed_company(committed: None) -> Company:
    company = make_company()
    make_customer(company)
    make_item(company)
    return company


@pytest.fixture
def needs_row_locks() -> None:
    if connection.vendor == "sqlite":
        pytest.skip("SQLite has one writer and no row locks: set DATABASE_URL to PostgreSQL")


@pytest.fixture
def at_once() -> Callable[[Sequence[Callable[[], T]]], list[T | Exception]]:
    """Run calls in threads that start together; answers and exceptions come in their order."""

    def run(calls: Sequence[Callable[[], T]]) -> list[T | Exception]:
        start = Barrier(len(calls))

        def one(call: Callable[[], T]) -> T | Exception:
            start.wait(timeout=20)
            try:
                return call()
            except Exception as error:  # noqa: BLE001 - the test looks at each
                return error
            finally:
                connections.close_all()

        with ThreadPoolExecutor(len(calls)) as pool:
            return list(pool.map(one, calls))

    return run
