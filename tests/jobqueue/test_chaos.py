"""Nothing is lost, doubled or overlapping while workers are killed; and the judge sees it if it is."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.chaos import marks
from benchmarks.chaos.marks import Run
from benchmarks.chaos.verdict import Told, Verdict, judge

ROOT = Path(__file__).resolve().parents[2]


def judged(*runs: Run, status: str = "finished", successes: int = 1) -> Verdict:
    """Entries 1 and 2 of one category; 2 went well, and the runs of 1 were these."""
    good = Run(2, 1, 100.0, 101.0, ended=True)
    told = Told(
        statuses={1: status, 2: "finished"},
        successes={1: successes, 2: 1},
        ended={(run.entry, run.fence): run.last + 0.5 for run in runs},
    )
    return judge({1: "L", 2: "L"}, [*runs, good], told)


def test_an_interrupted_entry_that_ran_again_is_no_fault() -> None:
    verdict = judged(Run(1, 1, 10.0, 11.0), Run(1, 2, 13.0, 14.0, ended=True))

    assert verdict.faults() == []
    assert (verdict.interrupted, verdict.detection, verdict.recovery) == (1, [0.5], [2.0])


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
        ("interrupted nothing", judged(Run(1, 1, 1.0, 2.0, ended=True))),
    ],
)
def test_the_judge_sees_every_fault(fault: str, verdict: Verdict) -> None:
    assert fault in verdict.faults()


def test_marks_are_read_as_the_runs_that_wrote_them(tmp_path: Path) -> None:
    for fence, words in ((1, [marks.WORKING]), (2, [marks.WORKING, marks.ENDED])):
        pen = marks.Pen(tmp_path, 7, fence)
        for word in words:
            pen.write(word)
        pen.close()

    first, second = marks.read(tmp_path)

    assert (first.entry, first.fence, first.ended) == (7, 1, False)
    assert (second.entry, second.fence, second.ended) == (7, 2, True)
    assert first.first <= first.last <= second.first <= second.last


def test_killed_workers_lose_and_double_nothing() -> None:
    command = [sys.executable, "-m", "benchmarks.chaos", "--entries", "40"]
    command += ["--kills-per-second", "1.5", "--seed", "1"]

    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert ended.returncode == 0, ended.stdout + ended.stderr
    figures = json.loads(ended.stdout.splitlines()[-1])
    assert figures["acknowledged"] == 40
    assert figures["interrupted"] >= 3
