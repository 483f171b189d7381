"""A backlog of Ready entries: whether looking for work and claiming it stay quick.

    python -m benchmarks backlog [--database-url URL] [--entries N] [--looks N]

The entries are of 10 categories, 40 shops and none, in three priorities. The budget is that of the
hint query, 10 ms for 99 of 100; the status is 1 when it is passed. Without a URL: SQLite. On a
server it works in a test database of its own. Prints the query's plan, a table and a line of JSON.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import django

from benchmarks.databases import own_database

BUDGET = 10.0  # ms
KIND = "benchmark-backlog"
FIRST = 600  # entries that Python makes; the database doubles them


def measured(action: Callable[[], object], looks: int) -> dict[str, float]:
    """Milliseconds by the clock, and of this process's own work: with SQLite that is all of it."""
    times, work = [], []
    for _look in range(looks):
        began, worked = time.perf_counter(), time.thread_time()
        action()
        times.append((time.perf_counter() - began) * 1000)
        work.append((time.thread_time() - worked) * 1000)
    return {
        "p50": round(statistics.median(times), 2),
        "p99": round(sorted(times)[int(len(times) * 0.99)], 2),
        "work_p99": round(sorted(work)[int(len(work) * 0.99)], 2),
    }


def fill(count: int) -> None:
    from django.db import connection

    from jobqueue import registry
    from jobqueue.models import JobQueueCategory, JobQueueEntry, Priority
    from jobqueue.requests import request
    from jobqueue.running import Outcome

    registry.register(registry.Kind(99997, KIND, "Backlog", lambda _job: Outcome()))
    entry, _created = request(KIND)
    columns = [field.attname for field in JobQueueEntry._meta.concrete_fields]
    values = {name: getattr(entry, name) for name in columns}
    entry.delete()
    for made_by_database in ("id", "created", "changed", "hint_until"):
        values.pop(made_by_database)
    values["status"] = "ready"
    JobQueueCategory.objects.bulk_create(JobQueueCategory(code=f"L{n}") for n in range(10))
    urgent = list(Priority.values)
    JobQueueEntry.objects.bulk_create(
        JobQueueEntry(
            **values
            | {
                "category": f"L{n % 10}" if n % 2 else "",
                "shop": f"S{n % 40}",
                "urgency": urgent[n % 3],
                "priority": urgent[n % 3],
            }
        )
        for n in range(min(count, FIRST))
    )
    names = ", ".join(f'"{name}"' for name in values)
    double = f"INSERT INTO jobqueue_entry ({names}) SELECT {names} FROM jobqueue_entry LIMIT %s"
    made = FIRST
    while made < count:
        with connection.cursor() as cursor:
            cursor.execute(double, [min(made, count - made)])
        made *= 2
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # what a server does by itself a little later


def plan() -> list[str]:
    """How the database finds what to ring for."""
    from django.db import connection

    from jobqueue import database, hints

    explain = "EXPLAIN QUERY PLAN " if connection.vendor == "sqlite" else "EXPLAIN "
    return [str(row[-1]) for row in database.rows(explain + hints.CHOOSE, room=16)]


def measure(looks: int) -> dict[str, dict[str, float]]:
    from jobqueue import claim, database, endings, hints, repair
    from jobqueue.models import JobQueueEntry
    from jobqueue.running import Outcome

    def run_best() -> None:
        with database.write(durable=False):
            found = claim.claim_next()
        assert found is not None
        endings.succeed(found.entry, Outcome())

    def run_others() -> None:
        with database.write(durable=False):
            found = claim.claim_next(JobQueueEntry(shop="S1", urgency=2000))
        assert found is not None
        endings.succeed(found.entry, Outcome())

    def run_hinted() -> None:
        [entry_id] = hints.choose(1)
        found = claim.claim(entry_id)
        assert found is not None
        endings.succeed(found.entry, Outcome())

    return {
        "hint query": measured(lambda: database.rows(hints.CHOOSE, room=16), looks),
        "hint, claim, finish": measured(run_hinted, looks),
        "claim next, finish": measured(run_best, looks),
        "claim of others, finish": measured(run_others, looks),
        "repair": measured(repair.repair, max(looks // 10, 10)),
    }


def main() -> int:
    folder = Path(tempfile.mkdtemp(prefix="benchmark-backlog-"))
    parser = argparse.ArgumentParser(prog="python -m benchmarks.backlog")
    parser.add_argument("--database-url", default=f"sqlite:///{folder / 'backlog.sqlite3'}")
    parser.add_argument("--entries", type=int, default=100_000)
    parser.add_argument("--looks", type=int, default=300)
    chosen = parser.parse_args()
    os.environ |= {
        "DATA_DIR": str(folder),
        "DATABASE_URL": chosen.database_url,
        "BROKER_URL": "memory://",
        "DJANGO_SETTINGS_MODULE": "connector.settings",
    }
    django.setup()
    with own_database():
        fill(chosen.entries)
        for line in plan():
            print("   ", line)
        figures: dict[str, Any] = dict(measure(chosen.looks))
    for name, times in figures.items():
        print(
            f"{name:22} p50 {times['p50']} ms, p99 {times['p99']} ms, {times['work_p99']} ms of work"
        )
    told = {"benchmark": "backlog", "database": chosen.database_url.split(":")[0]}
    print(json.dumps(told | {"entries": chosen.entries, "load": os.getloadavg()[0]} | figures))
    return int(figures["hint query"]["p99"] > BUDGET)


if __name__ == "__main__":
    sys.exit(main())
