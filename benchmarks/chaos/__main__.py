"""Kills workers at random and looks whether anything was lost, doubled or overlapped.

    python -m benchmarks.chaos [--entries N] [--kills-per-second X] [--seed N] [--deadline S]
                               [--database-url URL] [--broker-url URL]

Without URLs: SQLite and the in-memory transport. On a server it works in a test database of its
own. The verdict is not the queue's: the client keeps what was acknowledged, and the jobs write to
files every few milliseconds that they run. Prints a table and one line of JSON; the status is 1
when a guarantee was broken, when nothing was interrupted, or when the deadline passed.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import django


def options(folder: Path) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.chaos")
    parser.add_argument("--entries", type=int, default=300)
    parser.add_argument("--kills-per-second", type=float, default=1.0)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10_000))
    parser.add_argument("--deadline", type=float, help="s; usually a minute and 0.5 s an entry")
    parser.add_argument("--database-url", default=f"sqlite:///{folder / 'chaos.sqlite3'}")
    parser.add_argument("--broker-url", default="memory://")
    return parser.parse_args()


def set_up(folder: Path, chosen: argparse.Namespace) -> None:
    os.environ |= {
        "DATA_DIR": str(folder),
        "DATABASE_URL": chosen.database_url,
        "BROKER_URL": chosen.broker_url,
        "DJANGO_SETTINGS_MODULE": "connector.settings",
    }
    django.setup()


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


def run(folder: Path, chosen: argparse.Namespace) -> dict[str, Any]:
    """One run; the figures, and under `faults` what went wrong."""
    from benchmarks.chaos import client, marks, verdict
    from benchmarks.chaos.stack import Stack

    dice = random.Random(chosen.seed)
    asking = client.Client(folder / "marks", chosen.entries, dice)
    patience = chosen.deadline or 60 + chosen.entries * 0.5
    with own_database() as url:
        environment = {**os.environ, "DATABASE_URL": url}
        stack = Stack(folder, environment, embedded=chosen.broker_url.startswith("memory"))
        began = time.monotonic()
        with stack.running(chosen.kills_per_second, dice):
            asking.ask(began + patience)
            in_time = asking.wait(began + patience)
            seconds = time.monotonic() - began
        found = verdict.judge(asking.acknowledged, marks.read(folder / "marks"), client.told())
    faults = [*found.faults(), *["orphans"] * bool(stack.orphans)]
    if not in_time:
        faults.append("deadline passed")
    killed = {"kills": sum(stack.kills.values()), "kills_of": dict(stack.kills)}
    ended = {"orphans": stack.orphans, "seconds": round(seconds, 1), "faults": faults}
    return killed | found.figures() | ended


def main() -> int:
    folder = Path(tempfile.mkdtemp(prefix="chaos-"))
    chosen = options(folder)
    set_up(folder, chosen)
    figures = {
        "benchmark": "chaos",
        "database": chosen.database_url.split(":")[0],
        "broker": chosen.broker_url.split(":")[0],
        "seed": chosen.seed,
    } | run(folder, chosen)
    for name, value in figures.items():
        print(f"{name:22} {value}")
    print(json.dumps(figures))
    if figures["faults"]:
        print(f"Broken: {', '.join(figures['faults'])}. Logs and marks: {folder}", file=sys.stderr)
        return 1
    shutil.rmtree(folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
