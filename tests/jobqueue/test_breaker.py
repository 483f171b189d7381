"""A shop that keeps failing is left alone, then tried by one entry."""

from __future__ import annotations

from datetime import timedelta
from typing import NoReturn

import pytest

from jobqueue import claim as claiming
from jobqueue import database, endings, hints, pauses, repair, runner
from jobqueue.errors import Retry, Snooze
from jobqueue.models import JobQueueEntry, JobQueuePause, JobQueueTrouble, Status
from jobqueue.reasons import why_not_running
from jobqueue.running import Outcome, RunningJob
from tests.jobqueue.conftest import (
    given_claimed,
    given_entry,
    given_handler,
    in_the_past,
    logged,
    status_of,
)

pytestmark = pytest.mark.django_db


def away(_job: RunningJob) -> NoReturn:
    raise Retry("Shopify answered 503.", about_shop=True)


def given_ten_of_a_shop_that_is_away() -> list[JobQueueEntry]:
    given_handler(away)
    return [given_entry(shop="DEMO") for _ in range(10)]


def given_an_open_breaker() -> list[JobQueueEntry]:
    """Ten entries, five of them have failed."""
    entries = given_ten_of_a_shop_that_is_away()
    for entry in entries:
        runner.run_entry(entry.pk)
    return entries


def when_the_pause_is_over() -> None:
    JobQueuePause.objects.update(until=in_the_past())


def test_d8_five_failures_in_a_row_pause_the_shop_and_the_others_keep_their_place() -> None:
    other = given_entry(shop="OTHER")
    entries = given_ten_of_a_shop_that_is_away()

    for entry in entries:
        runner.run_entry(entry.pk)

    assert [logged(entry) for entry in entries] == [["error"]] * 5 + [[]] * 5
    paused = JobQueuePause.objects.get()
    assert (paused.shop, paused.made_by) == ("DEMO", "breaker")
    assert paused.until is not None
    wait = paused.until - database.clock()
    assert timedelta(minutes=14) < wait <= timedelta(minutes=15)
    last = entries[-1]
    last.refresh_from_db()
    assert (last.status, last.attempts) == (Status.READY, 0)
    why = why_not_running(last, database.clock())
    assert why.startswith("Shop DEMO is paused until ")
    assert why.endswith("5 runs in a row failed. The last one: Shopify answered 503.")
    assert hints.choose(20) == [other.pk]


def test_a_success_between_starts_the_count_anew() -> None:
    entries = given_ten_of_a_shop_that_is_away()
    for entry in entries[:4]:
        runner.run_entry(entry.pk)
    given_handler(lambda _job: Outcome())
    runner.run_entry(entries[4].pk)

    given_handler(away)
    for entry in entries[5:9]:
        runner.run_entry(entry.pk)

    assert not JobQueuePause.objects.exists()
    assert JobQueueTrouble.objects.get().failures == 4


def test_other_failures_are_not_the_shops() -> None:
    given_handler(lambda _job: Outcome({"a": 1 // 0}))
    for _number in range(6):
        runner.run_entry(given_entry(shop="DEMO").pk)

    given_handler(away)
    for _number in range(6):
        runner.run_entry(given_entry().pk)

    assert not JobQueuePause.objects.exists()
    assert not JobQueueTrouble.objects.exists()


def test_d8_after_the_pause_one_entry_probes_and_the_others_wait() -> None:
    entries = given_an_open_breaker()
    when_the_pause_is_over()
    repair.repair()
    assert claiming.claim_next() is None, "only what is rung for probes"

    probe = given_claimed(entries[5])

    assert [claiming.claim(entry.pk) for entry in entries[6:]] == [None] * 4
    paused = JobQueuePause.objects.get()
    assert paused.probe == probe.entry.pk
    why = why_not_running(entries[6], database.clock())
    assert "5 runs in a row failed" in why


def test_d8_a_probe_that_succeeds_closes_the_breaker_and_the_others_are_rung_for() -> None:
    entries = given_an_open_breaker()
    when_the_pause_is_over()
    assert set(hints.choose(20)) == {entry.pk for entry in entries[5:]}
    probe = given_claimed(entries[5]).entry

    endings.succeed(probe, Outcome())

    assert not JobQueuePause.objects.exists()
    assert not JobQueueTrouble.objects.exists()
    assert set(hints.choose(20)) == {entry.pk for entry in entries[6:]}
    given_claimed(entries[6])


def test_a_probe_that_fails_opens_it_again() -> None:
    entries = given_an_open_breaker()
    when_the_pause_is_over()

    runner.run_entry(entries[5].pk)

    assert logged(entries[5]) == ["error"]
    assert claiming.claim(entries[6].pk) is None
    paused = JobQueuePause.objects.get()
    assert paused.until is not None
    assert paused.until > database.clock() + timedelta(minutes=14)
    assert paused.reason.startswith("6 runs in a row failed")


@pytest.mark.parametrize("error", [Snooze(timedelta(hours=1)), ZeroDivisionError("a bug")])
def test_a_probe_that_tells_nothing_lets_the_next_one_try(error: Exception) -> None:
    entries = given_an_open_breaker()
    when_the_pause_is_over()

    def handler(_job: RunningJob) -> Outcome:
        raise error

    given_handler(handler)
    runner.run_entry(entries[5].pk)

    assert given_claimed(entries[6]).entry.pk == JobQueuePause.objects.get().probe


def test_a_probe_whose_worker_dies_does_not_close_the_shop_for_ever() -> None:
    entries = given_an_open_breaker()
    when_the_pause_is_over()
    given_claimed(entries[5])
    JobQueueEntry.objects.running().update(lease_until=in_the_past())

    repair.repair()

    assert status_of(entries[5]) == Status.READY
    given_claimed(entries[5])


def test_a_person_may_resume_at_once_and_the_count_starts_anew() -> None:
    entries = given_an_open_breaker()

    pauses.resume("DEMO")
    runner.run_entry(entries[5].pk)

    assert logged(entries[5]) == ["error"]
    assert JobQueueTrouble.objects.get().failures == 1
    assert not JobQueuePause.objects.exists()
