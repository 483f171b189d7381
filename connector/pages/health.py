"""Whether this installation lives and can work. Asked by machines, so it is short and not translated.

/healthz says that this process answers; /readyz that what it needs answers too.
"""

from __future__ import annotations

import logging

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from kombu.exceptions import OperationalError

from connector.celery import app
from jobqueue.models import WorkerHeartbeat

logger = logging.getLogger(__name__)

WELL = "ok"
BROKER_WAIT = 1  # s


@login_not_required
@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """200 as long as this process can answer, so that it is restarted only when that helps."""
    return HttpResponse("ok\n", content_type="text/plain")


@login_not_required
@never_cache
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """200 when all parts are well, else 503; the body names each part and what is wrong with it."""
    parts = {"database": _database()}
    if parts["database"] == WELL:
        parts |= {kind.value: _heartbeat(kind) for kind in _expected()}
    if not settings.QUEUE_EMBEDDED:
        parts["broker"] = _broker()
    ready = all(state == WELL for state in parts.values())
    if not ready:
        logger.warning("not ready", extra={"parts": parts})
    return JsonResponse({"ready": ready, "parts": parts}, status=200 if ready else 503)


def _expected() -> list[WorkerHeartbeat.Kind]:
    """With memory:// the dispatcher lives in the worker, but tells by itself that it does."""
    return [
        WorkerHeartbeat.Kind.WORKER,
        WorkerHeartbeat.Kind.DISPATCHER,
        WorkerHeartbeat.Kind.BEAT,
    ]


def _database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return "does not answer"
    return WELL


def _heartbeat(kind: WorkerHeartbeat.Kind) -> str:
    try:
        alive = WorkerHeartbeat.objects.alive().filter(kind=kind).exists()
    except DatabaseError:
        return "unknown: the tables are missing; run migrate"
    return WELL if alive else "not heard of lately"


def _broker() -> str:
    """Try to connect, with one short attempt: the question must not wait for the answer."""
    try:
        with app.connection_for_write(connect_timeout=BROKER_WAIT) as link:
            link.ensure_connection(max_retries=1, interval_start=0, timeout=BROKER_WAIT)
    except (OperationalError, OSError):
        return "does not answer"
    return WELL
