"""The demo as a person starts it: real processes, one command, and again on the same data."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]


def demo(folder: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    return subprocess.run(
        [sys.executable, "manage.py", "demo", *words],
        cwd=ROOT,
        env={**kept, "DATA_DIR": str(folder), **environment},
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )


def story(done: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    assert done.returncode == 0, done.stdout + done.stderr
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    assert told["faults"] == []
    numbers: dict[str, Any] = told["story"]
    return numbers


def test_the_main_job_is_done_once_and_nothing_is_new_the_second_time(tmp_path: Path) -> None:
    # a broker found by chance takes no part: nobody listens at this one
    first = demo(tmp_path, "--exit", "--json", BROKER_URL="redis://127.0.0.1:1/0")
    numbers = story(first)
    assert numbers["imported"] > 40
    assert numbers["processed"] + numbers["unprocessed"] == numbers["imported"]
    assert numbers["shipped"] == numbers["fulfilled"] > 0
    assert numbers["invoiced"] == numbers["processed"]
    assert all(why for _, _, why in numbers["left"])

    again = demo(tmp_path, "--exit", "--json")
    assert story(again) == numbers
    for step in ("296 Batch post sales orders", "30109 Sync shipments to Shopify"):
        assert f"✓ {step}: nothing to do" in again.stdout
    for log in (tmp_path / "log").iterdir():
        assert "Traceback" not in log.read_text(encoding="utf-8"), log


@pytest.mark.parametrize("port", ["web", "70000"])
def test_a_port_that_is_none_is_refused_before_anything_is_made(tmp_path: Path, port: str) -> None:
    refused = demo(tmp_path, "--exit", PORT=port)
    assert refused.returncode == 2
    assert f"PORT={port}: write a port number" in refused.stderr
    assert not (tmp_path / "shopkontor.sqlite3").exists()
