"""A run that somebody breaks off in a terminal is put away at once, not only by the housekeeper."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import NoReturn

import pytest

from jobqueue import breaking_off, runner
from jobqueue.models import JobQueueEntry, JobQueueLogEntry, Status
from jobqueue.running import Outcome, RunningJob
from tests.jobqueue import kinds
from tests.jobqueue.conftest import given_entry, given_handler, logged
from tests.jobqueue.test_worker_process import RECOVERY, given_a_long_entry, lines
from tests.workers import ROOT, environment, wait_for

# `manage.py` with the kinds of the tests.
MANAGE = """import sys, django
django.setup()
import tests.jobqueue.kinds
from django.core.management import execute_from_command_line
execute_from_command_line(["manage.py", *sys.argv[1:]])"""


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=lambda n: n.name)
def test_a14_a_signal_to_the_command_leaves_no_copy(number: signal.Signals, tmp_path: Path) -> None:
    entry, oracle = given_a_long_entry(tmp_path, seconds=600)
    command = [sys.executable, "-c", MANAGE, "jobqueue", "once", str(entry.pk)]
    with subprocess.Popen(
        command, cwd=ROOT, env=environment(tmp_path), stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            wait_for(lambda: lines(oracle, "start"), RECOVERY)
            process.send_signal(number)
            _out, said = process.communicate(timeout=RECOVERY)
        finally:
            process.kill()

    assert (process.returncode, said) == (128 + number, "Cancelled.\n")
    assert JobQueueEntry.objects.get() == entry
    run = JobQueueLogEntry.objects.get()
    assert (run.status, run.message, run.kind) == ("cancelled", "Cancelled.", kinds.SIGN.name)


@pytest.mark.django_db
def test_an_entry_whose_run_is_broken_off_goes_back_in_line_uncounted() -> None:
    def handler(job: RunningJob) -> NoReturn:
        job.progress(counts={"read": 3})
        raise KeyboardInterrupt

    given_handler(handler)
    entry = given_entry(lock_key="DEMO/orders", category="X")

    with pytest.raises(KeyboardInterrupt):
        runner.run_entry(entry.pk)

    entry.refresh_from_db()
    assert (entry.status, entry.attempts, logged(entry)) == (Status.READY, 0, ["interrupted"])
    assert JobQueueLogEntry.objects.get().counts == {"read": 3}


@pytest.mark.django_db
def test_a_run_that_is_broken_off_after_its_end_was_written_stays_as_it_ended(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    written = runner._leave

    def interrupted(*given: object) -> NoReturn:
        written(*given)  # type: ignore[arg-type]
        raise KeyboardInterrupt

    monkeypatch.setattr(runner, "_leave", interrupted)
    given_handler(lambda _job: Outcome({"read": 3}))
    entry = given_entry()

    with pytest.raises(KeyboardInterrupt):
        runner.run_entry(entry.pk)

    entry.refresh_from_db()
    assert (entry.status, logged(entry)) == (Status.FINISHED, ["success"])


def test_a_second_signal_does_not_disturb_the_putting_away() -> None:
    before = [signal.getsignal(number) for number in breaking_off.SIGNALS]
    put_away = []

    def work() -> None:
        try:
            os.kill(os.getpid(), signal.SIGTERM)
        finally:
            os.kill(os.getpid(), signal.SIGHUP)
            put_away.append(True)

    with pytest.raises(breaking_off.BrokenOff) as caught, breaking_off.by_signals():
        work()

    assert (caught.value.status, put_away) == (143, [True])
    assert [signal.getsignal(number) for number in breaking_off.SIGNALS] == before
