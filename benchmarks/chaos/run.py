"""One chaos run on one stack: `python -m benchmarks.chaos` starts it with the right options.

    python -m benchmarks.chaos.run --database-url URL --broker-url memory://|own|URL …

With `own` a Redis is started for the run, killed and emptied in it; a broker named by its URL is
used and left alone. On a server the run works in a test database of its own. Prints a table and one
line of JSON; the status is 1 when a guarantee was broken, when a kind of harm was not done or
nothing was interrupted, or when the deadline passed.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from typing import Any, Protocol, Self

import django
from kombu import Queue

from benchmarks.chaos.broker import OwnBroker
from benchmarks.databases import own_database

OWN = "own"


class Work(Protocol):
    """What the entries of a run do; inside it their shops, tables and so on are there."""

    def __init__(self, folder: Path, entries: int, dice: random.Random) -> None: ...

    def __enter__(self) -> Self: ...

    def __exit__(self, *error: object) -> None: ...

    def go(self, deadline: float, more: Callable[[], bool]) -> bool:
        """Ask for all entries, and for others while there should be `more`, and wait for them.

        Returns whether they ended before `deadline`.
        """

    def settle(self) -> None:
        """What is left to be done once nothing is harmed any more."""

    def judged(self) -> tuple[dict[str, Any], list[str]]:
        """The figures, `acknowledged` among them, and what went wrong."""


def options(folder: Path) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.chaos.run")
    add = parser.add_argument
    add("--database-url", default=f"sqlite:///{folder / 'chaos.sqlite3'}")
    add("--broker-url", default="memory://")
    add("--work", choices=("marks", "reports"), default="marks")
    add("--entries", type=int, default=1000)
    add("--harm-per-second", type=float, default=1.0)
    add("--harsh", action="store_true", help="half of it on whole workers; longer outages")
    add("--lease", type=float, default=5.0, help="s")
    add("--seed", type=int, default=random.SystemRandom().randrange(10_000))
    add("--deadline", type=float, help="s; usually two minutes and 0.7 s an entry")
    return parser.parse_args()


def set_up(folder: Path, chosen: argparse.Namespace, broker_url: str) -> None:
    os.environ |= {
        "DATA_DIR": str(folder),
        "DATABASE_URL": chosen.database_url,
        "BROKER_URL": broker_url,
        "QUEUE_NAME": folder.name,  # a broker that is not ours may have other users
        "QUEUE_LEASE": str(chosen.lease),
        "SHOPIFY_ALLOW_LOCAL": "1",
        "DJANGO_SETTINGS_MODULE": "connector.settings",
    }
    django.setup()


def run(folder: Path, chosen: argparse.Namespace, broker: OwnBroker | None) -> dict[str, Any]:
    """One run; the figures, and under `faults` what went wrong."""
    from benchmarks.chaos import client, marking, messages, recovery, reports
    from benchmarks.chaos.harm import Harm
    from benchmarks.chaos.stack import Stack
    from jobqueue import ticks

    dice = random.Random(chosen.seed)
    patience = chosen.deadline or 120 + chosen.entries * 0.7
    embedded = chosen.broker_url.startswith("memory")
    with own_database() as url:
        ticks.install()
        stack = Stack(folder, {**os.environ, "DATABASE_URL": url}, embedded=embedded, broker=broker)
        harm = Harm(stack, dice, lease=chosen.lease, harsh=chosen.harsh)
        kinds: dict[str, type[Work]] = {"marks": marking.Marking, "reports": reports.Reports}
        work = kinds[chosen.work](folder, chosen.entries, dice)
        noise = nullcontext() if embedded else messages.Noise(folder).going_on()
        with work:
            with stack.running():
                began = time.monotonic()
                with harm.going_on(chosen.harm_per_second), noise:
                    in_time = work.go(began + patience, more=lambda: bool(harm.left_out()))
                    seconds = time.monotonic() - began
                work.settle()
            figures, faults = work.judged()
            interrupted = recovery.interruptions(harm.hits, client.logged(), stack.staffed)
    faults += unproven(harm.left_out(), messages.sent(folder), len(interrupted))
    faults += ["orphans"] * bool(stack.orphans) + ["deadline passed"] * (not in_time)
    done = dict(sorted(harm.done.items())) | {"messages doubled or late": messages.sent(folder)}
    ended = {
        "harm": done,
        "load": round(os.getloadavg()[1], 1),  # of five minutes
        "workers_start_in": round(stack.start_takes, 1),
        "recovery": recovery.figures(interrupted),
        "seconds": round(seconds, 1),
        "per_second": round(figures["acknowledged"] / seconds, 1),
    }
    return figures | ended | {"faults": faults}


def unproven(left_out: list[str], messages: int, interrupted: int) -> list[str]:
    """What this run has shown nothing of, for it did not happen."""
    found = [f"not done: {kind}" for kind in left_out]
    found += ["not done: messages doubled or late"] * (not messages)
    return found + ["interrupted nothing"] * (not interrupted)


def forget_queue() -> None:
    """Take the run's queue out of a broker that is not ours."""
    from celery import current_app

    with current_app.connection_for_write() as connection:
        Queue(current_app.conf.task_default_queue, channel=connection.default_channel).delete()


def show(figures: dict[str, Any]) -> None:
    """As a table, for people."""
    for name, value in figures.items():
        if isinstance(value, dict):
            print(name)
            for what, number in value.items():
                print(f"  {what:31} {_in_a_row(number)}")
        else:
            print(f"{name:33} {value}")


def _in_a_row(number: Any) -> str:
    if isinstance(number, dict):
        return "   ".join(f"{name} {value}" for name, value in number.items())
    return str(number)


def main() -> int:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that nothing is left running
    folder = Path(tempfile.mkdtemp(prefix="chaos-"))
    chosen = options(folder)
    broker = OwnBroker(folder) if chosen.broker_url == OWN else None
    set_up(folder, chosen, broker.url if broker else chosen.broker_url)
    figures = {
        "benchmark": "chaos",
        "work": chosen.work,
        "database": chosen.database_url.split(":")[0],
        "broker": "redis" if broker else chosen.broker_url.split(":")[0],
        "seed": chosen.seed,
        "lease": chosen.lease,
    } | run(folder, chosen, broker)
    if broker is None and not chosen.broker_url.startswith("memory"):
        forget_queue()
    show(figures)
    print(json.dumps(figures))
    if figures["faults"]:
        print(f"Broken: {', '.join(figures['faults'])}. Logs and marks: {folder}", file=sys.stderr)
        return 1
    shutil.rmtree(folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
