"""All processes of one machine, as the commands that start them see them."""

from __future__ import annotations

import os
import time
from datetime import timedelta
from typing import Self

from django.conf import settings
from django.core.management.base import OutputWrapper
from django.utils import timezone

from connector.management import embedded
from connector.management.demo.kept import Kept
from connector.management.ports import asked_port, next_free_port
from connector.management.processes import Child, Processes
from connector.management.signals import undisturbed

WEB, SANDBOX = 8000, 8100  # the ports that are tried first
PAUSE = 0.5  # s between two looks at the children


class Installation:
    """Use as a context: leaving it stops every process."""

    def __init__(self, out: OutputWrapper) -> None:
        self._out = out
        self._processes = Processes(settings.DATA_DIR / "log", settings.BASE_DIR)
        self._waiting: list[Child] = []
        self.address = ""  # of the pages

    def __enter__(self) -> Self:
        self._processes.__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        with undisturbed():
            self._processes.stop()

    def start_sandbox(self, kept: Kept) -> str:
        """Start the pretend Shopify and return its address; it answers after `wait`."""
        port = self._free(SANDBOX, "The sandbox")
        self._start(embedded.sandbox(port, kept.token))
        return f"http://127.0.0.1:{port}"

    def start(self, port: int) -> None:
        """Start web, worker and what they need, without waiting."""
        since = timezone.now() - timedelta(seconds=1)  # the database's clock may differ a little
        self._start(embedded.web(port))
        self._start(embedded.worker(since))
        if not settings.QUEUE_EMBEDDED:  # with memory:// it is a thread of the worker
            self._start(embedded.dispatcher(since))
        self._start(embedded.beat(since))
        self.address = f"http://127.0.0.1:{port}/"

    def wait(self) -> None:
        """Return when all that was started answers. Raises ChildEnded."""
        while self._waiting:
            self._processes.wait_for(self._waiting.pop(0))

    def look(self) -> None:
        """Raises ChildEnded when a process has ended."""
        self._processes.check()

    def stay(self) -> None:
        """Go on until something ends or somebody asks to: raises ChildEnded or EndRequested."""
        while True:
            self.look()
            time.sleep(PAUSE)

    def check_port(self) -> None:
        """Raises PortRefused when PORT asks for one that is not to be had."""
        if asked := os.environ.get("PORT", ""):
            asked_port(asked)

    def web_port(self) -> int:
        """The port that PORT asks for, else the first free one. Raises PortRefused.

        Asked for only when it is about to be taken: a free port may not stay free for long.
        """
        asked = os.environ.get("PORT", "")
        return asked_port(asked) if asked else self._free(WEB, "The web server")

    def _free(self, first: int, who: str) -> int:
        port = next_free_port(first)
        if port != first:
            self._out.write(f"Port {first} is in use by another program. {who} takes {port}.")
        return port

    def _start(self, child: Child) -> None:
        self._processes.start(child)
        self._waiting.append(child)
