"""The job queue beside raw Celery: how soon an entry starts, and how many no-ops a second.

    python -m benchmarks.queue [--database-url URL] [--broker-url URL] [--entries N] [--rounds N]

Rounds of raw Celery and of the queue are interleaved on the same machine, pool size and broker, so
that what else the machine does meets both. The processor time is that of the workers and of the
dispatcher, not of the servers. Without URLs: SQLite and the in-memory transport. There raw Celery
has no other process to publish from, so its worker publishes to itself from a thread.

A worker of ours imports this module by `--include`, for the kind; a raw one runs it by `-A`.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from celery import Celery
from celery.signals import worker_ready

from benchmarks.processes import cpu_seconds

ROOT = Path(__file__).resolve().parent.parent
KIND = "benchmark-noop"
POOL = 2
PATIENCE = 180.0  # s

# --- Raw Celery, in its own worker --------------------------------------------------------------

app = Celery("raw", broker=os.environ.get("RAW_BROKER", "memory://"), set_as_current=False)
app.conf.update(
    task_ignore_result=True,
    worker_prefetch_multiplier=8 if app.conf.broker_url.startswith("memory") else 1,
    broker_transport_options={"polling_interval": 0.01}
    if app.conf.broker_url.startswith("memory")
    else {},
    task_default_queue="raw",
    worker_hijack_root_logger=False,
)


@app.task(name="raw.noop")
def noop(sent: float) -> None:
    """Note when it was sent and when it ran; one line is one atomic write."""
    _note(f"{sent} {time.time()}")


def _note(line: str) -> None:
    with Path(os.environ["BENCHMARK_NOTES"]).open("a", encoding="ascii") as file:
        file.write(line + "\n")


@worker_ready.connect
def _publish_to_itself(**_signal: Any) -> None:
    if plan := os.environ.get("RAW_PLAN"):
        threading.Thread(target=publish, args=json.loads(plan), daemon=True).start()


def publish(pauses: float, count: int) -> None:
    """Send `count` no-ops, `pauses` seconds apart."""
    for _message in range(count):
        noop.apply_async((time.time(),))
        time.sleep(pauses)


# --- Ours ---------------------------------------------------------------------------------------


def register() -> None:
    from jobqueue import registry
    from jobqueue.running import Outcome, RunningJob

    def run(job: RunningJob) -> Outcome:
        _note(f"{job.entry_id} {time.time()}")
        return Outcome()

    registry.unregister(KIND)
    registry.register(registry.Kind(99999, KIND, "No-op", run))


if os.environ.get("BENCHMARK_KIND"):  # we are in a worker
    register()


# --- The measuring process ----------------------------------------------------------------------


class Bench:
    def __init__(self, options: argparse.Namespace, folder: Path) -> None:
        self.options = options
        self.folder = folder
        self.notes = folder / "notes"
        self.pids: list[int] = []  # of what runs now
        self.embedded = options.broker_url.startswith("memory")
        self.environment = os.environ | {
            "DATA_DIR": str(folder),
            "DATABASE_URL": options.database_url,
            "BROKER_URL": options.broker_url,
            "RAW_BROKER": options.broker_url,
            "BENCHMARK_NOTES": str(self.notes),
            "DJANGO_SETTINGS_MODULE": "connector.settings",
            "QUEUE_TASKS_PER_CHILD": "1000000",
        }
        os.environ.update(self.environment)

    @contextmanager
    def running(self, *commands: list[str], **environment: str) -> Iterator[None]:
        self.notes.unlink(missing_ok=True)
        with (self.folder / "log").open("ab") as log:
            processes = [
                subprocess.Popen(
                    [sys.executable, *command],
                    cwd=ROOT,
                    env=self.environment | environment,
                    stdout=log,
                    stderr=log,
                )
                for command in commands
            ]
        self.pids = [process.pid for process in processes]
        try:
            yield
        finally:
            for process in processes:
                process.terminate()
            for process in processes:
                process.wait(30)

    def lines(self) -> list[list[float]]:
        if not self.notes.exists():
            return []
        text = self.notes.read_text(encoding="ascii")
        return [[float(word) for word in line.split()] for line in text.splitlines()]

    def wait_for(self, count: int) -> list[list[float]]:
        until = time.monotonic() + PATIENCE
        while len(found := self.lines()) < count:
            if time.monotonic() > until:
                raise SystemExit(f"{len(found)} of {count} ran within {PATIENCE} s")
            time.sleep(0.05)
        return found

    def drained(self, count: int) -> dict[str, float]:
        """How fast a backlog went and what it cost, without a fifth in which the pool warms up."""
        warm, before = len(self.wait_for(count // 5)), cpu_seconds(self.pids)
        found = self.wait_for(count)
        cpu = (cpu_seconds(self.pids) - before) / max(count - warm, 1)
        starts = sorted(start for _sent, start in found)[count // 5 :]
        rate = (len(starts) - 1) / (starts[-1] - starts[0])
        return {"per_s": rate, "cpu_ms": cpu * 1000}

    def raw_latency(self, count: int) -> dict[str, float]:
        """Milliseconds from sending to start, one message at a time."""
        with self._raw(pauses=0.05, count=count):
            found = self.wait_for(count + (not self.embedded))[-count:]
        return _spread([(start - sent) * 1000 for sent, start in found])

    def raw_throughput(self, count: int) -> dict[str, float]:
        with self._raw(pauses=0.0, count=count):
            return self.drained(count)

    @contextmanager
    def _raw(self, pauses: float, count: int) -> Iterator[None]:
        command = ["-m", "celery", "-A", "benchmarks.queue", "worker", *_worker_options()]
        plan = {"RAW_PLAN": json.dumps([pauses, count])} if self.embedded else {}
        if not plan and not pauses:
            publish(pauses, count)  # a backlog before the worker starts
        with self.running(command, **plan):
            if not plan and pauses:
                publish(pauses, 1)
                self.wait_for(1)  # the worker is up
                publish(pauses, count)
            yield

    @contextmanager
    def ours(self, run_on: float) -> Iterator[None]:
        worker = ["-m", "celery", "-A", "connector", "worker", *_worker_options()]
        commands = [[*worker, "--include", "benchmarks.queue"]]
        if not self.embedded:
            commands.append(["manage.py", "jobqueue", "dispatch"])
        with self.running(*commands, QUEUE_RUN_ON=str(run_on), BENCHMARK_KIND="1"):
            yield

    def latency(self, count: int) -> dict[str, float]:
        """Milliseconds from commit to start, one entry at a time."""
        from jobqueue.requests import request

        committed: dict[int, float] = {}
        with self.ours(run_on=0.25):
            request(KIND)
            self.wait_for(1)  # the worker is up
            for _entry in range(count):
                entry, _created = request(KIND)
                committed[entry.pk] = time.time()
                time.sleep(0.05)
            found = self.wait_for(count + 1)[1:]
        return _spread([(start - committed[int(pk)]) * 1000 for pk, start in found])

    def throughput(self, count: int, run_on: float) -> dict[str, float]:
        """No-op entries from a backlog."""
        self.backlog(count)
        with self.ours(run_on):
            return self.drained(count)

    def backlog(self, count: int) -> None:
        from django.db import connection

        from jobqueue.models import JobQueueEntry, JobQueueLogEntry
        from jobqueue.requests import request

        JobQueueLogEntry.objects.all().delete()
        JobQueueEntry.objects.all().delete()
        entry, _created = request(KIND)
        entry.delete()
        entry.status = "ready"
        columns = [field.attname for field in JobQueueEntry._meta.concrete_fields]
        values = {name: getattr(entry, name) for name in columns}
        for made_by_database in ("id", "created", "changed"):
            values.pop(made_by_database)
        JobQueueEntry.objects.bulk_create(
            (JobQueueEntry(**values) for _entry in range(count)), batch_size=500
        )
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")  # what a server does by itself a little later


def _worker_options() -> list[str]:
    return ["-c", str(POOL), "-l", "WARNING", "--without-gossip", "--without-mingle"]


def _spread(values: list[float]) -> dict[str, float]:
    ordered = sorted(values)
    return {
        "p50": round(statistics.median(ordered), 1),
        "p99": round(ordered[int(len(ordered) * 0.99) - 1], 1),
    }


def measure(bench: Bench) -> dict[str, Any]:
    count = bench.options.entries
    result: dict[str, Any] = {
        "latency_raw_ms": bench.raw_latency(150),
        "latency_ms": bench.latency(150),
    }
    trials: dict[str, Callable[[], dict[str, float]]] = {
        "raw": lambda: bench.raw_throughput(count),
        "run_on": lambda: bench.throughput(count, 0.25),
        "one_message": lambda: bench.throughput(count, 0.0),
    }
    rounds = [
        {name: trial() for name, trial in trials.items()} for _ in range(bench.options.rounds)
    ]
    for name in trials:
        for figure, digits in (("per_s", None), ("cpu_ms", 2)):
            middle = statistics.median(taken[name][figure] for taken in rounds)
            result[f"{name}_{figure}"] = round(middle, digits)
    for name in ("run_on", "one_message"):
        ratios = [taken[name]["per_s"] / taken["raw"]["per_s"] for taken in rounds]
        result[f"{name}_ratio"] = round(statistics.median(ratios), 2)
    return result


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    folder = Path(tempfile.mkdtemp(prefix="benchmark-queue-"))
    parser.add_argument("--database-url", default=f"sqlite:///{folder / 'benchmark.sqlite3'}")
    parser.add_argument("--broker-url", default="memory://")
    parser.add_argument("--entries", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=3)
    bench = Bench(parser.parse_args(), folder)
    app.conf.update(broker_url=bench.options.broker_url)

    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    register()
    try:
        result = measure(bench)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    for name, value in result.items():
        print(f"{name:22} {value}")
    load = os.getloadavg()[0]
    print(json.dumps(result | {"load": load, "broker": bench.options.broker_url.split(":")[0]}))


if __name__ == "__main__":
    main()
