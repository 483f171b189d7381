"""RabbitMQ as the broker, where one answers: messages arrive, and the depth of its queue is known."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from celery import Celery
from kombu import Connection, Queue
from kombu.exceptions import OperationalError

from jobqueue import broker, tasks
from jobqueue.models import Status
from jobqueue.requests import request
from tests.jobqueue import kinds
from tests.jobqueue.conftest import status_of
from tests.workers import Worker, wait_for

URL = os.environ.get("TEST_AMQP_URL", "amqp://guest:guest@127.0.0.1:5672//")


def answers() -> bool:
    try:
        with Connection(URL, connect_timeout=1) as connection:
            connection.ensure_connection(max_retries=1, interval_start=0)
    except (OperationalError, OSError):
        return False
    return True


pytestmark = [
    pytest.mark.skipif(not answers(), reason=f"no RabbitMQ: set TEST_AMQP_URL ({URL} is silent)"),
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture
def given_rabbitmq(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Celery]:
    """The queue publishes to a RabbitMQ, under a queue name of the test's own."""
    app = Celery("amqp", broker=URL, set_as_current=False)
    app.conf.update(
        task_default_queue=f"test-{uuid4().hex}",
        task_default_delivery_mode="transient",
        broker_transport_options=settings.QUEUE_FAIL_FAST | {"confirm_publish": True},
    )
    settings.QUEUE_EMBEDDED = False
    monkeypatch.setattr(tasks._Broker, "away_until", 0.0)
    monkeypatch.setattr(broker, "current_app", app)
    monkeypatch.setattr(
        tasks.run,
        "apply_async",
        lambda args, **options: app.send_task(tasks.run.name, args, **options),
    )
    yield app
    with app.connection_for_write() as connection:
        Queue(app.conf.task_default_queue, channel=connection.default_channel).delete()
    app.close()


def test_messages_are_confirmed_and_counted(given_rabbitmq: Celery) -> None:
    depth = broker.Depth(embedded=False)
    assert depth.messages() == 0, "the queue is not there yet"

    assert all(tasks.publish(entry) for entry in (1, 2, 3))

    assert depth.messages() == 3
    depth.close()


def test_a_worker_hears_of_an_entry_through_it(given_rabbitmq: Celery, tmp_path: Path) -> None:
    queue = given_rabbitmq.conf.task_default_queue
    worker = Worker(tmp_path, "--include", "tests.jobqueue.kinds", BROKER_URL=URL, QUEUE_NAME=queue)
    worker.start()
    try:
        entry, _created = request(kinds.COUNT.name)
        wait_for(lambda: status_of(entry) == Status.FINISHED, 120)
    finally:
        worker.kill()
