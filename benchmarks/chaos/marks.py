"""What the jobs of a chaos run write down, outside the database: the oracle.

Each process appends to a file of its own; a mark is one short write, which a kill cannot tear.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

WORKING, ENDED, REFUSED = "working", "ended", "refused"


class Pen:
    """Writes the marks of one run."""

    def __init__(self, folder: Path, entry: int, fence: int) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.run = f"{entry} {fence}"
        self.file = os.open(folder / str(os.getpid()), os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def write(self, word: str) -> None:
        os.write(self.file, f"{self.run} {time.time()} {word}\n".encode())

    def close(self) -> None:
        os.close(self.file)


@dataclass(slots=True)
class Run:
    """One run as its own process saw it. Times are seconds since the epoch."""

    entry: int
    fence: int
    first: float
    last: float
    ended: bool = False  # its work was done; whether the queue heard of it is another matter
    refused: bool = False  # it was told, or found at a write, that another run has the entry


def read(folder: Path) -> list[Run]:
    """All runs, by entry and fence."""
    runs: dict[tuple[int, int], Run] = {}
    for entry, fence, moment, word in _marks(folder):
        run = runs.setdefault((entry, fence), Run(entry, fence, moment, moment))
        if word == WORKING:
            run.first, run.last = min(run.first, moment), max(run.last, moment)
        run.ended = run.ended or word == ENDED
        run.refused = run.refused or word == REFUSED
    return [runs[key] for key in sorted(runs)]


def _marks(folder: Path) -> Iterator[tuple[int, int, float, str]]:
    for file in folder.glob("*"):
        for line in file.read_text(encoding="ascii").splitlines():
            entry, fence, moment, word = line.split()
            yield int(entry), int(fence), float(moment), word
