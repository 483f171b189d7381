"""Which ends of runs a person is told of: each once, and written with the end itself."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import DatabaseError
from django.db.models.functions import Now

from connector.notices import listening
from connector.notices.models import Notice
from jobqueue import repair, transitions
from jobqueue.errors import Cancelled, Halt, Retry, Snooze
from jobqueue.models import JobQueueEntry, Status
from jobqueue.recurrence_columns import WEEKDAYS
from jobqueue.running import Outcome, RunningJob
from tests.notices.conftest import asked, given_work, ran, use_mail, wants

pytestmark = pytest.mark.django_db(transaction=True)
DAILY: dict[str, Any] = {**dict.fromkeys(WEEKDAYS, True), "minutes_between_runs": 60}


def raising(error: Exception) -> Callable[[RunningJob], Outcome]:
    def work(_job: RunningJob) -> Outcome:
        raise error

    return work


def told() -> list[tuple[str, str]]:
    return [(notice.outcome, notice.sentence) for notice in Notice.objects.order_by("pk")]


def test_f11_the_starter_is_told_of_the_end_with_its_counts(kari: User) -> None:
    entry = ran(asked(kari))

    notice = Notice.objects.get()
    assert (notice.user, notice.entry, notice.fence) == (kari, entry, entry.fence)
    assert (notice.outcome, notice.sentence) == ("success", "It is done.")
    assert notice.counts == {"read": 3, "created": 2, "rejected": 0}
    assert (notice.read_at, notice.mail) == (None, "none")


def test_what_nobody_started_is_told_to_nobody() -> None:
    ran(asked(None))

    assert not Notice.objects.exists()


@pytest.mark.parametrize(
    ("work", "expected"),
    [
        (lambda _job: Outcome(issues=2), ("issues", "2 records need a person.")),
        (raising(Halt("Reconnect the shop.")), ("error", "Reconnect the shop.")),
        (raising(Cancelled("stop")), ("cancelled", "Cancelled.")),
    ],
)
def test_every_way_to_end_is_told(
    work: Callable[[RunningJob], Outcome], expected: tuple[str, str], kari: User
) -> None:
    given_work(work)

    ran(asked(kari))

    assert told() == [expected]


def test_what_goes_on_is_not_told_before_its_end(kari: User) -> None:
    entry = asked(kari, max_attempts=2)
    given_work(raising(Snooze(timedelta(0), "The bulk file is not there yet.")))
    ran(entry)
    given_work(raising(Retry("Shopify did not answer (503).")))
    ran(entry)
    ran(entry)
    assert told() == []

    ran(entry)

    assert told() == [("error", "Shopify did not answer (503).")]


def test_an_entry_that_expires_is_told(kari: User) -> None:
    entry = asked(kari)
    JobQueueEntry.objects.filter(pk=entry.pk).update(
        earliest_start=Now() - timedelta(hours=2), expiration=Now() - timedelta(hours=1)
    )

    repair.expire()

    assert told() == [("expired", "The entry expired before it could run.")]


def test_a_schedule_is_told_when_it_fails_when_it_stops_and_when_it_works_again(
    kari: User,
) -> None:
    entry = asked(kari, max_attempts=0, **DAILY)
    ran(entry)
    assert told() == []

    given_work(raising(Halt("No token.")))
    for _failure in range(4):
        ran(entry)
    assert told() == [("error", "No token.")]

    assert ran(entry).status == Status.ON_HOLD
    assert told() == [("error", "No token.")] * 2

    given_work(lambda _job: Outcome())
    JobQueueEntry.objects.update(status=Status.READY, consecutive_failures=5)
    ran(entry)
    ran(entry)
    assert told()[2:] == [("success", "It works again.")]


def test_whoever_restarts_it_is_told(kari: User) -> None:
    ola = User.objects.create_user("ola")
    entry = asked(kari)
    given_work(raising(Halt("No.")))
    ran(entry)

    transitions.restart(entry.pk, by_id=ola.pk)
    ran(entry)

    assert list(Notice.objects.order_by("pk").values_list("user", flat=True)) == [kari.pk, ola.pk]


def test_a_fault_of_ours_does_not_harm_the_end_of_the_run(
    kari: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_args: Any) -> None:
        Notice(user_id=-1, outcome="success").save()  # no such user, and no end either
        raise DatabaseError("a fault")

    monkeypatch.setattr(listening, "_note", fail)

    entry = ran(asked(kari))

    assert entry.status == Status.FINISHED
    assert not Notice.objects.exists()


def test_a_notice_outlives_its_entry(kari: User) -> None:
    entry = ran(asked(kari))

    transitions.delete(entry.pk)

    assert Notice.objects.get().entry is None


@pytest.mark.parametrize(
    ("choice", "work", "noted"),
    [
        ("never", raising(Halt("No.")), "none"),
        ("problems", lambda _job: Outcome(), "none"),
        ("problems", lambda _job: Outcome(issues=1), "to_send"),
        ("problems", raising(Halt("No.")), "to_send"),
        ("problems", raising(Cancelled("stop")), "none"),
        ("always", lambda _job: Outcome(), "to_send"),
    ],
)
def test_a_mail_is_noted_for_those_who_want_it(
    choice: str, work: Callable[[RunningJob], Outcome], noted: str, kari: User, settings: Any
) -> None:
    use_mail(settings, "smtp://127.0.0.1:9")
    wants(kari, choice)
    given_work(work)

    ran(asked(kari))

    assert Notice.objects.get().mail == noted


def test_without_a_mail_server_none_is_noted(kari: User, settings: Any) -> None:
    use_mail(settings, "")
    wants(kari, "always")

    ran(asked(kari))

    assert Notice.objects.get().mail == "none"
