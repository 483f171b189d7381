"""What a chaos run has shown. Pure: from the client's list, the jobs' marks and the queue's log."""

from __future__ import annotations

import statistics
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise

from benchmarks.chaos.marks import Run


@dataclass(frozen=True, slots=True)
class Told:
    """What the queue says when all is over."""

    statuses: Mapping[int, str]  # entry → status
    successes: Mapping[int, int]  # entry → runs logged as successful
    ended: Mapping[tuple[int, int], float]  # (entry, fence) → when the log says it was over


@dataclass(frozen=True, slots=True)
class Verdict:
    """Numbers of entries, unless they say otherwise."""

    acknowledged: int
    lost: int  # acknowledged, and no run ended its work or the row is gone
    stuck: int  # not Finished at the end
    same_entry_overlaps: int  # runs of one entry at the same time
    category_overlaps: int  # runs in one category of limit 1 at the same time
    finished_twice: int  # with two successful runs in the log
    never_run: int  # Finished without a run that ended its work
    runs: int
    interrupted: int  # runs that were killed before their work had ended
    re_executed: int  # run again although their work had ended: the kill came before the commit
    detection: list[float]  # s from the last mark of an interrupted run to its end in the log
    recovery: list[float]  # s from there to the first mark of the next run

    def faults(self) -> list[str]:
        """What must be zero and is not; and a run that interrupted nothing has shown nothing."""
        names = ("lost", "stuck", "same_entry_overlaps", "category_overlaps", "finished_twice")
        found = [name for name in (*names, "never_run") if getattr(self, name)]
        return found if self.interrupted else [*found, "interrupted nothing"]

    def figures(self) -> dict[str, float]:
        """All of it as plain numbers, times in seconds."""
        figures: dict[str, float] = {
            name: getattr(self, name)
            for name in self.__dataclass_fields__
            if name not in {"detection", "recovery"}
        }
        figures["re_executed_share"] = round(self.re_executed / max(self.acknowledged, 1), 4)
        for name in ("detection", "recovery"):
            times = getattr(self, name)
            if times:
                figures[f"{name}_p50"] = round(statistics.median(times), 2)
                figures[f"{name}_max"] = round(max(times), 2)
        return figures


def judge(categories: Mapping[int, str], runs: list[Run], told: Told) -> Verdict:
    """`categories` are those of the acknowledged entries, as the client kept them."""
    done = Counter(run.entry for run in runs if run.ended)
    finished = {entry for entry, status in told.statuses.items() if status == "finished"}
    killed = [run for run in runs if not run.ended]
    return Verdict(
        acknowledged=len(categories),
        lost=sum(not done[entry] or entry not in told.statuses for entry in categories),
        stuck=sum(entry not in finished for entry in categories),
        same_entry_overlaps=overlaps((run.entry, run) for run in runs),
        category_overlaps=overlaps(
            (categories[run.entry], run) for run in runs if categories.get(run.entry)
        ),
        finished_twice=sum(count > 1 for count in told.successes.values()),
        never_run=sum(not done[entry] for entry in finished),
        runs=len(runs),
        interrupted=len(killed),
        re_executed=sum(count > 1 for count in done.values()),
        detection=[
            told.ended[run.entry, run.fence] - run.last
            for run in killed
            if (run.entry, run.fence) in told.ended
        ],
        recovery=_recoveries(runs),
    )


def overlaps(grouped: Iterable[tuple[object, Run]]) -> int:
    """How many runs began while another of their group went on."""
    groups: defaultdict[object, list[Run]] = defaultdict(list)
    for group, run in grouped:
        groups[group].append(run)
    count = 0
    for members in groups.values():
        busy_until = 0.0
        for run in sorted(members, key=lambda run: run.first):
            count += run.first < busy_until
            busy_until = max(busy_until, run.last)
    return count


def _recoveries(runs: list[Run]) -> list[float]:
    by_place = sorted(runs, key=lambda run: (run.entry, run.fence))
    return [
        after.first - before.last
        for before, after in pairwise(by_place)
        if before.entry == after.entry
    ]
