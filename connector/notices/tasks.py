"""What beat sends for notifications. Lost or doubled, it loses and doubles no mail."""

from __future__ import annotations

from datetime import timedelta

from celery import shared_task

from connector.notices import mails
from connector.notices.models import Notice
from jobqueue import database

KEPT = timedelta(days=90)
BATCH = 1_000  # rows a transaction


@shared_task(name="notices.send", ignore_result=True)
def send() -> None:
    """Send the e-mails that are due."""
    mails.send_due()


@shared_task(name="notices.housekeeping", ignore_result=True)
def housekeeping() -> None:
    """Remove notifications older than they are kept."""
    old = Notice.objects.filter(ended_at__lt=database.clock() - KEPT)
    while batch := list(old.values_list("pk", flat=True)[:BATCH]):
        with database.write():
            Notice.objects.filter(pk__in=batch).delete()
