"""What the kernel says of running processes. Needs Linux's /proc."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable
from pathlib import Path

GONE = (FileNotFoundError, ProcessLookupError)


def children_of(pid: int) -> list[int]:
    """The processes that `pid` has forked and that live."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(*GONE):  # ended since
            state, parent = _fields(stat)[:2]
            if int(parent) == pid and state != "Z":
                found.append(int(stat.parent.name))
    return sorted(found)


def those_with(variable: str) -> list[int]:
    """The processes that live with this `NAME=value` in their environment."""
    found = []
    for environ in Path("/proc").glob("[0-9]*/environ"):
        with contextlib.suppress(*GONE, PermissionError):  # another user's
            if variable.encode() in environ.read_bytes().split(b"\0"):
                found.append(int(environ.parent.name))
    return sorted(found)


def cpu_seconds(pids: Iterable[int]) -> float:
    """The processor time these processes and their children have used until now."""
    ticks = 0
    for parent in pids:
        for pid in (parent, *children_of(parent)):
            with contextlib.suppress(*GONE):
                user, system = _fields(Path(f"/proc/{pid}/stat"))[11:13]
                ticks += int(user) + int(system)
    return ticks / os.sysconf("SC_CLK_TCK")


def _fields(stat: Path) -> list[str]:
    """The fields after the name of the command, which may hold anything. First: state and parent."""
    return stat.read_text(encoding="utf-8").rpartition(")")[2].split()
