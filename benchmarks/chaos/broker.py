"""A Redis of the run's own, on a port of its own, which keeps nothing when it dies."""

from __future__ import annotations

import shutil
import socket
import time
from pathlib import Path

import redis

PROGRAM = shutil.which("redis-server") or shutil.which("valkey-server")
START = 10.0  # s within which it answers


class OwnBroker:
    def __init__(self, folder: Path) -> None:
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            self.port = taken.getsockname()[1]
        self.url = f"redis://127.0.0.1:{self.port}/0"
        assert PROGRAM is not None
        self.command = [PROGRAM, "--port", str(self.port), "--bind", "127.0.0.1"]
        self.command += ["--save", "", "--appendonly", "no", "--dir", str(folder)]

    def empty(self) -> bool:
        """Forget every message; False when it is down just now."""
        try:
            with redis.Redis(port=self.port, socket_timeout=1) as server:
                server.flushall()
        except redis.RedisError:
            return False
        return True

    def wait(self) -> None:
        """Return when it answers. Raises TimeoutError."""
        until = time.monotonic() + START
        while not self.empty():
            if time.monotonic() > until:
                raise TimeoutError(f"the broker does not answer on port {self.port}")
            time.sleep(0.05)
