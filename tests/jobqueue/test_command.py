"""The queue at the command line."""

from __future__ import annotations

import json
from datetime import UTC, datetime, time, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django_celery_beat.models import PeriodicTask

from jobqueue import database, runner
from jobqueue.models import JobQueueEntry, Status
from tests.jobqueue.conftest import given_claimed, given_entry, status_of

pytestmark = pytest.mark.django_db


def jobqueue(*words: object) -> Any:
    """What the command answers, parsed from its one line of JSON."""
    out = StringIO()
    call_command("jobqueue", *map(str, words), "--json", stdout=out)
    return json.loads(out.getvalue())


def test_list_shows_what_matches() -> None:
    demo = given_entry(shop="DEMO")
    given_entry(shop="OTHER")

    [row] = jobqueue("list", "--shop", "DEMO", "--status", "ready")

    assert (row["entry"], row["status"], row["shop"]) == (demo.pk, "ready", "DEMO")


def test_show_tells_of_the_runs() -> None:
    entry = given_entry(parameters={"a": 1})
    runner.run_entry(entry.pk)

    [row] = jobqueue("show", entry.pk)

    assert (row["status"], row["parameters"]) == ("finished", {"a": 1})
    assert [(run["run"], run["status"]) for run in row["runs"]] == [(1, "success")]


def test_the_moves_move() -> None:
    entry = given_entry()

    states = [jobqueue(move, entry.pk)[0]["status"] for move in ("hold", "ready", "cancel")]

    assert states == [Status.ON_HOLD, Status.READY, Status.ON_HOLD]
    assert jobqueue("restart", entry.pk)[0]["status"] == Status.READY


def test_a_refusal_says_why_and_fails() -> None:
    entry = given_entry()
    given_claimed(entry)

    with pytest.raises(CommandError, match="Cancel it first"):
        jobqueue("restart", entry.pk)

    assert status_of(entry) == Status.IN_PROCESS


def test_an_entry_that_is_not_there_fails() -> None:
    with pytest.raises(CommandError, match="There is no entry 4711"):
        jobqueue("show", 4711)


def test_schedule_prints_the_next_starts_in_the_entrys_zone() -> None:
    start = database.clock() + timedelta(days=1)
    entry = given_entry(
        monday=True, minutes_between_runs=1440, zone="Europe/Oslo", earliest_start=start
    )

    [row] = jobqueue("schedule", entry.pk, "--count", "3")

    assert (row["entry"], row["missed"]) == (entry.pk, 0)
    assert row["words"] == "Once a day on Mondays, Europe/Oslo time"
    assert len(row["starts"]) == len(set(row["starts"])) == 3
    assert row["starts"] == sorted(row["starts"])
    assert all(text.endswith(("+01:00", "+02:00")) for text in row["starts"])


def test_schedule_says_it_to_people_too() -> None:
    start = datetime(2099, 2, 10, 19, tzinfo=UTC)
    entry = given_entry(
        date_formula="cm", starting_time=time(20), zone="Europe/Oslo", earliest_start=start
    )
    out = StringIO()

    call_command("jobqueue", "schedule", str(entry.pk), "--count", "2", stdout=out)

    assert out.getvalue().splitlines() == [
        f"{entry.pk}  On the last day of each month at 20:00, Europe/Oslo time",
        "    2099-02-10T20:00:00+01:00",
        "    2099-02-28T20:00:00+01:00",
    ]


def test_schedule_of_what_runs_once_is_its_start() -> None:
    start = datetime(2099, 2, 10, 19, tzinfo=UTC)

    [row] = jobqueue("schedule", given_entry(earliest_start=start).pk)

    assert (row["words"], row["starts"]) == ("Once", ["2099-02-10T19:00:00+00:00"])


def test_schedule_counts_the_starts_that_were_missed() -> None:
    entry = given_entry(monday=True, fixed_grid=True)
    JobQueueEntry.objects.filter(pk=entry.pk).update(
        earliest_start=entry.earliest_start - timedelta(weeks=3)
    )

    [row] = jobqueue("schedule", entry.pk)

    assert row["missed"] in (2, 3)  # 3 if today is a Monday


def test_ticks_are_installed() -> None:
    call_command("jobqueue", "ticks")

    assert PeriodicTask.objects.filter(name__startswith="jobqueue.").count() == 2
