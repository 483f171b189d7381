"""The process: opens, says where, ends when told, and refuses bad files with a sentence."""

from __future__ import annotations

import http.client
import json
import subprocess
import sys
from pathlib import Path

from .conftest import ROOT

COMMAND = [sys.executable, "-m", "sandbox"]


def test_it_says_where_it_is_and_ends_on_a_signal() -> None:
    command = [*COMMAND, "--port", "0", "--seed", "demo", "--token", "secret"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line.startswith("Sandbox Shopify on http://127.0.0.1:")
        connection = http.client.HTTPConnection("127.0.0.1", int(line.rsplit(":", 1)[1]))
        connection.request("GET", "/__sandbox/health")
        assert json.loads(connection.getresponse().read()) == {"ok": True}
        connection.request("POST", "/admin/api/2026-10/graphql.json", "{}")
        answer = connection.getresponse()
        assert (answer.status, answer.read()[:12]) == (401, b'{"errors":"[')
        connection.close()
        process.terminate()
        assert process.wait(timeout=5) == 0


def test_a_bad_file_ends_it_with_status_2_and_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "missing.csv"
    result = subprocess.run(
        [*COMMAND, "--orders", str(path)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert result.returncode == 2
    assert result.stderr == f"{path}: cannot be read (No such file or directory).\n"
    assert result.stdout == ""
