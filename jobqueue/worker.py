"""What a Celery worker does for the queue besides running messages.

Its main process says that it lives, and takes over from dead ones: as the dispatcher when there is
no broker, else every few seconds in case there is no dispatcher; and at once when it hears that one
of its pool died. Its pool processes end themselves when they must not go on: with their worker, and
when a lease is lost.
"""

from __future__ import annotations

import gc
import logging
import os
import threading
import time
from functools import partial
from typing import Any

import kombu
from celery import Celery, bootsteps
from celery.exceptions import WorkerLostError
from celery.signals import task_failure, worker_process_init, worker_shutting_down
from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created

from jobqueue import heartbeats, lease, memory, owners, shutdown, tasks
from jobqueue.dispatcher import Dispatcher
from jobqueue.forks import guard
from jobqueue.models import WorkerHeartbeat
from jobqueue.models.heartbeat import EVERY

logger = logging.getLogger(__name__)

ORPHANED = 89
LOOK = 1  # s


class Connection(kombu.Connection):
    """Looks every second for a broker that is away; kombu would look ever more rarely."""

    def ensure_connection(self, *args: Any, **how: Any) -> Any:
        every = {"interval_start": LOOK, "interval_step": 0, "interval_max": LOOK}
        return super().ensure_connection(*args, **(every | how))


class Companion(bootsteps.StartStopStep):
    """The threads beside the pool of a worker."""

    requires = ("celery.worker.components:Pool",)

    def __init__(self, worker: Any, **options: Any) -> None:
        super().__init__(worker, **options)
        self.stopped = threading.Event()
        self.stirred = threading.Event()

    def start(self, worker: Any) -> None:
        shutdown.withdraw()
        worker_shutting_down.connect(self._shut_down, weak=False)
        task_failure.connect(self._hear_of_death, weak=False)
        self._thread(_say_alive, worker.concurrency or 1, self.stirred)
        if settings.QUEUE_EMBEDDED:
            self._thread(Dispatcher().run)

    def stop(self, worker: Any) -> None:
        self.stopped.set()
        self.stirred.set()

    def _shut_down(self, **_signal: Any) -> None:
        """Stop ringing first: what the pool gives back is for another worker."""
        self.stopped.set()
        self.stirred.set()
        shutdown.announce()

    def _hear_of_death(self, exception: BaseException | None = None, **_signal: Any) -> None:
        """Celery tells the main process when a pool process died over a message."""
        if isinstance(exception, WorkerLostError):
            self.stirred.set()

    def _thread(self, target: Any, *args: Any) -> None:
        name = getattr(target, "__name__", "dispatcher")
        threading.Thread(target=target, args=(*args, self.stopped), name=name, daemon=True).start()


def attach(app: Celery) -> None:
    """Give the workers of `app` what the queue needs."""
    memory.install()
    app.amqp.Connection = Connection
    app.steps["worker"].add(Companion)
    main = os.getpid()  # a pool process must not ask who its parent is: that may be dead already
    worker_process_init.connect(partial(_enter_pool, main), weak=False)


def _say_alive(concurrency: int, stirred: threading.Event, stopped: threading.Event) -> None:
    while not stopped.is_set():
        stirred.clear()
        try:
            with guard:
                heartbeats.tell(WorkerHeartbeat.Kind.WORKER, concurrency)
                tasks.tend()
        except (DatabaseError, InterfaceError):
            logger.warning("database away", exc_info=True)
            connection.close()
        stirred.wait(EVERY.total_seconds())


def _enter_pool(main: int, **_signal: Any) -> None:
    lease.keeper.may_exit = True
    connection_created.connect(_let_go_when_frozen, dispatch_uid="lease")
    gc.freeze()  # what is loaded stays; looking through it at every page costs a third of an import
    owners.me()  # from now on its death is seen, even one before the first claim
    threading.Thread(target=_end_with, args=(main,), name="parent", daemon=True).start()


def _let_go_when_frozen(connection: BaseDatabaseWrapper, **_signal: Any) -> None:
    """Let PostgreSQL end a transaction that has stood still for a lease, and free the rows it holds.

    A process that is frozen in one, or whose machine is lost, would keep its entry for hours.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            limit = f"{lease.seconds() * 1000:.0f}ms"
            cursor.execute("SET idle_in_transaction_session_timeout = %s", [limit])


def _end_with(main: int) -> None:
    """End with the worker: a process forked just before the worker dies gets no signal of it."""
    while os.getppid() == main:
        time.sleep(0.5)
    os._exit(ORPHANED)
