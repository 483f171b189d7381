"""The child processes of one command: started on a leash, waited for, watched, stopped together."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

GRACE = 20.0  # s a child may take to end by itself
START = 60.0  # s a child may take until it answers
PAUSE = 0.1  # s between two looks


class ChildEnded(Exception):
    """A process that should go on has ended, or never answered: its log says why."""


@dataclass(frozen=True, slots=True)
class Child:
    name: str  # also the name of its log file
    command: Sequence[str]
    answers: Callable[[], bool]  # whether it is ready to be used
    environment: Mapping[str, str] = field(default_factory=dict)


class Processes:
    """Use as a context: leaving it stops all, the last started first."""

    def __init__(self, logs: Path, directory: Path) -> None:
        self._logs = logs
        self._directory = directory
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def __enter__(self) -> Self:
        self._logs.mkdir(parents=True, exist_ok=True)
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self, child: Child) -> None:
        """Start it without waiting. It has a session of its own, so Ctrl-C reaches only us."""
        leash = [sys.executable, "-m", "connector.management.leash", str(os.getpid())]
        with self._fresh_log(child.name).open("wb") as log:
            self._running[child.name] = subprocess.Popen(  # noqa: S603 - commands are our own
                [*leash, *child.command],
                cwd=self._directory,
                env={**os.environ, **child.environment},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def wait_for(self, child: Child, *, seconds: float = START) -> None:
        """Return when `child` answers. Raises ChildEnded with the end of its log."""
        until = time.monotonic() + seconds
        while not child.answers():
            self.check()
            if time.monotonic() > until:
                raise ChildEnded(self._told(child.name, f"has not answered for {seconds:.0f} s"))
            time.sleep(PAUSE)

    def check(self) -> None:
        """Raises ChildEnded when any child has ended."""
        for name, process in self._running.items():
            if (status := process.poll()) is not None:
                raise ChildEnded(self._told(name, f"has ended with status {status}"))

    def stop(self, *, grace: float = GRACE) -> None:
        """Ask all to end; after `grace` seconds kill what is left, with its own children."""
        children = list(reversed(self._running.values()))
        for process in children:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
        until = time.monotonic() + grace
        for process in children:
            with suppress(subprocess.TimeoutExpired):
                process.wait(max(0.0, until - time.monotonic()))
            with suppress(ProcessLookupError):  # the usual case: the whole session has ended
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        self._running.clear()

    def _fresh_log(self, name: str) -> Path:
        """The log of this start; the one before is kept beside it."""
        path = self._log(name)
        if path.exists():
            path.replace(path.with_suffix(".log.1"))
        return path

    def _log(self, name: str) -> Path:
        return self._logs / f"{name}.log"

    def _told(self, name: str, what: str) -> str:
        path = self._log(name)
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()[-15:]
        end = "\n".join(f"    {line}" for line in lines) or "    (it wrote nothing)"
        return f"The process '{name}' {what}. The end of {path}:\n{end}"
