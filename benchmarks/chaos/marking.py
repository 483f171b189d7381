"""The usual work of a chaos run: entries that mark that they run, write, and make a document."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

from benchmarks.chaos import job, marks, verdict, writes
from benchmarks.chaos.client import Client, told


class Marking:
    def __init__(self, folder: Path, entries: int, dice: random.Random) -> None:
        self.marks = folder / job.MARKS
        self.client = Client(self.marks, entries, dice)

    def __enter__(self) -> Self:
        writes.make_tables()
        return self

    def __exit__(self, *_error: object) -> None:
        """The tables go with the database."""

    def go(self, deadline: float, more: Callable[[], bool]) -> bool:
        """Ask for all entries and wait for them; whether they were finished in time."""
        self.client.ask(deadline)
        self.client.ask_while(more, deadline)
        return self.client.wait(deadline)

    def settle(self) -> None:
        """Nothing is left to be done in calm."""

    def judged(self) -> tuple[dict[str, Any], list[str]]:
        """The figures, and what went wrong."""
        found = verdict.judge(self.client.acknowledged, marks.read(self.marks), told())
        return found.figures(), found.faults()
