"""Asking the queue: what becomes an entry, and what is the same request again."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from jobqueue import claim, database
from jobqueue.errors import Refused, UnknownKind
from jobqueue.models import JobQueueCategory, JobQueueEntry, Priority, Status
from jobqueue.registry import kind_named
from jobqueue.requests import request
from tests.jobqueue.conftest import KIND, at_once, given_claimed, given_entry, status_of

MONDAYS: dict[str, Any] = {"monday": True}


@pytest.mark.django_db
def test_a_request_becomes_a_ready_entry_and_its_category() -> None:
    entry, created = request("90000", shop="DEMO", category="SHPFY-DEMO", parameters={"b": 1})

    assert created
    entry.refresh_from_db()
    assert (entry.status, entry.kind, entry.number) == (Status.READY, KIND, 90000)
    assert (entry.description, entry.max_attempts, entry.priority) == ("Test work", 5, 2000)
    assert (entry.recurring, entry.job_timeout) == (False, timedelta(hours=12))
    assert JobQueueCategory.objects.get().limit == 1


@pytest.mark.django_db
def test_an_unknown_kind_is_refused_with_the_known_ones() -> None:
    with pytest.raises(UnknownKind, match=rf"“nonsense”.*{KIND} \(90000\)"):
        request("nonsense")

    assert not JobQueueEntry.objects.exists()


@pytest.mark.django_db
def test_kinds_are_found_by_name_and_by_number() -> None:
    assert kind_named(KIND) is kind_named(90000) is kind_named("90000")


@pytest.mark.django_db
def test_a_second_request_for_the_same_work_is_the_first_one() -> None:
    first, _ = request(KIND, lock_key="DEMO/orders", parameters={"a": 1, "b": 2})

    second, created = request(KIND, lock_key="DEMO/orders", parameters={"b": 2, "a": 1})

    assert (second.pk, created) == (first.pk, False)


@pytest.mark.django_db
def test_other_parameters_are_other_work() -> None:
    request(KIND, lock_key="DEMO/orders", parameters={"a": 1})

    _entry, created = request(KIND, lock_key="DEMO/orders", parameters={"a": 2})

    assert created


@pytest.mark.django_db
def test_a_request_during_the_run_waits_for_its_end() -> None:
    first = given_entry(lock_key="DEMO/orders")
    given_claimed(first)

    second, created = request(KIND, lock_key="DEMO/orders")

    assert (created, second.status) == (True, Status.WAITING)
    assert claim.claim(second.pk) is None


@pytest.mark.django_db
def test_a_request_for_now_brings_forward_one_for_later() -> None:
    later = given_entry(lock_key="K", earliest_start=database.clock() + timedelta(hours=1))

    entry, created = request(KIND, lock_key="K")

    assert (entry.pk, created) == (later.pk, False)
    assert entry.earliest_start <= database.clock()
    assert entry.planned_before == later.earliest_start, "so that a person can be told"


@pytest.mark.django_db
def test_one_that_waits_as_long_was_not_brought_forward() -> None:
    given_entry(lock_key="K")

    entry, _created = request(KIND, lock_key="K")

    assert entry.planned_before is None


@pytest.mark.django_db
def test_one_that_waits_takes_on_a_higher_priority_and_no_lower_one() -> None:
    low = given_entry(lock_key="K", priority=Priority.LOW)

    for asked, kept in [(Priority.HIGH, Priority.HIGH), (Priority.NORMAL, Priority.HIGH)]:
        entry, created = request(KIND, lock_key="K", priority=asked)
        assert (entry.pk, created) == (low.pk, False)
        assert (entry.priority, entry.urgency) == (kept, kept)


@pytest.mark.django_db
def test_what_has_aged_stays_as_urgent_as_it_is() -> None:
    given_entry(lock_key="K", priority=Priority.LOW)
    JobQueueEntry.objects.update(urgency=Priority.HIGH)

    entry, _created = request(KIND, lock_key="K", priority=Priority.NORMAL)

    assert (entry.priority, entry.urgency) == (Priority.NORMAL, Priority.HIGH)


@pytest.mark.django_db
@pytest.mark.parametrize("status", ["ready", "on_hold", "inactive"])
def test_an_equal_schedule_is_the_one_that_is_there(status: str) -> None:
    rule: dict[str, Any] = {
        **MONDAYS,
        "minutes_between_runs": 30,
        "starting_time": "06:00",
        "zone": "Europe/Oslo",
    }
    first = given_entry(lock_key="K", parameters={"a": 1}, **rule)
    JobQueueEntry.objects.update(status=status)

    again, created = request(KIND, lock_key="K", parameters={"a": 1}, **rule)

    assert (again.pk, created) == (first.pk, False)
    assert status_of(again) == status


@pytest.mark.django_db
@pytest.mark.parametrize(
    "other",
    [
        {"minutes_between_runs": 60},
        {"zone": "Asia/Tokyo"},
        {"holidays": ["2030-01-01"]},
        {"parameters": {"a": 2}},
        {"lock_key": "L"},
    ],
)
def test_another_schedule_is_one_of_its_own(other: dict[str, Any]) -> None:
    rule: dict[str, Any] = {**MONDAYS, "minutes_between_runs": 30, "lock_key": "K"}
    given_entry(**rule)

    _entry, created = request(KIND, **(rule | other))

    assert created


@pytest.mark.django_db
def test_a_formula_that_counts_from_another_day_is_another_schedule() -> None:
    start = database.clock() + timedelta(days=1)
    weekly: dict[str, Any] = {"date_formula": "1W", "lock_key": "K"}
    given_entry(**weekly, earliest_start=start)

    assert not request(KIND, **weekly, earliest_start=start)[1]
    assert request(KIND, **weekly, earliest_start=start + timedelta(days=2))[1]


@pytest.mark.django_db
def test_a_schedule_that_is_over_does_not_stand_for_a_new_one() -> None:
    given_entry(lock_key="K", **MONDAYS)
    JobQueueEntry.objects.update(status=Status.FINISHED)

    assert request(KIND, lock_key="K", **MONDAYS)[1]


@pytest.mark.django_db
def test_an_entry_that_waits_to_be_retried_keeps_its_wait() -> None:
    later = given_entry(lock_key="K", earliest_start=database.clock() + timedelta(hours=1))
    JobQueueEntry.objects.update(attempts=1)

    entry, created = request(KIND, lock_key="K")

    assert (entry.pk, created, entry.earliest_start) == (later.pk, False, later.earliest_start)


@pytest.mark.django_db
def test_a_schedule_does_not_swallow_a_request_for_now() -> None:
    given_entry(lock_key="K", **MONDAYS, earliest_start=database.clock() + timedelta(days=1))

    _entry, created = request(KIND, lock_key="K")

    assert created


@pytest.mark.django_db
def test_one_key_makes_one_entry_even_after_it_finished() -> None:
    first, _ = request(KIND, idem_key="webhook-1")
    JobQueueEntry.objects.update(status=Status.FINISHED)

    second, created = request(KIND, idem_key="webhook-1")

    assert (second.pk, created) == (first.pk, False)


@pytest.mark.django_db(transaction=True)
def test_of_eight_requests_for_the_same_work_exactly_one_makes_an_entry() -> None:
    for turn in range(5):
        ask = lambda key=f"DEMO/{turn}": request(KIND, lock_key=key)  # noqa: E731

        answers = at_once(*[ask] * 8)

        assert sum(created for _entry, created in answers) == 1
        assert len({entry.pk for entry, _created in answers}) == 1


@pytest.mark.django_db(transaction=True)
def test_requests_and_claims_at_once_leave_one_run_and_at_most_one_waiter() -> None:
    for turn in range(5):
        key = f"DEMO/{turn}"
        entry = given_entry(lock_key=key)

        answers = at_once(
            *[lambda pk=entry.pk: claim.claim(pk)] * 3,
            *[lambda key=key: request(KIND, lock_key=key)] * 5,
        )

        assert not [answer for answer in answers if isinstance(answer, Exception)]
        mine = JobQueueEntry.objects.filter(lock_key=key)
        assert mine.running().count() == 1
        assert mine.queued().count() <= 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"date_formula": "1X"}, "At character 2: Here must stand a unit"),
        ({"starting_time": "08:00"}, "Only a recurring entry has a time window"),
        ({**MONDAYS, "zone": "Mars/Olympus"}, "is not a time zone"),
    ],
)
def test_values_that_make_no_sense_together_are_refused(
    values: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(Refused, match=sentence):
        request(KIND, **values)

    assert not JobQueueEntry.objects.exists()


@pytest.mark.django_db
def test_the_expiration_must_be_later_than_the_earliest_start() -> None:
    start = database.clock() + timedelta(hours=1)

    with pytest.raises(Refused, match="must be later"):
        request(KIND, earliest_start=start, expiration=start)

    request(KIND, earliest_start=start, expiration=start + timedelta(minutes=1))


@pytest.mark.django_db
def test_minutes_alone_do_not_recur_and_weekdays_alone_recur_daily() -> None:
    once = given_entry(minutes_between_runs=30)
    daily = given_entry(**MONDAYS)

    assert (once.recurring, daily.recurring) == (False, True)
    assert daily.minutes_between_runs == 1440
    assert status_of(daily) == Status.READY
