"""What of the time until an interrupted entry runs again is the queue's, and what is not."""

from __future__ import annotations

import pytest

from benchmarks.chaos.recovery import Hit, Interruption, Logged, figures, interruptions

KILLED = 10.0
HIT = Hit("worker killed", KILLED, frozenset({7, 8}))
STAFFED = [(0.0, 2)]


def run(
    entry: int,
    fence: int,
    since: float,
    until: float,
    *,
    pid: int = 1,
    lane: str = "",
    lock: str = "",
) -> Logged:
    return Logged(entry, fence, lane, lock, pid, since, until)


def given_struck(again: float, *, lane: str = "L", lock: str = "") -> list[Logged]:
    """Entry 1 is killed at 10, taken over at 11, and runs again then."""
    return [
        run(1, 1, 9.0, 11.0, pid=7, lane=lane, lock=lock),
        run(1, 2, again, again + 1, lane=lane, lock=lock),
    ]


def found(*runs: Logged, staffed: list[tuple[float, int]] = STAFFED) -> Interruption:
    [one] = interruptions([HIT], runs, staffed)
    return one


def test_with_nothing_in_the_way_all_of_it_is_recovery() -> None:
    one = found(*given_struck(again=13.0))

    assert (one.kind, one.noticed, one.free) == ("worker killed", 1.0, 2.0)
    assert (one.busy, one.unstaffed) == (0, 0)
    assert one.recovery == one.again == 3.0


@pytest.mark.parametrize(
    "other",
    [
        run(2, 1, 11.5, 12.5, lane="L"),
        run(2, 1, 11.5, 12.5, lane="M", lock="K"),
    ],
)
def test_a_lane_or_lock_that_others_have_is_no_recovery(other: Logged) -> None:
    one = found(*given_struck(again=13.0, lock="K"), other)

    assert (one.noticed, one.busy, one.free, one.recovery) == (1.0, 1.0, 1.0, 2.0)


def test_blank_lanes_and_locks_are_nobodys() -> None:
    one = found(*given_struck(again=13.0, lane=""), run(2, 1, 11.5, 12.5))

    assert one.busy == 0


@pytest.mark.parametrize(
    ("staffed", "unstaffed"),
    [
        ([(0.0, 2), (10.0, 0), (12.5, 2)], 1.5),  # no worker
        ([(0.0, 1)], 1.0),  # one process, with work of another lane
        ([(0.0, 2)], 0.0),
        ([], 2.0),
    ],
)
def test_a_pool_that_is_busy_or_starts_is_no_recovery(
    staffed: list[tuple[float, int]], unstaffed: float
) -> None:
    busy = run(2, 1, 11.5, 12.5, lane="M")

    one = found(*given_struck(again=13.0), busy, staffed=staffed)

    assert (one.unstaffed, one.free) == (unstaffed, 2.0 - unstaffed)


def test_a_struck_run_keeps_no_process_busy_while_nobody_has_noticed() -> None:
    unnoticed = run(2, 1, 9.0, 14.0, pid=8, lane="M")

    [one] = interruptions([HIT], [*given_struck(again=13.0), unnoticed], [(0.0, 1)])

    assert (one.unstaffed, one.free) == (0.0, 2.0)


@pytest.mark.parametrize(
    "runs",
    [
        [run(1, 1, 9.0, 9.5, pid=7), run(1, 2, 12.0, 13.0)],  # it was over
        [run(1, 1, 10.5, 11.0, pid=7), run(1, 2, 12.0, 13.0)],  # a new process with the number
        [run(1, 1, 9.0, 11.0, pid=6), run(1, 2, 12.0, 13.0)],  # another process
        [run(1, 1, 9.0, 11.0, pid=7)],  # its end came with the kill
    ],
)
def test_harm_that_interrupted_nothing_is_not_counted(runs: list[Logged]) -> None:
    assert interruptions([HIT], runs, STAFFED) == []


def test_the_figures_are_told_by_kind_of_harm() -> None:
    one = Interruption("worker frozen", 6.0, 1.0, 0.0, 1.0)
    other = Interruption("worker killed", 1.0, 0.0, 3.0, 0.5)

    told = figures([one, other, one])

    assert list(told) == ["worker frozen", "worker killed"]
    assert told["worker frozen"]["runs"] == "2"
    assert told["worker frozen"]["recovery"] == "7.0 / 7.0 / 7.0"
    assert told["worker killed"]["again"] == "4.5 / 4.5 / 4.5"
