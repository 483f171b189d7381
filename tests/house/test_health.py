"""What machines are told about this installation."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.db import DatabaseError, connection
from django.db.models.functions import Now
from django.test import Client
from pytest_django.fixtures import Settings

from jobqueue.models import WorkerHeartbeat

ALL = ["worker", "dispatcher", "beat"]
NOBODY_LISTENS = "redis://127.0.0.1:1/0"


@pytest.fixture(autouse=True)
def _a_folder_for_static_files(settings: Settings, tmp_path: Path) -> None:
    settings.STATIC_ROOT = tmp_path  # a server without collected files warns


def heard(kinds: list[str], *, ago: timedelta = timedelta()) -> None:
    for kind in kinds:
        WorkerHeartbeat.objects.create(owner=kind, node="n", kind=kind, seen_at=Now() - ago)


def test_a_process_that_answers_lives_and_asks_nobody(client: Client) -> None:
    # no access to the database is allowed here
    answer = client.get("/healthz")
    assert (answer.status_code, answer.content) == (200, b"ok\n")
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize("page", ["/healthz", "/readyz"])
@pytest.mark.django_db
def test_the_health_pages_only_answer_questions(client: Client, page: str) -> None:
    assert client.post(page).status_code == 405


@pytest.mark.django_db
def test_all_parts_well_is_ready(client: Client) -> None:
    heard(ALL)
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json() == {
        "ready": True,
        "parts": {"database": "ok", "worker": "ok", "dispatcher": "ok", "beat": "ok"},
    }


@pytest.mark.parametrize("silent", ALL)
@pytest.mark.django_db
def test_a_process_not_heard_of_lately_is_named(client: Client, silent: str) -> None:
    heard([kind for kind in ALL if kind != silent])
    heard([silent], ago=timedelta(minutes=1))
    answer = client.get("/readyz")
    assert answer.status_code == 503
    told = answer.json()
    assert told["ready"] is False
    assert told["parts"][silent] == "not heard of lately"
    assert list(told["parts"].values()).count("ok") == 3


@pytest.mark.django_db
def test_a_broker_that_is_away_is_named(
    client: Client, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    from connector.celery import app

    settings.QUEUE_EMBEDDED = False
    monkeypatch.setitem(app.conf, "broker_url", NOBODY_LISTENS)
    monkeypatch.setitem(app.conf, "broker_write_url", NOBODY_LISTENS)
    monkeypatch.setitem(app.conf, "broker_transport_options", {})
    heard(ALL)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["parts"] == {
        "database": "ok",
        "worker": "ok",
        "dispatcher": "ok",
        "beat": "ok",
        "broker": "does not answer",
    }


@pytest.mark.django_db
def test_a_database_that_is_away_is_named(client: Client) -> None:
    def refuse(*_: object) -> None:
        raise DatabaseError("the server closed the connection")

    with connection.execute_wrapper(refuse):
        answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json() == {"ready": False, "parts": {"database": "does not answer"}}
