"""What the jobs of a chaos run wrote in the database, and what must not be found in it. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby


@dataclass(frozen=True, slots=True)
class Written:
    """By entry, in the order in which it was written."""

    steps: list[tuple[int, int]]  # (entry, fence)
    documents: list[int]  # entries


def late(steps: Iterable[tuple[int, int]]) -> int:
    """How many writes of a run came after one of a later run of the same entry."""
    count = 0
    for _entry, group in groupby(steps, key=lambda written: written[0]):
        highest = 0
        for _, fence in group:
            count += fence < highest
            highest = max(highest, fence)
    return count


def doubled(documents: Iterable[int]) -> int:
    return sum(count > 1 for count in Counter(documents).values())
