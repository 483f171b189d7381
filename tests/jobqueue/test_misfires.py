"""What becomes of planned starts that passed while nothing could run."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from jobqueue import claim, database, endings, pauses
from jobqueue.models import JobQueueEntry, Status
from jobqueue.running import Outcome
from tests.jobqueue.conftest import given_claimed, given_entry

pytestmark = pytest.mark.django_db
DAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]


def given_hourly(ago: timedelta, on_misfire: str = "skip", **values: Any) -> JobQueueEntry:
    """A schedule on the hour whose last planned start lies so long back, to the hour."""
    days = dict.fromkeys(DAYS, True)
    entry = given_entry(
        **days, minutes_between_runs=60, fixed_grid=True, on_misfire=on_misfire, shop="DEMO",
        **values,
    )  # fmt: skip
    planned = (database.clock() - ago).replace(minute=0, second=0, microsecond=0)
    JobQueueEntry.objects.filter(pk=entry.pk).update(earliest_start=planned, planned_start=planned)
    entry.refresh_from_db()
    return entry


def pause_and_resume() -> None:
    pauses.pause("DEMO")
    pauses.resume("DEMO")


def assert_left_out(entry: JobQueueEntry, missed: set[int]) -> None:
    entry.refresh_from_db()
    now = database.clock()
    assert now < entry.earliest_start <= now + timedelta(hours=1)
    assert entry.earliest_start == entry.planned_start
    assert (entry.status, entry.attempts, entry.misfires in missed) == (Status.READY, 0, True)


@pytest.mark.parametrize(("hours", "missed"), [(5, {6, 7}), (0, {1, 2})])
def test_b32_a_start_missed_in_a_pause_is_left_out_where_the_entry_says_so(
    hours: int, missed: set[int]
) -> None:
    entry = given_hourly(timedelta(hours=hours))

    pause_and_resume()

    assert_left_out(entry, missed)
    assert claim.claim(entry.pk) is None


def test_b32_after_an_outage_it_is_left_out_as_well() -> None:
    entry = given_hourly(timedelta(hours=5))

    assert claim.claim(entry.pk) is None

    assert_left_out(entry, {6, 7})


def test_what_is_only_late_runs() -> None:
    entry = given_hourly(timedelta(0))

    given_claimed(entry)


def test_who_waited_for_others_of_the_shop_runs() -> None:
    other = given_claimed(given_entry(shop="DEMO"))
    entry = given_hourly(timedelta(hours=5))
    other_log = other.entry.log_entries
    other_log.update(started=entry.planned - timedelta(minutes=5))
    endings.succeed(other.entry, Outcome())

    given_claimed(entry)


def test_a_retry_is_no_start() -> None:
    entry = given_hourly(timedelta(hours=5))
    JobQueueEntry.objects.update(attempts=1)

    pause_and_resume()

    assert given_claimed(entry).entry.attempts == 1


def test_what_is_to_be_made_up_for_runs_at_once() -> None:
    entry = given_hourly(timedelta(hours=5), on_misfire="run")

    pause_and_resume()

    given_claimed(entry)
