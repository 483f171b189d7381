"""Who runs an entry: a name for this process, and whether another process of this node still lives.

Each process holds a file lock that the kernel drops when the process ends, however it ends. That
tells of a death at once, without waiting for a lease.
"""

from __future__ import annotations

import contextlib
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
        _directory().mkdir(parents=True, exist_ok=True)
        _Me.file = _lock(_directory() / name)
        _Me.pid, _Me.name = os.getpid(), name


def _lock(path: Path) -> TextIO:
    while True:
        file = path.open("w", encoding="ascii")
        fcntl.flock(file, fcntl.LOCK_EX)
        if os.fstat(file.fileno()).st_nlink:
            return file
        file.close()  # buried by another process between our two steps


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
        return _is_free(file)


def bury() -> int:
    """Remove the lock files of the dead; returns how many there were."""
    buried = 0
    for path in _directory().glob("*"):
        with contextlib.suppress(FileNotFoundError), path.open(encoding="ascii") as file:
            if _is_free(file):
                path.unlink(missing_ok=True)  # while we hold it, so that nobody takes it over
                buried += 1
    return buried


def _is_free(file: TextIO) -> bool:
    """Take the lock, until the file is closed; False when its owner lives."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _directory() -> Path:
    directory: Path = settings.QUEUE_LOCK_DIR
    return directory
