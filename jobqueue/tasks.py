"""Celery is the doorbell and the pool. What to run, and when, stands in the entry rows.

A message holds an entry's number and nothing else. Lost, doubled, late or out of order, it cannot
lose an entry, run it twice or run an outdated one.
"""

from __future__ import annotations

import logging
import time

from celery import shared_task
from django.conf import settings
from django.db import transaction
from kombu.exceptions import OperationalError

from jobqueue import heartbeats, hints, repair, retention, runner, shutdown
from jobqueue.models import WorkerHeartbeat

logger = logging.getLogger(__name__)

TRIES = 2  # to publish
BROKER_REST = 5.0  # s without a further try once the broker did not answer


class _Broker:
    away_until = 0.0  # monotonic


@shared_task(name="jobqueue.run", ignore_result=True)
def run(entry_id: int) -> None:
    """Run the entry, and while the budget lasts whatever is next in line."""
    if shutdown.announced():
        hints.drop(entry_id)  # the dispatcher rings for it at another worker
        return
    runner.run_entry(entry_id, until=time.monotonic() + settings.QUEUE_RUN_ON)
    _ring_on()


def _ring_on() -> None:
    """See to it that messages are under way, for a worker that just became free.

    Not for each message one: what to ring for is asked once for many. The dispatcher does the same
    a little later; without a broker it sees by itself that there is room.
    """
    if settings.QUEUE_EMBEDDED or shutdown.announced() or broker_rests():
        return
    under_way = hints.outstanding()
    if under_way < hints.SMALLEST_WINDOW // 2:
        for entry_id in hints.choose(hints.SMALLEST_WINDOW - under_way):
            publish(entry_id)


@shared_task(name="jobqueue.tick", ignore_result=True)
def tick() -> None:
    """Do what the dispatcher does, in case there is none. Any number may do so at once."""
    heartbeats.tell(WorkerHeartbeat.Kind.BEAT)
    tend()


def tend() -> None:
    """Mend what broke and ring for what is due; whoever lives does it now and then."""
    repair.repair()
    if settings.QUEUE_EMBEDDED:
        return  # the dispatcher beside the pool rings; this is beat itself
    if not broker_rests():
        for entry_id in hints.choose(hints.window() - hints.outstanding()):
            publish(entry_id)


@shared_task(name="jobqueue.housekeeping", ignore_result=True)
def housekeeping() -> None:
    """Remove what is older than the retention."""
    retention.clean()


def ring(entry_id: int) -> None:
    """Ring for an entry once it is committed. Without a broker its dispatcher sees the row."""
    if not settings.QUEUE_EMBEDDED:
        transaction.on_commit(lambda: _ring(entry_id))


def _ring(entry_id: int) -> None:
    if not broker_rests() and hints.take(entry_id):
        publish(entry_id)


def broker_rests() -> bool:
    """Whether the broker did not answer just now: then nobody is to be rung for."""
    return time.monotonic() < _Broker.away_until


def end_rest() -> None:
    """The broker answers again."""
    _Broker.away_until = 0.0


def publish(entry_id: int) -> bool:
    """Send the message. If that cannot be done the hint is taken back: the dispatcher rings later.

    Without a broker it fails fast.
    """
    if not broker_rests() and _sent(entry_id):
        return True
    hints.drop(entry_id)
    return False


def _sent(entry_id: int) -> bool:
    error: Exception | None = None
    for _try in range(TRIES):  # a restart of the broker breaks a connection; the next one is new
        try:
            run.apply_async((entry_id,), retry=False)
        except (OperationalError, OSError) as problem:
            error = problem
        else:
            return True
    _Broker.away_until = time.monotonic() + BROKER_REST
    logger.warning("broker away", extra={"entry": entry_id, "error": repr(error)})
    return False
