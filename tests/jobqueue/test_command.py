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
from jobqueue.models import JobQueueEntry, JobQueuePause, Status
from tests import factories
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
    assert jobqueue("run", entry.pk)[0]["status"] == Status.READY


def test_a_refusal_says_why_and_fails() -> None:
    entry = given_entry()
    given_claimed(entry)

    with pytest.raises(CommandError, match="Cancel it first"):
        jobqueue("restart", entry.pk)

    assert status_of(entry) == Status.IN_PROCESS


def test_an_entry_that_is_not_there_fails() -> None:
    with pytest.raises(CommandError, match="There is no entry 4711"):
        jobqueue("show", 4711)


def test_a_pause_and_its_end() -> None:
    entry = given_entry(shop="DEMO")

    [paused] = jobqueue("pause", "--shop", "DEMO", "--reason", "Stocktaking.")

    assert (paused["shop"], paused["made_by"]) == ("DEMO", "person")
    assert jobqueue("list")[0]["why"] == "Shop DEMO is paused: Stocktaking."
    assert jobqueue("resume", "--shop", "DEMO") == []
    runner.run_entry(entry.pk)
    assert status_of(entry) == Status.FINISHED


def test_a_resume_without_a_pause_fails() -> None:
    with pytest.raises(CommandError, match="The queue is not paused"):
        jobqueue("resume")


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
    long_ago = entry.earliest_start - timedelta(weeks=3)
    JobQueueEntry.objects.update(earliest_start=long_ago, planned_start=long_ago)

    [row] = jobqueue("schedule", entry.pk)

    assert row["missed"] in (2, 3)  # 3 if today is a Monday


def test_ticks_are_installed() -> None:
    call_command("jobqueue", "ticks")

    assert PeriodicTask.objects.filter(name__startswith="jobqueue.").count() == 2


def test_list_puts_what_is_over_behind_what_is_to_come() -> None:
    now = database.clock()
    finished = factories.make_entry(Status.FINISHED, earliest_start=now - timedelta(days=30))
    failed = factories.make_entry(Status.ERROR, earliest_start=now - timedelta(days=20))
    later = given_entry(earliest_start=now + timedelta(hours=2))
    soon = given_entry(earliest_start=now + timedelta(hours=1))
    given_claimed(running := given_entry())

    rows = jobqueue("list")

    expected = [running, soon, later, failed, finished]
    assert [row["entry"] for row in rows] == [entry.pk for entry in expected]
    assert len(jobqueue("list", "--limit", 1)) == 1


@pytest.mark.parametrize(
    "words",
    [
        ("list", "--limit", "-1"),
        ("list", "--limit", "0"),
        ("list", "--limit", "9" * 30),
        ("schedule", "1", "--count", "0"),
        ("schedule", "1", "--count", "many"),
    ],
)
def test_a_number_that_makes_no_sense_is_refused(words: tuple[str, ...]) -> None:
    with pytest.raises(CommandError, match="write a whole number from 1 to 1"):
        jobqueue(*words)


def test_a_pause_of_a_shop_that_nobody_knows_is_refused() -> None:
    given_entry(shop="DEMO")

    with pytest.raises(CommandError, match=r"There is no shop “TYPO”. Known are: .*DEMO"):
        jobqueue("pause", "--shop", "TYPO")

    assert not JobQueuePause.objects.exists()


def test_a_shop_without_entries_can_be_paused() -> None:
    factories.make_shop("NORDIC")

    [paused] = jobqueue("pause", "--shop", "NORDIC")

    assert paused["shop"] == "NORDIC"


@pytest.mark.parametrize("action", ["ready", "once"])
@pytest.mark.parametrize("form", [[], ["--json"]])
def test_what_was_done_before_a_refusal_is_told(action: str, form: list[str]) -> None:
    entry = given_entry()
    out = StringIO()

    with pytest.raises(CommandError, match="There is no entry 9999"):
        call_command("jobqueue", action, entry.pk, "9999", *form, stdout=out)

    told = out.getvalue()
    assert len(told.splitlines()) == 1
    assert ("ready" if action == "ready" else "success") in told
