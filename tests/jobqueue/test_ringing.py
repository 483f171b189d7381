"""Ringing over a broker: after the commit, for the right entry, and fast when nobody answers."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from celery import Celery
from celery.signals import worker_process_init
from django.db import transaction
from kombu.exceptions import OperationalError
from kombu.utils import functional

from connector.celery import app
from jobqueue import broker, database, heartbeats, hints, tasks, worker
from jobqueue.dispatcher import Dispatcher
from jobqueue.models import JobQueueEntry, Status, WorkerHeartbeat
from tests.jobqueue.conftest import given_claimed, given_entry, in_the_past


@pytest.fixture
def given_a_broker(settings: Any, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """A broker that takes every message; returns what it took."""
    sent: list[int] = []
    settings.QUEUE_EMBEDDED = False
    monkeypatch.setattr(tasks._Broker, "away_until", 0.0)
    monkeypatch.setattr(tasks.run, "apply_async", lambda args, **_options: sent.append(args[0]))
    return sent


@pytest.fixture
def given_no_broker(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A broker address at which nobody listens."""
    away = Celery("away", broker="redis://127.0.0.1:9/0", set_as_current=False)
    away.conf.broker_transport_options = settings.QUEUE_FAIL_FAST
    settings.QUEUE_EMBEDDED = False
    monkeypatch.setattr(tasks._Broker, "away_until", 0.0)
    monkeypatch.setattr(broker, "current_app", away)
    monkeypatch.setattr(
        tasks.run,
        "apply_async",
        lambda args, **options: away.send_task(tasks.run.name, args, **options),
    )


@pytest.mark.django_db(transaction=True)
def test_the_message_goes_out_after_the_commit(given_a_broker: list[int]) -> None:
    with transaction.atomic():
        entry = given_entry()
        assert given_a_broker == []

    assert given_a_broker == [entry.pk]
    entry.refresh_from_db()
    assert entry.hint_until is not None
    assert entry.hint_until > database.clock()


@pytest.mark.django_db(transaction=True)
def test_what_is_rolled_back_rings_for_nobody(given_a_broker: list[int]) -> None:
    with transaction.atomic():
        given_entry()
        transaction.set_rollback(True)

    assert given_a_broker == []


@pytest.mark.django_db(transaction=True)
def test_no_message_for_what_may_not_run_yet(given_a_broker: list[int]) -> None:
    given_entry(earliest_start=database.clock() + timedelta(hours=1))
    first = given_entry(category="X")
    given_claimed(first)
    given_entry(category="X")

    assert given_a_broker == [first.pk]


@pytest.mark.django_db(transaction=True)
def test_a_new_entry_does_not_overtake_an_older_one_of_its_lane(given_a_broker: list[int]) -> None:
    older = given_entry(category="X", earliest_start=in_the_past())
    JobQueueEntry.objects.update(hint_until=None)
    newer = given_entry(category="X")

    assert newer.status == Status.READY
    assert given_a_broker == [older.pk]


@pytest.mark.django_db(transaction=True)
def test_no_more_messages_than_the_window_holds(given_a_broker: list[int]) -> None:
    entries = [given_entry() for _ in range(hints.SMALLEST_WINDOW + 4)]

    assert given_a_broker == [entry.pk for entry in entries[: hints.SMALLEST_WINDOW]]


@pytest.mark.django_db(transaction=True)
def test_without_broker_settings_nothing_is_published(
    given_a_broker: list[int], settings: Any
) -> None:
    settings.QUEUE_EMBEDDED = True

    given_entry()

    assert given_a_broker == []


@pytest.mark.django_db(transaction=True)
def test_a_broker_that_is_away_costs_a_request_little_and_the_entry_nothing(
    given_no_broker: None,
) -> None:
    before = time.monotonic()
    first = given_entry()
    once = time.monotonic()
    second = given_entry()
    twice = time.monotonic()

    assert once - before < 2.0
    assert twice - once < 0.5
    for entry in (first, second):
        entry.refresh_from_db()
        assert entry.status == Status.READY
        assert entry.hint_until is None, "so it is rung for as soon as the broker is back"


@pytest.mark.django_db(transaction=True)
def test_the_depth_of_a_broker_that_is_away_is_nought(given_no_broker: None) -> None:
    depth = broker.Depth(embedded=False)

    assert depth.messages() == 0
    depth.close()


@pytest.mark.django_db(transaction=True)
def test_a_broker_that_is_away_does_not_answer(given_no_broker: None) -> None:
    depth = broker.Depth(embedded=False)

    assert not depth.answers()
    depth.close()


@pytest.mark.django_db(transaction=True)
def test_a_broker_without_the_queue_answers_that_nothing_lies_in_it(
    settings: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Redis drops a queue that is empty."""
    fresh = Celery("fresh", broker="memory://", set_as_current=False)
    fresh.conf.task_default_queue = "not-there"
    monkeypatch.setattr(broker, "current_app", fresh)
    depth = broker.Depth(embedded=False)

    assert (depth.answers(), depth.messages()) == (True, 0)
    assert caplog.records == []
    depth.close()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("answers", [True, False])
def test_the_dispatcher_rings_again_as_soon_as_the_broker_answers(
    answers: bool, given_a_broker: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    entry = given_entry()
    given_a_broker.clear()
    hints.drop_all()
    monkeypatch.setattr(tasks._Broker, "away_until", float("inf"))
    dispatcher = Dispatcher(embedded=False)
    monkeypatch.setattr(dispatcher.depth, "answers", lambda: answers)
    monkeypatch.setattr(dispatcher.depth, "messages", lambda: 0)

    dispatcher.once()

    assert given_a_broker == ([entry.pk] if answers else [])


def test_a_worker_looks_every_second_for_a_broker_that_is_away(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(worker_process_init, "connect", lambda *_args, **_how: None)
    monkeypatch.setattr(functional, "sleep", lambda _seconds: None)
    away = Celery("away", broker="redis://127.0.0.1:9/0", set_as_current=False)
    worker.attach(away)
    waits: list[float] = []

    with pytest.raises(OperationalError), away.connection_for_read() as connection:
        connection.ensure_connection(lambda _error, wait: waits.append(wait), max_retries=5)

    assert waits == [1, 1, 1, 1, 1]


@pytest.fixture
def given_a_dispatcher(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], Dispatcher]:
    """A dispatcher beside a worker with two pool processes; the broker holds so many messages."""

    def make(messages: int) -> Dispatcher:
        heartbeats.tell(WorkerHeartbeat.Kind.WORKER, 2)
        dispatcher = Dispatcher(embedded=False)
        monkeypatch.setattr(dispatcher.depth, "messages", lambda: messages)
        return dispatcher

    return make


@pytest.mark.django_db(transaction=True)
def test_messages_that_the_broker_forgot_are_sent_again_at_the_second_look(
    given_a_broker: list[int], given_a_dispatcher: Callable[[int], Dispatcher]
) -> None:
    entry = given_entry(category="X")
    dispatcher = given_a_dispatcher(0)

    dispatcher._miss()
    dispatcher._ring()
    assert given_a_broker == [entry.pk], "it may be on its way to the pool"
    dispatcher._miss()
    dispatcher._ring()

    assert given_a_broker == [entry.pk, entry.pk]


@pytest.mark.django_db(transaction=True)
def test_messages_that_lie_in_the_broker_or_before_a_busy_pool_are_waited_for(
    given_a_broker: list[int], given_a_dispatcher: Callable[[int], Dispatcher]
) -> None:
    given_entry()
    full, busy = given_a_dispatcher(1), given_a_dispatcher(0)
    for dispatcher in (full, full, full):
        dispatcher._miss()
    for _pool_process in range(2):
        given_claimed(given_entry())
    for dispatcher in (busy, busy, busy):
        dispatcher._miss()

    assert hints.outstanding() == 1


def test_the_default_broker_is_in_memory_and_never_one_found_by_chance() -> None:
    assert app.conf.broker_url == "memory://"
    assert tasks.run.app is app
