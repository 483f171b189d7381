"""Children start, answer, are watched, and never outlive the command that started them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from connector.management.processes import Child, ChildEnded, Processes
from connector.management.signals import EndRequested, end_requests, undisturbed

ROOT = Path(__file__).resolve().parents[2]
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells of a parent's death")


@pytest.fixture
def given_processes(tmp_path: Path) -> Iterator[Processes]:
    with Processes(tmp_path / "log", ROOT) as processes:
        yield processes


def python(name: str, code: str, answers: Callable[[], bool] = lambda: True) -> Child:
    return Child(name, [sys.executable, "-c", code], answers)


def alive(pid: int) -> bool:
    """Whether the process runs; one that ended and waits to be reaped does not."""
    status = Path(f"/proc/{pid}/stat")
    return status.exists() and status.read_text().rsplit(")", 1)[1].split()[0] != "Z"


def wait_until(true: Callable[[], bool], seconds: float = 10.0) -> bool:
    until = time.monotonic() + seconds
    while not true() and time.monotonic() < until:
        time.sleep(0.02)
    return true()


def pid_in(path: Path) -> int:
    assert wait_until(lambda: path.exists() and path.read_text().endswith("\n"))
    return int(path.read_text())


def told_pid(path: Path) -> str:
    return f"import os; open({str(path)!r}, 'w').write(f'{{os.getpid()}}\\n')"


SLEEP = "; import time; time.sleep(60)"


def test_waiting_returns_when_the_child_answers(given_processes: Processes, tmp_path: Path) -> None:
    ready = tmp_path / "ready"
    code = f"import time; time.sleep(.2); open({str(ready)!r}, 'w'); time.sleep(60)"
    child = python("slow", code, ready.exists)
    given_processes.start(child)
    given_processes.wait_for(child)
    assert ready.exists()
    given_processes.check()


def test_a_child_that_ends_is_told_with_the_end_of_its_log(given_processes: Processes) -> None:
    child = python("bad", "print('no such table'); raise SystemExit(3)", lambda: False)
    given_processes.start(child)
    with pytest.raises(ChildEnded, match=r"(?s)'bad' has ended with status 3.*no such table"):
        given_processes.wait_for(child)


def test_a_child_that_never_answers_is_told(given_processes: Processes) -> None:
    child = python("mute", "import time; time.sleep(60)", lambda: False)
    given_processes.start(child)
    with pytest.raises(ChildEnded, match=r"(?s)'mute' has not answered for 0 s.*it wrote nothing"):
        given_processes.wait_for(child, seconds=0.3)


def test_the_log_of_the_last_start_is_kept(given_processes: Processes, tmp_path: Path) -> None:
    for word in ("first", "second"):
        child = python("one", f"print({word!r})", lambda: False)
        given_processes.start(child)
        with pytest.raises(ChildEnded):
            given_processes.wait_for(child)
    assert (tmp_path / "log" / "one.log").read_text() == "second\n"
    assert (tmp_path / "log" / "one.log.1").read_text() == "first\n"


def test_stopping_ends_children_that_obey_and_kills_those_that_do_not(
    given_processes: Processes, tmp_path: Path
) -> None:
    stubborn = "; import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)"
    pids = []
    for name, extra in (("good", ""), ("stubborn", stubborn)):
        path = tmp_path / name
        code = told_pid(path).replace("import os", f"import os{extra}", 1) + SLEEP
        given_processes.start(python(name, code))
        pids.append(pid_in(path))
    assert all(map(alive, pids))
    given_processes.stop(grace=1)
    assert not any(map(alive, pids))


@LINUX
def test_children_end_when_their_starter_is_killed(tmp_path: Path) -> None:
    path = tmp_path / "child"
    code = f"""
import sys, time
from pathlib import Path
from connector.management.processes import Child, Processes
with Processes(Path({str(tmp_path / "log")!r}), Path({str(ROOT)!r})) as processes:
    processes.start(Child("c", [sys.executable, "-c", {told_pid(path) + SLEEP!r}], lambda: True))
    time.sleep(60)
"""
    with subprocess.Popen([sys.executable, "-c", code], cwd=ROOT) as starter:
        child = pid_in(path)
        assert alive(child)
        starter.kill()
    assert wait_until(lambda: not alive(child))


@LINUX
def test_a_child_whose_starter_is_gone_already_does_not_begin(tmp_path: Path) -> None:
    path = tmp_path / "child"
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    leash = [sys.executable, "-m", "connector.management.leash", str(gone.pid)]
    ended = subprocess.run(
        [*leash, sys.executable, "-c", told_pid(path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 1
    assert "is gone" in ended.stderr
    assert not path.exists()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_request_to_end_is_raised_once_and_not_while_putting_away(number: signal.Signals) -> None:
    before = signal.getsignal(number)
    with end_requests():
        with undisturbed():
            os.kill(os.getpid(), number)
        with pytest.raises(EndRequested):
            os.kill(os.getpid(), number)
    assert signal.getsignal(number) is before
