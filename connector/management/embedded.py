"""The processes of an installation on one machine: web, worker, beat and, for a demo, the sandbox."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus
from urllib.error import URLError
from urllib.request import urlopen

from django.conf import settings

from connector.management.processes import Child
from jobqueue.models import WorkerHeartbeat

WEB_THREADS = 8
ANSWER = 2.0  # s a web server may take for a page that looks at nothing


def answers_at(address: str) -> Callable[[], bool]:
    def look() -> bool:
        try:
            with urlopen(address, timeout=ANSWER) as answer:  # noqa: S310 - an address of our own
                return bool(answer.status == HTTPStatus.OK)
        except (URLError, OSError):
            return False

    return look


def heard_of(kind: WorkerHeartbeat.Kind, since: datetime) -> Callable[[], bool]:
    """Whether a process of `kind` has told that it lives, after `since`."""

    def look() -> bool:
        return WorkerHeartbeat.objects.filter(kind=kind, seen_at__gte=since).exists()

    return look


def web(port: int) -> Child:
    """One process with threads: SQLite has one writer anyhow, and pages are quick."""
    return Child(
        "web",
        [
            *(sys.executable, "-m", "gunicorn", "connector.wsgi:application"),
            *("--bind", f"127.0.0.1:{port}", "--worker-class", "gthread"),
            *("--workers", "1", "--threads", str(WEB_THREADS)),
            "--no-control-socket",  # it would lie in the home folder
        ],
        answers_at(f"http://127.0.0.1:{port}/healthz"),
    )


def worker(since: datetime) -> Child:
    return Child(
        "worker",
        [
            *(sys.executable, "-m", "celery", "-A", "connector", "worker"),
            *("-c", str(settings.QUEUE_CONCURRENCY), "--loglevel", "INFO"),
            *("--without-gossip", "--without-mingle"),
        ],
        heard_of(WorkerHeartbeat.Kind.WORKER, since),
    )


def dispatcher(since: datetime) -> Child:
    return Child(
        "dispatcher",
        [sys.executable, "manage.py", "jobqueue", "dispatch"],
        heard_of(WorkerHeartbeat.Kind.DISPATCHER, since),
    )


def beat(since: datetime) -> Child:
    """With memory:// it does the little work of its ticks itself: see connector/celery.py."""
    return Child(
        "beat",
        [
            *(sys.executable, "-m", "celery", "-A", "connector", "beat"),
            *("--scheduler", "django_celery_beat.schedulers:DatabaseScheduler"),
            *("--pidfile", "", "--loglevel", "WARNING"),  # a line for every tick says nothing
        ],
        heard_of(WorkerHeartbeat.Kind.BEAT, since),
    )


def sandbox(port: int, token: str) -> Child:
    """A pretend Shopify; it keeps its shop, so the next start goes on with the same one."""
    return Child(
        "sandbox",
        [
            *(sys.executable, "-m", "sandbox", "--host", "127.0.0.1", "--port", str(port)),
            *("--plan", "plus", "--token", token, "--seed", "demo"),
            *("--keep", str(settings.DATA_DIR / "sandbox.shop")),
        ],
        answers_at(f"http://127.0.0.1:{port}/__sandbox/health"),
    )
