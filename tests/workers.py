"""A real worker process on the test's database, to be killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from benchmarks.processes import children_of

ROOT = Path(__file__).resolve().parents[1]


class Worker:
    """`celery -A connector worker` on the test's database; without a broker, unless it is told."""

    def __init__(self, folder: Path, *arguments: str, **environment: str) -> None:
        self.folder = folder
        self.environment = environment
        self.arguments = arguments
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        log = (self.folder / "worker.log").open("ab")
        command = [sys.executable, "-m", "celery", "-A", "connector", "worker", "-c", "2"]
        command += [*self.arguments, "--loglevel", "WARNING"]
        with log:
            self.process = subprocess.Popen(
                command,
                cwd=ROOT,
                env=environment(self.folder) | self.environment,
                stdout=log,
                stderr=log,
            )

    def kill(self) -> None:
        assert self.process is not None
        self.process.kill()
        self.process.wait(10)

    def signal_all(self, number: signal.Signals) -> None:
        """Send a signal to the worker and to its pool."""
        assert self.process is not None
        for pid in (self.process.pid, *children_of(self.process.pid)):
            with suppress(ProcessLookupError):
                os.kill(pid, number)

    def stop(self) -> None:
        assert self.process is not None
        self.process.terminate()
        self.process.wait(20)


def environment(folder: Path) -> dict[str, str]:
    """What a process is given that works on the test's database, without a broker."""
    values = connection.settings_dict
    url = f"sqlite:///{values['NAME']}"
    if connection.vendor == "postgresql":
        url = "postgres://{USER}@{HOST}:{PORT}/{NAME}".format(**values)
    return os.environ | {
        "DATABASE_URL": url,
        "BROKER_URL": "memory://",
        "DATA_DIR": str(folder),
        "QUEUE_LOCK_DIR": str(settings.QUEUE_LOCK_DIR),
        "SECRET_KEY": settings.SECRET_KEY,
        "TOKEN_KEYS": ",".join(settings.TOKEN_KEYS),
        "DJANGO_SETTINGS_MODULE": "connector.settings",
    }


def wait_for(condition: Callable[[], Any], within: float) -> float:
    """Seconds until `condition` held."""
    began = time.monotonic()
    while not condition():
        assert time.monotonic() - began < within, f"not within {within} s"
        time.sleep(0.02)
    return time.monotonic() - began
