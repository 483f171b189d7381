"""The Celery app. Its settings stand in `settings.py`; what a worker does besides, in `jobqueue`."""

from __future__ import annotations

import os
from typing import Any

from celery import Celery
from celery.signals import beat_init, celeryd_init
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "connector.settings")

app = Celery("connector")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.set_default()
app.autodiscover_tasks(["jobqueue", "connector.notices", "connector.sync"])
# Django's connections stay open from task to task; the queue closes those that broke.
app.conf.CELERY_DB_REUSE_MAX = 1000


@beat_init.connect
def _tick_here(**_signal: Any) -> None:
    """Without a broker nobody would hear beat's messages: it does the little work of a tick itself."""
    if settings.QUEUE_EMBEDDED:
        app.conf.task_always_eager = True


@celeryd_init.connect
def _equip_worker(**_signal: Any) -> None:
    from jobqueue import worker  # needs the models, which are not loaded when this module is

    worker.attach(app)
