"""A paused shop begins nothing, keeps its place, and says why."""

from __future__ import annotations

from datetime import timedelta

import pytest

from jobqueue import claim as claiming
from jobqueue import database, endings, hints, pauses, repair, runner
from jobqueue.errors import Refused
from jobqueue.models import JobQueueEntry, JobQueuePause, JobQueueTrouble, Status
from jobqueue.reasons import why_not_running
from jobqueue.running import Outcome
from tests.jobqueue.conftest import given_claimed, given_entry, in_the_past, logged, status_of

pytestmark = pytest.mark.django_db
EVERY_DAY = dict.fromkeys(
    ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"], True
)


def why(entry: JobQueueEntry) -> str:
    entry.refresh_from_db()
    return why_not_running(entry, database.clock())


@pytest.mark.parametrize("scope", ["DEMO", ""], ids=["the shop", "all"])
def test_a_due_entry_of_a_paused_shop_is_neither_rung_for_nor_claimed(scope: str) -> None:
    entry = given_entry(shop="DEMO")

    pauses.pause(scope, reason="Stocktaking.")

    assert hints.choose(10) == []
    assert not hints.take(entry.pk)
    assert claiming.claim(entry.pk) is None
    assert claiming.claim_next() is None
    assert (status_of(entry), logged(entry)) == (Status.READY, [])
    assert why(entry).endswith("paused: Stocktaking.")


def test_after_a_resume_it_runs() -> None:
    entry = given_entry(shop="DEMO")
    pauses.pause("DEMO")

    pauses.resume("DEMO")

    assert "paused" not in why(entry)
    assert hints.choose(10) == [entry.pk]
    runner.run_entry(entry.pk)
    assert logged(entry) == ["success"]


def test_other_shops_go_on() -> None:
    given_entry(shop="DEMO")
    other = given_entry(shop="OTHER")

    pauses.pause("DEMO")

    assert hints.choose(10) == [other.pk]
    given_claimed(other)


def test_what_runs_runs_on_and_ends_as_it_would() -> None:
    entry = given_claimed(given_entry(shop="DEMO")).entry

    pauses.pause("DEMO")
    repair.repair()
    endings.succeed(entry, Outcome())

    assert logged(entry) == ["success"]


def test_a_paused_entry_does_not_block_those_behind_it_in_a_lane_they_share() -> None:
    running = given_claimed(given_entry(category="BOTH")).entry
    paused = given_entry(shop="DEMO", category="BOTH")
    behind = given_entry(shop="OTHER", category="BOTH")
    pauses.pause("DEMO")

    endings.succeed(running, Outcome())

    assert (status_of(paused), status_of(behind)) == (Status.WAITING, Status.READY)
    given_claimed(behind)


def test_a_paused_entry_that_is_ready_does_not_keep_its_lane_asleep() -> None:
    running = given_claimed(given_entry(category="BOTH")).entry
    behind = given_entry(shop="OTHER", category="BOTH")
    paused = given_entry(shop="DEMO", category="BOTH")
    JobQueueEntry.objects.filter(pk=paused.pk).update(status=Status.READY)
    JobQueueEntry.objects.filter(pk=running.pk).update(status="on_hold", owner="", lease_until=None)
    pauses.pause("DEMO")

    repair.repair()

    assert (status_of(paused), status_of(behind)) == (Status.READY, Status.READY)
    assert hints.choose(10) == [behind.pk]


def test_a_resume_wakes_what_waited() -> None:
    running = given_claimed(given_entry(category="BOTH")).entry
    entry = given_entry(shop="DEMO", category="BOTH")
    pauses.pause("DEMO")
    endings.succeed(running, Outcome())

    pauses.resume("DEMO")

    assert status_of(entry) == Status.READY
    given_claimed(entry)


def test_a_pause_ends_by_itself_when_its_time_is_over() -> None:
    entry = given_entry(shop="DEMO")
    pauses.pause("DEMO", until=database.clock() + timedelta(hours=1))
    assert claiming.claim(entry.pk) is None
    assert "until" in why(entry)

    JobQueuePause.objects.update(until=in_the_past())
    given_claimed(entry)
    repair.repair()

    assert not JobQueuePause.objects.exists()


def test_all_and_one_shop_are_paused_apart() -> None:
    entry = given_entry(shop="DEMO")
    pauses.pause("DEMO", reason="Moving house.")
    pauses.pause(reason="Upgrade.")

    pauses.resume()

    assert claiming.claim(entry.pk) is None
    assert why(entry) == "Shop DEMO is paused: Moving house."


def test_pausing_again_changes_the_reason() -> None:
    pauses.pause("DEMO", reason="One.")
    pauses.pause("DEMO", reason="Two.")

    assert JobQueuePause.objects.get().reason == "Two."


def test_resuming_what_is_not_paused_is_refused() -> None:
    with pytest.raises(Refused, match="Shop DEMO is not paused"):
        pauses.resume("DEMO")
    with pytest.raises(Refused, match="The queue is not paused"):
        pauses.resume()


def test_a_shop_that_rests_cannot_be_resumed_by_hand() -> None:
    entry = given_entry(shop="DEMO")
    pauses.rest("DEMO", "It is disabled on its card.")

    with pytest.raises(Refused, match="rests: It is disabled"):
        pauses.resume("DEMO")

    assert claiming.claim(entry.pk) is None
    assert why(entry) == "Shop DEMO rests: It is disabled on its card."


def test_the_end_of_a_rest_leaves_a_persons_pause() -> None:
    entry = given_entry(shop="DEMO")
    pauses.pause("DEMO")
    pauses.rest("DEMO", "Disabled.")

    pauses.end_rest("DEMO")

    assert claiming.claim(entry.pk) is None
    assert why(entry) == "Shop DEMO is paused: Paused."


def test_what_a_schedule_missed_becomes_one_run_at_the_next_opening() -> None:
    now = database.clock()
    opens = (now + timedelta(hours=2)).time().replace(second=0, microsecond=0)
    closes = (now + timedelta(hours=3)).time().replace(second=0, microsecond=0)
    in_hours = given_entry(
        shop="DEMO", **EVERY_DAY, starting_time=opens, ending_time=closes, minutes_between_runs=5
    )
    always = given_entry(shop="DEMO", **EVERY_DAY, minutes_between_runs=60)
    pauses.rest("DEMO", "Disabled.")
    JobQueueEntry.objects.update(earliest_start=now - timedelta(days=3))

    pauses.end_rest("DEMO")

    in_hours.refresh_from_db()
    assert now < in_hours.earliest_start <= now + timedelta(hours=2)
    always.refresh_from_db()
    assert now <= always.earliest_start <= database.clock()
    assert JobQueueTrouble.objects.count() == 0
    runner.run_entry(always.pk)
    assert logged(always) == ["success"]
