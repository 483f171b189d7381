"""Removing entries: those that failed, and one under its run."""

from __future__ import annotations

import json
from datetime import timedelta
from io import StringIO

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command

from jobqueue import database, retention, runner, transitions
from jobqueue.models import JobQueueEntry, JobQueueLogEntry, LogStatus, Status
from jobqueue.running import Outcome, RunningJob
from tests.jobqueue.conftest import given_claimed, given_entry, given_handler

pytestmark = pytest.mark.django_db


def given_failed(*, seconds_ago: float, **values: object) -> JobQueueEntry:
    entry = given_entry(**values)
    ended = database.clock() - timedelta(seconds=seconds_ago)
    JobQueueEntry.objects.filter(pk=entry.pk).update(status=Status.ERROR)
    JobQueueLogEntry.objects.create(
        entry=entry, fence=1, kind="k", status=LogStatus.ERROR, started=ended, ended=ended
    )
    return entry


def left() -> list[JobQueueEntry]:
    return list(JobQueueEntry.objects.order_by("pk"))


def test_a16_only_what_failed_long_enough_ago_and_does_not_recur_is_removed() -> None:
    recent = given_failed(seconds_ago=20)
    given_failed(seconds_ago=40)
    recurring = given_failed(seconds_ago=40, monday=True)
    held = given_entry()
    transitions.hold(held.pk)

    assert transitions.remove_failed() == 1

    assert left() == [recent, recurring, held]
    assert JobQueueLogEntry.objects.count() == 3, "the log stays"


def test_a16_one_that_failed_again_just_now_stays() -> None:
    entry = given_failed(seconds_ago=40)
    now = database.clock()
    JobQueueLogEntry.objects.create(
        entry=entry, fence=2, kind="k", status=LogStatus.ERROR, started=now, ended=now
    )

    assert transitions.remove_failed() == 0


def test_a16_a_person_may_remove_their_own_alone() -> None:
    kari = User.objects.create(username="kari")
    given_failed(seconds_ago=40, owner_id=kari.pk)
    other = given_failed(seconds_ago=40)

    assert transitions.remove_failed(of_id=kari.pk) == 1

    assert left() == [other]


def test_a16_the_command_says_the_threshold_that_counts(
    capsys: pytest.CaptureFixture[str],
) -> None:
    given_failed(seconds_ago=40)
    out = StringIO()

    call_command("jobqueue", "remove-failed", "--json", stdout=out)
    with pytest.raises(SystemExit):
        call_command("jobqueue", "--help")

    assert json.loads(out.getvalue()) == [{"removed": 1}]
    assert "failed over 30 s ago" in " ".join(capsys.readouterr().out.split())


def test_a19_an_entry_removed_under_its_run_leaves_the_runs_row() -> None:
    def handler(_job: RunningJob) -> Outcome:
        JobQueueEntry.objects.all().delete()
        return Outcome({"read": 3}, issues=1)

    given_handler(handler)

    runner.run_entry(given_entry().pk)

    run = JobQueueLogEntry.objects.get()
    assert (run.entry, run.status, run.counts) == (None, LogStatus.ISSUES, {"read": 3})
    assert run.ended is not None


def test_a19_a_run_that_notices_it_stops() -> None:
    def handler(job: RunningJob) -> Outcome:
        JobQueueEntry.objects.all().delete()
        with job.transaction():
            raise AssertionError("never reached")

    given_handler(handler)

    runner.run_entry(given_entry().pk)

    run = JobQueueLogEntry.objects.get()
    assert (run.status, run.error_message) == (
        LogStatus.ERROR, "The entry was removed during its run.",
    )  # fmt: skip


def test_a19_housekeeping_closes_the_row_of_a_run_that_could_not() -> None:
    given_claimed(given_entry())
    running = given_claimed(given_entry())
    JobQueueEntry.objects.exclude(pk=running.entry.pk).delete()
    retention.clean()
    assert set(JobQueueLogEntry.objects.values_list("status", flat=True)) == {"in_process"}

    JobQueueLogEntry.objects.update(started=database.clock() - timedelta(minutes=11))
    retention.clean()

    statuses = JobQueueLogEntry.objects.order_by("pk").values_list("status", flat=True)
    assert list(statuses) == ["error", "in_process"]
