"""How long it took until interrupted runs ran again, and what of that was recovery. Pure.

An entry whose run was killed is taken over by whoever notices; then it waits its turn like any
other. The lane or the lock may be another's by then, or no process may be there to run it, for this
suite kills them faster than they start. What is left is the queue's: time to notice, and time in
which nothing was in the way.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

TIMES = ("noticed", "again", "busy", "unstaffed", "recovery")


@dataclass(frozen=True, slots=True)
class Hit:
    """Harm done to processes that may have been running something."""

    kind: str
    at: float  # s since the epoch, as all times here
    pids: frozenset[int]


@dataclass(frozen=True, slots=True)
class Logged:
    """One run as the queue's log has it."""

    entry: int
    fence: int
    category: str
    lock_key: str
    pid: int
    started: float
    ended: float


@dataclass(frozen=True, slots=True)
class Interruption:
    """A run that harm ended, until the entry ran again. Seconds."""

    kind: str  # of harm
    noticed: float  # from the harm until the queue had taken the entry back
    busy: float  # then: another run was in its category or had its lock
    unstaffed: float  # neither, but every process that lived had work, or none lived
    free: float  # nothing was in the way

    @property
    def again(self) -> float:
        """From the harm until it ran again, whatever was in the way."""
        return self.noticed + self.busy + self.unstaffed + self.free

    @property
    def recovery(self) -> float:
        """What of that is the queue's."""
        return self.noticed + self.free


def interruptions(
    hits: Iterable[Hit], runs: Sequence[Logged], staffed: Sequence[tuple[float, int]]
) -> list[Interruption]:
    """`staffed`: since then so many processes could take work."""
    by_place = {(run.entry, run.fence): run for run in runs}
    struck = {(run.entry, run.fence): hit for hit in hits for run in runs if _struck(run, hit)}
    # A struck run keeps its lane until it is taken over, but no process of those that take work.
    working = [
        (run.started, struck[place].at if place in struck else run.ended)
        for place, run in by_place.items()
    ]
    found = []
    for (entry, fence), hit in struck.items():
        run, after = by_place[entry, fence], by_place.get((entry, fence + 1))
        if after is None:  # a twin did its work, or it was its last attempt
            continue
        others = [
            (other.started, other.ended)
            for other in runs
            if other.entry != entry and _in_the_way(other, run)
        ]
        waits = dict.fromkeys(("busy", "unstaffed", "free"), 0.0)
        for since, until, why in _parts(run.ended, after.started, others, working, staffed):
            waits[why] += until - since
        found.append(Interruption(hit.kind, run.ended - hit.at, **waits))
    return found


def _struck(run: Logged, hit: Hit) -> bool:
    return run.pid in hit.pids and run.started <= hit.at < run.ended


def _in_the_way(other: Logged, run: Logged) -> bool:
    same_lane = other.category == run.category != ""
    return same_lane or other.lock_key == run.lock_key != ""


def _parts(
    since: float,
    until: float,
    others: Sequence[tuple[float, float]],
    working: Sequence[tuple[float, float]],
    staffed: Sequence[tuple[float, int]],
) -> Iterator[tuple[float, float, str]]:
    """The time from `since` to `until`, cut where something changed, and what was in the way."""
    others, working = _within(others, since, until), _within(working, since, until)
    moments = {since, until, *(moment for span in (*others, *working) for moment in span)}
    moments |= {moment for moment, _number in staffed}
    for begin, end in pairwise(sorted(m for m in moments if since <= m <= until)):
        middle = (begin + end) / 2
        if _count(others, middle):
            yield begin, end, "busy"
        elif _count(working, middle) >= _staff(staffed, middle):
            yield begin, end, "unstaffed"
        else:
            yield begin, end, "free"


def _within(
    spans: Iterable[tuple[float, float]], since: float, until: float
) -> list[tuple[float, float]]:
    return [span for span in spans if span[0] < until and span[1] > since]


def _count(spans: Iterable[tuple[float, float]], moment: float) -> int:
    return sum(begin <= moment < end for begin, end in spans)


def _staff(staffed: Sequence[tuple[float, int]], moment: float) -> int:
    place = bisect_right(staffed, moment, key=lambda known: known[0])
    return staffed[place - 1][1] if place else 0


def figures(found: Sequence[Interruption]) -> dict[str, dict[str, str]]:
    """For each kind of harm, how many runs it ended, and the times as p50 / p99 / max in seconds."""
    told = {}
    for kind in sorted({one.kind for one in found}):
        same = [one for one in found if one.kind == kind]
        times = {name: _spread(sorted(getattr(one, name) for one in same)) for name in TIMES}
        told[kind] = {"runs": str(len(same))} | times
    return told


def _spread(times: Sequence[float]) -> str:
    at = (times[len(times) // 2], times[int(len(times) * 0.99)], times[-1])
    return " / ".join(f"{seconds:.1f}" for seconds in at)
