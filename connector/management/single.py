"""Keeps a second start away from data that is in use."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class InUse(Exception):
    """Another start uses the same data: end it, or give this one its own DATA_DIR."""


@contextmanager
def only_one(path: Path) -> Iterator[None]:
    """Hold `path` locked. The kernel lets go when we end, however that happens. Raises InUse."""
    with path.open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise InUse(
                f"Shopkontor already runs on the data in {path.parent}. "
                "End that one, or start this one on other data: DATA_DIR=var/second."
            ) from None
        yield
