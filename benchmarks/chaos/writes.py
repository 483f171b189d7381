"""What the jobs of a chaos run write in the database, each inside the queue's fenced transaction.

Two tables of the run's own, which forbid nothing: that no late writer got through and that no
document is doubled must come of the fence alone.
"""

from __future__ import annotations

from django.db import connection

from benchmarks.chaos.written import Written
from jobqueue.running import RunningJob

ID = {"sqlite": "integer PRIMARY KEY AUTOINCREMENT", "postgresql": "bigserial PRIMARY KEY"}


def make_tables() -> None:
    with connection.cursor() as cursor:
        for table in ("chaos_step", "chaos_document"):
            cursor.execute(
                f"CREATE TABLE {table} (id {ID[connection.vendor]}, entry bigint, fence bigint)"
            )


def step(job: RunningJob) -> None:
    """Note that this run writes. Raises ClaimLost when another has the entry."""
    with job.transaction():
        _insert("chaos_step", job)


def document(job: RunningJob) -> None:
    """Make the entry's document unless an earlier run did, as every handler must."""
    with job.transaction():
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM chaos_document WHERE entry = %s", [job.entry_id])
            made = cursor.fetchone() is not None
        if not made:
            _insert("chaos_document", job)
        _insert("chaos_step", job)


def _insert(table: str, job: RunningJob) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} (entry, fence) VALUES (%s, %s)", [job.entry_id, job.fence]
        )


def read() -> Written:
    with connection.cursor() as cursor:
        cursor.execute("SELECT entry, fence FROM chaos_step ORDER BY entry, id")
        steps = [(entry, fence) for entry, fence in cursor.fetchall()]
        cursor.execute("SELECT entry FROM chaos_document")
        return Written(steps, [entry for (entry,) in cursor.fetchall()])
