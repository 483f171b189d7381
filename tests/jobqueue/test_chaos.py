"""Nothing is lost, doubled or overlapping while processes are killed, frozen and cut off.

A short form of `make chaos`; and the judge sees it if something is.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection

from benchmarks.chaos import broker, marks
from benchmarks.chaos.harm import BEAT, BROKER, EMPTIED, FREEZE, POOL, WORKER, Harm
from benchmarks.chaos.marks import Run
from benchmarks.chaos.run import unproven
from benchmarks.chaos.stack import Stack
from benchmarks.chaos.verdict import Asked, Told, Verdict, crossings, judge, unfulfilled
from benchmarks.chaos.written import Written

ROOT = Path(__file__).resolve().parents[2]


GOOD = Written(steps=[(1, 1), (1, 2), (2, 1)], documents=[1, 2])


def judged(
    *runs: Run,
    status: str = "finished",
    successes: int = 1,
    written: Written = GOOD,
    same: str = "",
) -> Verdict:
    """Entries 1 and 2 of one category; 2 went well, and the runs of 1 were these."""
    good = Run(2, 1, 100.0, 101.0, ended=True)
    told = Told(
        statuses={1: status, 2: "finished"},
        successes={1: successes, 2: 1},
        written=written,
    )
    return judge({1: Asked("L", same), 2: Asked("L", same)}, [*runs, good], told)


def test_an_interrupted_entry_that_ran_again_is_no_fault() -> None:
    verdict = judged(Run(1, 1, 10.0, 11.0), Run(1, 2, 13.0, 14.0, ended=True))

    assert verdict.faults() == []
    assert verdict.interrupted == 1


def test_a_run_whose_work_had_ended_and_was_repeated_is_counted_apart() -> None:
    verdict = judged(Run(1, 1, 1.0, 2.0, ended=True), Run(1, 2, 3.0, 4.0, ended=True))

    assert (verdict.re_executed, verdict.figures()["re_executed_share"]) == (1, 0.5)


@pytest.mark.parametrize(
    ("fault", "verdict"),
    [
        ("lost", judged(Run(1, 1, 1.0, 2.0))),
        ("never_run", judged(Run(1, 1, 1.0, 2.0))),
        ("stuck", judged(Run(1, 1, 1.0, 2.0), status="in_process")),
        ("same_entry_overlaps", judged(Run(1, 1, 1.0, 3.0), Run(1, 2, 2.0, 4.0, ended=True))),
        ("category_overlaps", judged(Run(1, 1, 1.0, 100.5, ended=True))),
        ("finished_twice", judged(Run(1, 1, 1.0, 2.0, ended=True), successes=2)),
        ("lock_overlaps", judged(Run(1, 1, 1.0, 100.5, ended=True), same="K")),
        ("late_writes", judged(written=Written([(1, 2), (1, 1), (2, 1)], [1, 2]))),
        ("documents_doubled", judged(written=Written([], [1, 2, 2]))),
        ("documents_missing", judged(written=Written([], [1]))),
    ],
)
def test_the_judge_sees_every_fault(fault: str, verdict: Verdict) -> None:
    assert fault in verdict.faults()


def unfulfilled_of(*runs: Run, statuses: dict[int, str] | None = None) -> dict[str, int]:
    """Entries 1 and 2 ask for the same, 3 for something else."""
    asked = {1: Asked("L", "S/orders"), 2: Asked("L", "S/orders"), 3: Asked("L", "T/orders")}
    third = Run(3, 1, 500.0, 501.0, ended=True)
    there = statuses or dict.fromkeys(asked, "finished")
    return unfulfilled(asked, [*runs, third], there)


def test_an_interrupted_report_may_leave_its_work_to_a_later_one_that_asks_for_the_same() -> None:
    killed, later = Run(1, 1, 1.0, 2.0), Run(2, 1, 3.0, 4.0, ended=True)

    assert unfulfilled_of(killed, later) == {"lost": 0, "not_done": 0}


def test_the_judge_sees_a_report_that_nobody_did() -> None:
    earlier, killed = Run(2, 1, 1.0, 2.0, ended=True), Run(1, 1, 3.0, 4.0)

    assert unfulfilled_of(earlier, killed)["not_done"] == 1
    assert unfulfilled_of()["not_done"] == 2
    assert unfulfilled_of(statuses={1: "finished"})["lost"] == 2


def test_runs_of_reports_that_overlap_are_seen() -> None:
    asked = {1: Asked("L", "A"), 2: Asked("L", "B"), 3: Asked("M", "A")}
    runs = [Run(1, 1, 1.0, 3.0), Run(2, 1, 2.0, 4.0), Run(3, 1, 2.5, 2.6), Run(3, 2, 2.55, 2.7)]

    assert crossings(asked, runs) == {
        "same_entry_overlaps": 1,
        "category_overlaps": 2,
        "lock_overlaps": 2,
    }


def test_a_run_that_did_no_harm_has_proven_nothing() -> None:
    assert unproven([], messages=9, interrupted=3) == []
    assert unproven([BEAT], messages=0, interrupted=0) == [
        f"not done: {BEAT}",
        "not done: messages doubled or late",
        "interrupted nothing",
    ]


def test_marks_are_read_as_the_runs_that_wrote_them(tmp_path: Path) -> None:
    for fence, words in ((1, [marks.WORKING, marks.REFUSED]), (2, [marks.WORKING, marks.ENDED])):
        pen = marks.Pen(tmp_path, 7, fence)
        for word in words:
            pen.write(word)
        pen.close()

    first, second = marks.read(tmp_path)

    assert (first.entry, first.fence, first.ended, first.refused) == (7, 1, False, True)
    assert (second.entry, second.fence, second.ended, second.refused) == (7, 2, True, False)
    assert first.first <= first.last <= second.first <= second.last


def test_a_run_says_which_harm_it_never_did(tmp_path: Path) -> None:
    stack = Stack(tmp_path, {}, embedded=True, broker=None)
    harm = Harm(stack, random.Random(1), lease=5.0, harsh=False)
    assert set(harm.left_out()) == {POOL, WORKER, FREEZE, BEAT}

    harm.done[WORKER] += 1

    assert set(harm.left_out()) == {POOL, FREEZE, BEAT}


def test_killed_and_frozen_processes_lose_and_double_nothing() -> None:
    """With a Redis of its own, which dies and forgets too, where there is one to start."""
    url = {"broker-url": "own"} if broker.PROGRAM else {"broker-url": "memory://"}
    if connection.vendor == "postgresql":
        url["database-url"] = os.environ["TEST_DATABASE_URL"]
    command = [sys.executable, "-m", "benchmarks.chaos.run", "--entries", "40", "--seed", "1"]
    command += ["--harm-per-second", "1.5", "--deadline", "240"]
    command += [word for name, value in url.items() for word in (f"--{name}", value)]

    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert ended.returncode == 0, ended.stdout + ended.stderr
    figures = json.loads(ended.stdout.splitlines()[-1])
    assert figures["acknowledged"] >= 40
    assert figures["harm"][FREEZE] >= 1
    if broker.PROGRAM:
        assert min(figures["harm"][BROKER], figures["harm"][EMPTIED]) >= 1
