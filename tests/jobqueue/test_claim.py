"""One entry, one worker; one lane, so many at once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError

from jobqueue import claim as claiming
from jobqueue import database, endings, owners
from jobqueue.models import JobQueueCategory, JobQueueEntry, JobQueueLogEntry, Status
from jobqueue.running import Outcome
from tests.jobqueue.conftest import (
    KIND,
    at_once,
    given_claimed,
    given_entry,
    in_the_past,
    logged,
    status_of,
)


@pytest.mark.django_db
def test_a_claimed_entry_is_owned_leased_and_logged() -> None:
    entry = given_entry(shop="DEMO", parameters={"a": 1})

    claimed = given_claimed(entry)

    entry.refresh_from_db()
    assert (entry.status, entry.fence, entry.owner) == (Status.IN_PROCESS, 1, owners.me())
    assert entry.lease_until is not None
    assert entry.lease_until > database.clock()
    log = JobQueueLogEntry.objects.get()
    assert (log.pk, log.entry_id, log.fence) == (claimed.log_id, entry.pk, 1)
    assert (log.status, log.parameters, log.shop) == ("in_process", {"a": 1}, "DEMO")


@pytest.mark.django_db
def test_an_entry_in_process_cannot_be_claimed_again() -> None:
    entry = given_entry()
    given_claimed(entry)

    assert claiming.claim(entry.pk) is None
    assert logged(entry) == ["in_process"]


@pytest.mark.django_db
def test_an_entry_is_not_claimed_before_its_earliest_start() -> None:
    entry = given_entry(earliest_start=database.clock() + timedelta(minutes=1))

    assert claiming.claim(entry.pk) is None
    assert status_of(entry) == Status.READY


@pytest.mark.django_db(transaction=True)
def test_c11_of_eight_workers_that_claim_one_entry_exactly_one_gets_it() -> None:
    for _round in range(5):
        entry = given_entry()

        claims = at_once(*[lambda pk=entry.pk: claiming.claim(pk)] * 8)

        assert sum(found is not None for found in claims) == 1, claims
        assert logged(entry) == ["in_process"]


@pytest.mark.django_db(transaction=True)
def test_of_eight_entries_of_one_category_exactly_one_runs() -> None:
    entries = [given_entry(category="SHPFY") for _ in range(8)]
    JobQueueEntry.objects.update(status=Status.READY)

    claims = at_once(*[lambda pk=entry.pk: claiming.claim(pk) for entry in entries])

    assert sum(found is not None for found in claims) == 1, claims
    states = sorted(JobQueueEntry.objects.values_list("status", flat=True))
    assert states == ["in_process"] + ["waiting"] * 7


@pytest.mark.django_db(transaction=True)
def test_c16_a_category_with_limit_three_runs_exactly_three_of_eight() -> None:
    JobQueueCategory.objects.create(code="WIDE", limit=3)
    entries = [given_entry(category="WIDE") for _ in range(8)]

    claims = at_once(*[lambda pk=entry.pk: claiming.claim(pk) for entry in entries])
    for entry in entries:  # a worker that lost every race leaves its entry Ready, to be rung again
        claiming.claim(entry.pk)

    assert all(not isinstance(found, Exception) for found in claims), claims
    running = JobQueueEntry.objects.running()
    assert sorted(running.values_list("slot", flat=True)) == [1, 2, 3]
    assert JobQueueEntry.objects.filter(status=Status.WAITING).count() == 5


@pytest.mark.django_db(transaction=True)
def test_two_entries_of_one_lock_never_run_together_whatever_their_category() -> None:
    entries = [
        given_entry(lock_key="DEMO/orders", category=f"C{n}", parameters={"n": n}) for n in range(6)
    ]

    claims = at_once(*[lambda pk=entry.pk: claiming.claim(pk) for entry in entries])

    assert sum(found is not None for found in claims) == 1, claims
    assert JobQueueEntry.objects.running().count() == 1


@pytest.mark.django_db
def test_c4_entries_without_category_run_side_by_side() -> None:
    given_claimed(given_entry())

    given_claimed(given_entry())

    assert JobQueueEntry.objects.running().count() == 2


@pytest.mark.django_db
@pytest.mark.parametrize(
    "twice",
    [{"category": "A", "slot": 1}, {"lock_key": "A"}],
    ids=["place of a category", "lock key"],
)
def test_the_database_itself_refuses_a_second_run(twice: dict[str, object]) -> None:
    given_claimed(given_entry())
    given_claimed(given_entry())

    with pytest.raises(IntegrityError):
        JobQueueEntry.objects.update(**twice)


@pytest.mark.django_db
def test_the_database_itself_refuses_a_run_without_owner() -> None:
    given_entry()

    with pytest.raises(IntegrityError, match="owned_iff_in_process"):
        JobQueueEntry.objects.update(status=Status.IN_PROCESS)


@pytest.mark.django_db
def test_c16_while_more_run_than_a_lowered_limit_allows_none_begins() -> None:
    JobQueueCategory.objects.create(code="THREE", limit=3)
    runs = [given_claimed(given_entry(category="THREE")).entry for _ in range(3)]
    waits = given_entry(category="THREE")
    JobQueueCategory.objects.update(limit=1)

    for run in runs:
        assert claiming.claim(waits.pk) is None
        endings.succeed(run, Outcome())

    assert claiming.claim(waits.pk) is not None


@pytest.mark.django_db
def test_c2_waiters_go_by_priority_then_by_number() -> None:
    first = given_entry(category="X")
    running = given_claimed(first).entry
    b = given_entry(category="X")
    c = given_entry(category="X", priority=1000)
    d = given_entry(category="X")
    assert {status_of(entry) for entry in (b, c, d)} == {"waiting"}

    order = []
    for _ in range(3):
        endings.succeed(running, Outcome())
        woken = JobQueueEntry.objects.get(status=Status.READY)
        order.append(woken.pk)
        running = given_claimed(woken).entry

    assert order == [c.pk, b.pk, d.pk]


@pytest.mark.django_db
def test_c6_an_entry_ready_for_later_blocks_nobody_of_its_category() -> None:
    given_entry(category="X", earliest_start=database.clock() + timedelta(hours=8))

    given_claimed(given_entry(category="X"))


@pytest.mark.django_db
def test_a15_an_expired_entry_is_ended_with_a_row_in_the_log_and_not_run() -> None:
    entry = given_entry(earliest_start=in_the_past(10), expiration=in_the_past(5))

    assert claiming.claim(entry.pk) is None
    assert (status_of(entry), logged(entry)) == ("finished", ["expired"])


@pytest.mark.django_db
def test_a_recurring_entry_outside_its_window_moves_to_the_next_opening() -> None:
    now = database.clock()
    opens = (now + timedelta(hours=2)).time().replace(second=0, microsecond=0)
    closes = (now + timedelta(hours=3)).time().replace(second=0, microsecond=0)
    days = dict.fromkeys(
        ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"], True
    )
    entry = given_entry(**days, starting_time=opens, ending_time=closes, minutes_between_runs=5)
    JobQueueEntry.objects.update(earliest_start=in_the_past())

    assert claiming.claim(entry.pk) is None

    entry.refresh_from_db()
    assert entry.status == Status.READY
    assert now < entry.earliest_start <= now + timedelta(hours=2)
    assert entry.earliest_start.time() == opens
    assert entry.kind == KIND
