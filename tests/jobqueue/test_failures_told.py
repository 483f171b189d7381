"""D9: each failing run is told once, with whether it is tried again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from jobqueue import endings, repair, runner, signals
from jobqueue.endings import Failure
from jobqueue.errors import Cancelled, Halt, Retry, Snooze
from jobqueue.models import JobQueueEntry
from jobqueue.running import Outcome, RunningJob
from tests.jobqueue.conftest import given_claimed, given_entry, given_handler, in_the_past, logged

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def told() -> Iterator[list[dict[str, Any]]]:
    """What a listener hears."""
    heard: list[dict[str, Any]] = []

    def listen(sender: type, **news: Any) -> None:
        assert sender is JobQueueEntry
        heard.append({key: value for key, value in news.items() if key != "signal"})

    signals.run_failed.connect(listen)
    yield heard
    signals.run_failed.disconnect(listen)


def given_failing(*errors: Exception) -> None:
    left = list(errors)

    def handler(_job: RunningJob) -> Outcome:
        if left:
            raise left.pop(0)
        return Outcome()

    given_handler(handler)


def run(entry: JobQueueEntry) -> None:
    JobQueueEntry.objects.filter(pk=entry.pk).update(earliest_start=in_the_past())
    runner.run_entry(entry.pk)


def test_d9_every_failing_run_is_told_once_and_whether_it_is_tried_again(
    told: list[dict[str, Any]],
) -> None:
    given_failing(Retry("away"), Retry("still away"))
    entry = given_entry(shop="DEMO", max_attempts=1)

    run(entry)
    run(entry)

    common = {"entry_id": entry.pk, "kind": "test-work", "shop": "DEMO"}
    assert told == [
        {**common, "fence": 1, "message": "away", "will_retry": True},
        {**common, "fence": 2, "message": "still away", "will_retry": False},
    ]
    assert logged(entry) == ["error", "error"]


def test_d9_a_recurring_entry_that_fails_runs_again(told: list[dict[str, Any]]) -> None:
    given_failing(Halt("no"))

    run(given_entry(date_formula="1D"))

    assert [(news["message"], news["will_retry"]) for news in told] == [("no", True)]


def test_d9_a_run_that_was_taken_over_is_told_once(told: list[dict[str, Any]]) -> None:
    given_claimed(given_entry())
    JobQueueEntry.objects.update(lease_until=in_the_past(), node="elsewhere")

    repair.repair()
    repair.repair()

    assert [news["message"] for news in told] == ["The worker fell silent during the run."]


@pytest.mark.parametrize("ending", [Cancelled("x"), Snooze(timedelta(hours=1), "later")])
def test_what_does_not_fail_is_not_told(ending: Exception, told: list[dict[str, Any]]) -> None:
    given_failing(ending)

    run(given_entry())

    assert told == []


def test_nothing_is_told_before_it_is_committed(told: list[dict[str, Any]]) -> None:
    entry = given_claimed(given_entry()).entry

    with transaction.atomic():
        endings.fail(entry, Failure("away"))
        assert told == []

    assert len(told) == 1


def test_a_listener_that_raises_disturbs_nobody(
    told: list[dict[str, Any]], caplog: pytest.LogCaptureFixture
) -> None:
    def break_down(**_news: Any) -> None:
        raise ZeroDivisionError

    given_failing(Halt("no"))
    entry = given_entry()
    signals.run_failed.connect(break_down)
    try:
        run(entry)
    finally:
        signals.run_failed.disconnect(break_down)

    assert (len(told), logged(entry)) == (1, ["error"])
    assert "break_down" in caplog.text
