"""What beat sends for the synchronization. Lost or doubled, it does no harm."""

from __future__ import annotations

from celery import shared_task

from connector.sync.request_log import remove_old


@shared_task(name="sync.housekeeping", ignore_result=True)
def housekeeping() -> None:
    """Remove what is older than it is kept."""
    remove_old()
