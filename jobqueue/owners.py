"""Who runs an entry: a name for this process, and whether another process of this node still lives.

Each process holds a file lock that the kernel drops when the process ends, however it ends. That
tells of a death at once, without waiting for a lease.
"""

from __future__ import annotations

import fcntl
import os
import threading
import uuid
from pathlib import Path
from typing import TextIO

from django.conf import settings


class _Me:
    """The name and the open, locked file of this process."""

    pid = 0
    name = ""
    file: TextIO | None = None
    lock = threading.Lock()


def me() -> str:
    """The owner name of this process; made, with its lock file, at the first call."""
    with _Me.lock:
        _introduce()
        return _Me.name


def resign() -> None:
    """Give the name up: to the others this process is dead, and the next call of me() is new."""
    with _Me.lock:
        if _Me.file is not None:
            _Me.file.close()
        _Me.pid, _Me.name, _Me.file = 0, "", None


def _introduce() -> None:
    if os.getpid() != _Me.pid:
        name = f"{os.getpid()}-{uuid.uuid4().hex[:12]}"
        directory = _directory()
        directory.mkdir(parents=True, exist_ok=True)
        _Me.file = (directory / name).open("w", encoding="ascii")
        fcntl.flock(_Me.file, fcntl.LOCK_EX)
        _Me.pid, _Me.name = os.getpid(), name


def node() -> str:
    """The machine this process runs on."""
    name: str = settings.QUEUE_NODE
    return name


def is_dead(owner: str) -> bool:
    """Whether a process of this node has ended. Ask only about owners of this node."""
    try:
        file = (_directory() / owner).open(encoding="ascii")
    except FileNotFoundError:
        return True
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True


def bury() -> None:
    """Remove the lock files of the dead."""
    for path in _directory().glob("*"):
        if is_dead(path.name):
            path.unlink(missing_ok=True)


def _directory() -> Path:
    directory: Path = settings.QUEUE_LOCK_DIR
    return directory
