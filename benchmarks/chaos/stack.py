"""The processes of a chaos run: started, started again when they are gone, stopped for good."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from benchmarks.chaos.broker import OwnBroker
from benchmarks.processes import children_of, those_with

ROOT = Path(__file__).resolve().parents[2]
LOOK = 0.1  # s between looks for processes to start again
STARTING = 1.0  # s
READY = "ready"  # a folder with a file for each worker that began to listen, named by its pid
FAREWELL = 3.0  # s within which a pool process notices that its worker has gone


class Stack:
    """Workers and two beats; with a broker the dispatcher too, and the broker if it is ours."""

    def __init__(
        self, folder: Path, environment: dict[str, str], *, embedded: bool, broker: OwnBroker | None
    ) -> None:
        celery = [sys.executable, "-m", "celery", "-A", "connector"]
        worker = [*celery, "worker", "-l", "WARNING", "--without-gossip", "--without-mingle"]
        worker += ["--include", "benchmarks.chaos.job"]
        self.commands = {
            f"beat-{n}": [*celery, "beat", "-l", "WARNING", "--pidfile="] for n in (1, 2)
        }
        if broker is not None:
            self.commands["broker"] = broker.command
        self.concurrency = 4 if embedded else 2
        worker += ["-c", str(self.concurrency)]
        if embedded:
            self.commands["worker-1"] = worker
        else:
            self.commands["dispatcher"] = [sys.executable, "manage.py", "jobqueue", "dispatch"]
            self.commands |= {f"worker-{n}": [*worker, "-n", f"chaos-{n}@%h"] for n in (1, 2)}
        self.broker = broker
        self.folder = folder
        self.environment = environment
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self.started: dict[str, float] = {}  # monotonic
        self.ready_since: dict[str, float] = {}  # monotonic
        self.frozen: set[str] = set()
        self.staffed: list[tuple[float, int]] = []  # since then so many processes took work
        self.start_takes = STARTING  # s; as the last worker did
        self.rest_until: dict[str, float] = {}  # monotonic; what is to stay down for a while
        self.orphans = 0  # pool processes that did not end with their worker

    @contextmanager
    def running(self) -> Iterator[None]:
        """Keep all of it running while the block lasts."""
        over = threading.Event()
        keeper = threading.Thread(target=self._keep_up, args=(over,))
        if self.broker is not None:
            self._start("broker")
            self.broker.wait()
        keeper.start()
        try:
            yield
        finally:
            over.set()
            keeper.join()
            self._stop()

    def named(self, kind: str) -> list[str]:
        return [name for name in self.commands if name.startswith(kind)]

    def is_up(self, name: str) -> bool:
        process = self.processes.get(name)
        return process is not None and process.poll() is None

    def is_ready(self, name: str) -> bool:
        """Whether it works: what is killed while it starts, as often as it starts, shows nothing.

        A worker says so by a file; others take no longer than a worker does.
        """
        if not self.is_up(name):
            return False
        age = time.monotonic() - self.started[name]
        if not name.startswith("worker"):
            return age > self.start_takes
        if not (self.folder / READY / str(self.processes[name].pid)).exists():
            return False
        if name not in self.ready_since:
            self.ready_since[name] = time.monotonic()
            self.start_takes = max(STARTING, age)
        return True

    def has_worked(self, name: str) -> bool:
        """Whether a worker has been there for longer than it took to start.

        On a busy machine a stack would have no worker most of the time, if it were killed before.
        """
        since = self.ready_since.get(name, float("inf"))
        return self.is_ready(name) and time.monotonic() - since > self.start_takes

    def kill(self, name: str, *, rest: float = 0.0) -> None:
        """End it with -9; it is started again after `rest` seconds."""
        self.rest_until[name] = time.monotonic() + rest
        self.processes[name].kill()

    def pool(self, name: str) -> list[int]:
        """The pool processes of a worker; none while it starts."""
        return children_of(self.processes[name].pid) if self.is_up(name) else []

    def signal(self, name: str, number: signal.Signals) -> None:
        """Send a signal to a worker and to its whole pool."""
        for pid in (self.processes[name].pid, *self.pool(name)):
            with suppress(ProcessLookupError):
                os.kill(pid, number)

    def _keep_up(self, over: threading.Event) -> None:
        while not over.is_set():
            for name in self.commands:
                if not self.is_up(name) and time.monotonic() >= self.rest_until.get(name, 0.0):
                    self._start(name)
            self._count()
            over.wait(LOOK)

    def _count(self) -> None:
        """Note how many processes can take work now, when that has changed."""
        taking = [w for w in self.named("worker") if w not in self.frozen and self.is_ready(w)]
        number = len(taking) * self.concurrency
        if not self.staffed or self.staffed[-1][1] != number:
            self.staffed.append((time.time(), number))

    def _start(self, name: str) -> None:
        self.started[name] = time.monotonic()
        self.ready_since.pop(name, None)
        with (self.folder / f"{name}.log").open("ab") as log:
            self.processes[name] = subprocess.Popen(
                self.commands[name], cwd=ROOT, env=self.environment, stdout=log, stderr=log
            )

    def _stop(self) -> None:
        """All at once and for good; a pool process that outlives its worker is a fault."""
        for process in self.processes.values():
            process.kill()
            process.wait()
        until = time.monotonic() + FAREWELL
        while self._left() and time.monotonic() < until:
            time.sleep(LOOK)
        for pid in self._left():
            self.orphans += 1
            os.kill(pid, signal.SIGKILL)

    def _left(self) -> set[int]:
        return set(those_with(f"DATA_DIR={self.folder}")) - {os.getpid()}
