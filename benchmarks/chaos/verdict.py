"""What a chaos run has shown. Pure: from the client's list, the jobs' marks and the queue's log."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from benchmarks.chaos.marks import Run
from benchmarks.chaos.written import Written, doubled, late


@dataclass(frozen=True, slots=True)
class Asked:
    """An acknowledged entry, as the client keeps it."""

    category: str
    lock_key: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """What the queue says when all is over."""

    statuses: Mapping[int, str]  # entry → status
    successes: Mapping[int, int]  # entry → runs logged as successful
    written: Written


ZERO = (
    "lost", "stuck", "same_entry_overlaps", "category_overlaps", "lock_overlaps", "finished_twice",
    "late_writes", "documents_doubled", "documents_missing", "never_run",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Verdict:
    """Numbers of entries, unless they say otherwise."""

    acknowledged: int
    lost: int  # acknowledged, and no run ended its work or the row is gone
    stuck: int  # not Finished at the end
    same_entry_overlaps: int  # runs of one entry at the same time
    category_overlaps: int  # runs in one category of limit 1 at the same time
    lock_overlaps: int  # runs with one lock key at the same time
    finished_twice: int  # with two successful runs in the log
    late_writes: int  # of a run, after a later run of the entry had written
    documents_doubled: int
    documents_missing: int
    never_run: int  # Finished without a run that ended its work
    runs: int
    interrupted: int  # runs that were killed before their work had ended
    refused: int  # runs that had lost their entry and were kept from writing
    re_executed: int  # run again although their work had ended: the kill came before the commit

    def faults(self) -> list[str]:
        """What must be zero and is not."""
        return [name for name in ZERO if getattr(self, name)]

    def figures(self) -> dict[str, float]:
        """All of it as plain numbers."""
        figures: dict[str, float] = {
            name: getattr(self, name) for name in self.__dataclass_fields__
        }
        figures["re_executed_share"] = round(self.re_executed / max(self.acknowledged, 1), 4)
        return figures


def judge(asked: Mapping[int, Asked], runs: list[Run], told: Told) -> Verdict:
    """`asked` are the acknowledged entries, as the client kept them."""
    done = Counter(run.entry for run in runs if run.ended)
    finished = {entry for entry, status in told.statuses.items() if status == "finished"}
    killed = [run for run in runs if not run.ended]
    return Verdict(
        acknowledged=len(asked),
        lost=sum(not done[entry] or entry not in told.statuses for entry in asked),
        stuck=sum(entry not in finished for entry in asked),
        **crossings(asked, runs),
        finished_twice=sum(count > 1 for count in told.successes.values()),
        late_writes=late(told.written.steps),
        documents_doubled=doubled(told.written.documents),
        documents_missing=len(asked.keys() - set(told.written.documents)),
        never_run=sum(not done[entry] for entry in finished),
        runs=len(runs),
        interrupted=len(killed),
        refused=sum(run.refused for run in runs),
        re_executed=sum(count > 1 for count in done.values()),
    )


def unfulfilled(
    asked: Mapping[int, Asked], runs: Sequence[Run], statuses: Mapping[int, str]
) -> dict[str, int]:
    """Entries that are gone, and those whose work nobody did.

    An interrupted entry may leave its work to one that asks for the same and waits.
    """
    done = {run.entry for run in runs if run.ended}
    did: defaultdict[str, float] = defaultdict(float)  # lock → when the last began that ended
    begun: defaultdict[int, float] = defaultdict(float)
    for run in runs:
        begun[run.entry] = max(begun[run.entry], run.first)
        if run.ended:
            lock = asked[run.entry].lock_key
            did[lock] = max(did[lock], run.first)
    idle = [
        entry
        for entry, one in asked.items()
        if entry not in done and not did[one.lock_key] > begun[entry]
    ]
    return {"lost": len(asked.keys() - statuses.keys()), "not_done": len(idle)}


def crossings(asked: Mapping[int, Asked], runs: Sequence[Run]) -> dict[str, int]:
    """How many runs began beside another that should have kept them from it."""
    return {
        "same_entry_overlaps": overlaps((run.entry, run) for run in runs),
        "category_overlaps": overlaps((asked[run.entry].category, run) for run in runs),
        "lock_overlaps": overlaps(
            (asked[run.entry].lock_key, run) for run in runs if asked[run.entry].lock_key
        ),
    }


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
