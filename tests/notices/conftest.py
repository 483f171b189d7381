"""People who start things, runs that end, and a mail server that does as it is told."""

from __future__ import annotations

import socketserver
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db.models.functions import Now

from connector.mail_server import mail_server
from connector.notices.models import Preference
from jobqueue import lease, owners, registry
from jobqueue.models import JobQueueEntry
from jobqueue.registry import Kind
from jobqueue.requests import request
from jobqueue.runner import run_entry
from jobqueue.running import Outcome, RunningJob
from tests import factories

KIND = "test-notices"
Handler = Callable[[RunningJob], Outcome]


@dataclass
class Postbox:
    """A mail server in a thread. `answers` gives what it says to a command instead of yes."""

    port: int = 0
    answers: dict[str, str] = field(default_factory=dict)  # "RCPT": "550 nobody"; "DROP": hangs up
    got: list[EmailMessage] = field(default_factory=list)
    calls: int = 0


def _handler(box: Postbox) -> type[socketserver.StreamRequestHandler]:
    class Session(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            box.calls += 1
            self._say(box.answers.get("HELLO", "220 box"))
            for line in self.rfile:
                word = line.split()[0].decode().upper()
                answer = box.answers.get(word, "250 yes")
                if answer == "DROP":
                    return
                if word == "DATA" and answer.startswith("250"):
                    self._say("354 go on")
                    text = b"".join(iter(self.rfile.readline, b".\r\n"))
                    box.got.append(message_from_bytes(text, policy=policy.default))
                    if box.answers.get("TAKEN") == "DROP":
                        return
                self._say(answer)
                if word == "QUIT":
                    return

        def _say(self, answer: str) -> None:
            self.wfile.write(f"{answer}\r\n".encode())

    return Session


@pytest.fixture
def postbox(settings: Any) -> Iterator[Postbox]:
    box = Postbox()
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _handler(box)) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        box.port = server.server_address[1]
        use_mail(settings, f"smtp+plain://127.0.0.1:{box.port}?from=books@example.com")
        yield box
        server.shutdown()
        thread.join()


def use_mail(settings: Any, url: str) -> None:
    """As the settings do with EMAIL_URL; Django's own test runner keeps mails in memory."""
    server = mail_server(url)
    settings.EMAIL_ON, settings.EMAIL_BACKEND = bool(url), server.backend
    settings.EMAIL_HOST, settings.EMAIL_PORT = server.host, server.port
    settings.EMAIL_USE_TLS, settings.EMAIL_USE_SSL = server.starttls, server.tls
    settings.EMAIL_TIMEOUT = 1
    settings.DEFAULT_FROM_EMAIL = server.sender
    settings.PUBLIC_URL = "https://books.example.com"


@pytest.fixture
def kari(transactional_db: None) -> User:
    person = factories.make_user("kari")
    person.email = "kari@example.com"
    person.save()
    return person


@pytest.fixture(autouse=True)
def a_kind_of_work(transactional_db: None) -> Iterator[None]:
    given_work(lambda _job: Outcome(counts={"read": 3, "created": 2, "rejected": 0}))
    yield
    registry.unregister(KIND)
    lease.keeper.rest()
    owners.resign()


def given_work(handler: Handler) -> None:
    registry.unregister(KIND)
    registry.register(Kind(91500, KIND, "Test work", handler))


def asked(person: User | None, **values: Any) -> JobQueueEntry:
    """An entry that the person asks for."""
    owner = None if person is None else person.pk
    entry, _created = request(KIND, description="Sync all\nthings", owner_id=owner, **values)
    return entry


def ran(entry: JobQueueEntry) -> JobQueueEntry:
    JobQueueEntry.objects.filter(pk=entry.pk).update(earliest_start=Now())
    time.sleep(0.002)  # the database's clock counts milliseconds
    run_entry(entry.pk)
    entry.refresh_from_db()
    return entry


def wants(person: User, mail: str, language: str = "en") -> None:
    Preference.objects.update_or_create(user=person, defaults={"mail": mail, "language": language})
