"""PostgreSQL plans the statements of the queue once a connection."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, connection

from jobqueue import database
from tests.jobqueue.conftest import given_claimed, given_entry

pytestmark = pytest.mark.django_db

PREPARED = "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE %s"


def prepared(start: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(PREPARED, [start + "%"])
        [count] = cursor.fetchone()
        return int(count)


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite keeps plans by itself")
def test_a_claim_that_is_made_again_and_again_is_planned_once() -> None:
    for _ in range(5):
        given_claimed(given_entry())

    assert prepared("WITH taken AS") == 1


def test_what_the_database_refuses_is_told_as_by_any_other_statement() -> None:
    entry = given_entry()

    with pytest.raises(IntegrityError), database.write():
        database.change(
            "UPDATE jobqueue_entry SET status = 'in_process' WHERE id = %(pk)s", pk=entry.pk
        )

    entry.refresh_from_db()
    assert entry.status == "ready"
