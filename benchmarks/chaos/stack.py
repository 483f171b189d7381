"""The processes of a chaos run: started, killed at random, started again."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.processes import children_of, those_with

ROOT = Path(__file__).resolve().parents[2]
WHOLE_WORKERS = 0.2  # of the kills; the others hit pool processes
LOOK = 0.1  # s between looks for processes to start again
FAREWELL = 3.0  # s within which a pool process notices that its worker has gone


class Stack:
    """Workers, and the dispatcher where there is a broker."""

    def __init__(self, folder: Path, environment: dict[str, str], *, embedded: bool) -> None:
        worker = ["-m", "celery", "-A", "connector", "worker", "-l", "WARNING", "--without-gossip"]
        worker += ["--without-mingle", "--include", "benchmarks.chaos.job"]
        if embedded:
            self.commands = {"worker-1": [*worker, "-c", "4"]}
        else:
            self.commands = {
                f"worker-{n}": [*worker, "-c", "2", "-n", f"chaos-{n}@%h"] for n in (1, 2)
            } | {"dispatcher": ["manage.py", "jobqueue", "dispatch"]}
        self.folder = folder
        self.environment = environment
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self.kills: Counter[str] = Counter()
        self.orphans = 0  # pool processes that did not end with their worker

    @contextmanager
    def running(self, kills_per_second: float, dice: random.Random) -> Iterator[None]:
        """Keep all of it running, and kill some of it, while the block lasts."""
        over = threading.Event()
        self._start_missing()
        threads = [
            threading.Thread(target=self._keep_up, args=(over,)),
            threading.Thread(target=self._kill_often, args=(over, 1 / kills_per_second, dice)),
        ]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            over.set()
            for thread in threads:
                thread.join()
            self._stop()

    def _keep_up(self, over: threading.Event) -> None:
        while not over.wait(LOOK):
            self._start_missing()

    def _start_missing(self) -> None:
        for name, command in self.commands.items():
            process = self.processes.get(name)
            if process is None or process.poll() is not None:
                with (self.folder / f"{name}.log").open("ab") as log:
                    self.processes[name] = subprocess.Popen(
                        [sys.executable, *command],
                        cwd=ROOT,
                        env=self.environment,
                        stdout=log,
                        stderr=log,
                    )

    def _kill_often(self, over: threading.Event, pause: float, dice: random.Random) -> None:
        while not over.wait(pause):
            name = dice.choice([name for name in self.commands if name.startswith("worker")])
            self._kill(self.processes[name], dice)

    def _kill(self, worker: subprocess.Popen[bytes], dice: random.Random) -> None:
        """Kill one pool process or the worker; one that still starts has no pool, and is spared."""
        pool = children_of(worker.pid)
        if not pool:
            return
        if dice.random() < WHOLE_WORKERS:
            worker.kill()
            self.kills["workers"] += 1
            return
        with contextlib.suppress(ProcessLookupError):  # it ended by itself
            os.kill(dice.choice(pool), signal.SIGKILL)
            self.kills["pool processes"] += 1

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
