"""Beat's ticks: what an administrator changed stays, what was deleted comes back, two do no harm."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django_celery_beat.models import CrontabSchedule, IntervalSchedule, PeriodicTask
from django_celery_beat.schedulers import DatabaseScheduler

from connector.celery import app
from jobqueue import hints, tasks, ticks
from jobqueue.models import JobQueueEntry, JobQueueLogEntry, Status
from tests.jobqueue.conftest import at_once, given_claimed, given_entry, in_the_past

OURS = ["jobqueue.housekeeping", "jobqueue.tick"]


@pytest.fixture
def installed(db: None) -> None:
    ticks.install()


def schedules() -> dict[str, tuple[Any, ...]]:
    rows = PeriodicTask.objects.filter(name__startswith="jobqueue.")
    columns = ("name", "enabled", "interval__every", "interval__period", "crontab__hour")
    return {name: tuple(rest) for name, *rest in rows.values_list(*columns)}


def test_installing_the_ticks_twice_leaves_one_of_each(installed: None) -> None:
    ticks.install()

    assert schedules() == {
        "jobqueue.housekeeping": (True, 1, "hours", None),
        "jobqueue.tick": (True, 5, "seconds", None),
    }


def test_what_an_administrator_changed_outlives_an_upgrade(installed: None) -> None:
    nightly = CrontabSchedule.objects.create(hour="3", minute="0")
    PeriodicTask.objects.filter(name="jobqueue.housekeeping").update(interval=None, crontab=nightly)
    slow = IntervalSchedule.objects.create(every=20, period=IntervalSchedule.SECONDS)
    PeriodicTask.objects.filter(name="jobqueue.tick").update(interval=slow, enabled=False)

    ticks.install()

    assert schedules() == {
        "jobqueue.housekeeping": (True, None, None, "3"),
        "jobqueue.tick": (False, 20, "seconds", None),
    }


@pytest.mark.parametrize("deleted", [PeriodicTask, IntervalSchedule])
def test_a_tick_that_was_deleted_comes_back(deleted: type[Any], installed: None) -> None:
    deleted.objects.all().delete()
    assert not PeriodicTask.objects.exists()

    ticks.install()

    assert sorted(schedules()) == OURS


def test_every_tick_says_what_it_is_for() -> None:
    assert all(str(tick.purpose) for tick in ticks.registered().values())
    app.loader.import_default_modules()  # as a worker does when it starts
    assert set(ticks.registered()) <= set(app.tasks)


@pytest.fixture
def rung(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The entries for which messages went out."""
    sent: list[int] = []

    def publish(entry_id: int) -> bool:
        sent.append(entry_id)
        return True

    monkeypatch.setattr(tasks, "publish", publish)
    return sent


Beat = Callable[[], None]


@pytest.fixture
def given_beat(
    transactional_db: None, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[], Beat]]:
    """Beats as the product has them, each with the whole schedule due; they hand over at once."""
    settings.QUEUE_EMBEDDED = False
    app.loader.import_default_modules()
    app.conf.task_always_eager = True
    monkeypatch.setattr("django_celery_beat.schedulers.Finalize", lambda *_a, **_k: None)
    ticks.install()

    def given_beat() -> Beat:
        PeriodicTask.objects.update(last_run_at=in_the_past(120))
        scheduler = DatabaseScheduler(app=app, lazy=False)

        def once() -> None:
            for _task in scheduler.schedule:
                scheduler.tick()

        return once

    yield given_beat
    app.conf.task_always_eager = False
    PeriodicTask.objects.all().delete()


def test_beat_sweeps_and_rings_for_schedules_that_are_due(
    given_beat: Callable[[], Beat], rung: list[int]
) -> None:
    due = given_entry(monday=True, minutes_between_runs=5)
    JobQueueEntry.objects.update(earliest_start=in_the_past(5))
    dead = given_claimed(given_entry(lock_key="other")).entry
    JobQueueEntry.objects.filter(pk=dead.pk).update(owner="4711-gone")
    hints.drop_all()
    rung.clear()

    given_beat()()

    assert sorted(rung) == [due.pk, dead.pk]
    dead.refresh_from_db()
    assert dead.status == Status.READY


def test_two_beats_at_once_do_no_harm(given_beat: Callable[[], Beat], rung: list[int]) -> None:
    entries = [given_entry(lock_key=f"shop/{number}") for number in range(12)]
    hints.drop_all()
    rung.clear()

    said = at_once(given_beat(), given_beat())

    assert said == [None, None]
    assert set(rung) == {entry.pk for entry in entries}
    for pk in [*rung, *rung]:  # a message that comes twice finds nothing to run
        tasks.run(pk)
    ran = JobQueueLogEntry.objects.filter(status="success").values_list("entry", flat=True)
    assert sorted(ran) == [entry.pk for entry in entries]
