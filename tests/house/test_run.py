"""Which groups of tests run where, and that none is left out silently."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.run import chosen, groups

ROOT = Path(__file__).resolve().parents[2]
NOTHING = str(ROOT / "no-such-folder")


def available(environment: dict[str, str]) -> set[str]:
    return {group.name for group in groups(environment) if group.available}


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, set()),
        ({"TEST_DATABASE_URL": "postgres://h/d"}, {"postgres"}),
        ({"TEST_BROKER_URL": "redis://h"}, {"broker"}),
        ({"CHROMIUM": "/opt/chromium"}, {"browser"}),
    ],
)
def test_a_group_runs_where_what_it_needs_is_there(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], expected: set[str]
) -> None:
    monkeypatch.setenv("PATH", NOTHING)
    assert available(environment) == expected


def test_each_group_is_a_marker_that_pytest_knows(pytestconfig: pytest.Config) -> None:
    known = {line.split(":")[0] for line in pytestconfig.getini("markers")}
    assert {group.name for group in groups({})} <= known


def test_markers_are_left_out_by_name() -> None:
    assert chosen(["broker", "browser"]) == ["-m", "not broker and not browser"]
    assert chosen([]) == []


@pytest.mark.parametrize(("required", "status"), [("0", 0), ("1", 1)])
def test_a_group_that_cannot_run_is_named_and_fails_if_all_is_required(
    required: str, status: int
) -> None:
    one_test = "tests/house/test_run.py::test_markers_are_left_out_by_name"
    without = {"TEST_DATABASE_URL", "TEST_BROKER_URL", "CHROMIUM", "DATABASE_URL"}
    kept = {name: value for name, value in os.environ.items() if name not in without}
    done = subprocess.run(
        [sys.executable, "-m", "tests.run", "-p", "no:randomly", one_test],
        cwd=ROOT,
        env={**kept, "PATH": NOTHING, "REQUIRE_ALL": required},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == status, done.stdout
    for group in ("postgres", "broker", "browser"):
        assert f"!!! NOT RUN: the {group} tests. To run them: " in done.stdout
    assert "SQLite: 1 passed in " in done.stdout
