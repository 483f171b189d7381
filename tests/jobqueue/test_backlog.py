"""What is asked every second must not read a whole backlog: each question has its index."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection

from jobqueue import claim, database, hints, repair

pytestmark = pytest.mark.django_db

TABLES = {"jobqueue_entry", *"efhkpr"}
AGED = {"priority": 2000, "urgency": 2000, "since": -1800}


@pytest.mark.parametrize(
    ("sql", "params"),
    [
        (repair.AGED.replace("{status}", "ready"), AGED),
        (repair.AGED.replace("{status}", "waiting"), AGED),
        (repair.PAST, {}),
        (hints.CHOOSE, {"room": 16}),
        (claim.TAKE_OF_OTHERS, {"shop": "A", "urgency": 2000, **claim._me()}),
    ],
    ids=["aged, ready", "aged, waiting", "expired", "to ring for", "of other shops"],
)
def test_what_is_asked_every_second_uses_an_index(sql: str, params: dict[str, Any]) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL reads small tables whole, and says so")

    steps = [str(row[-1]) for row in database.rows(f"EXPLAIN QUERY PLAN {sql}", **params)]

    assert not [step for step in steps if step.startswith("SCAN") and step[5:] in TABLES], steps
