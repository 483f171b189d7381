"""Watches a job queue entry from a terminal. Reads only; Ctrl-C stops watching, not the run."""

from __future__ import annotations

import time
from collections.abc import Callable

from django.core.management.base import OutputWrapper

from jobqueue.models import JobQueueEntry, JobQueueLogEntry, Status

OVER = frozenset({Status.FINISHED, Status.ERROR, Status.ON_HOLD})
WIDTH = 24  # characters of the bar


class Follower:
    """Writes one line that changes on a terminal, a new line at each change elsewhere."""

    def __init__(
        self, out: OutputWrapper, *, poll: float = 0.2, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._out, self._poll, self._sleep = out, poll, sleep
        self._tty = out.isatty()
        self._last = ""

    def follow(self, entry: JobQueueEntry) -> JobQueueLogEntry | None:
        """Watch until the entry is over; return the log entry of its last run, if it ran."""
        while True:
            entry.refresh_from_db()
            self._show(line(entry))
            if entry.status in OVER:
                break
            self._sleep(self._poll)
        if self._tty:
            self._out.write("")
        return last_run(entry)

    def _show(self, text: str) -> None:
        if text == self._last:
            return
        self._out.write(f"\r\033[K{text}" if self._tty else text, ending="" if self._tty else "\n")
        self._out.flush()
        self._last = text


def last_run(entry: JobQueueEntry) -> JobQueueLogEntry | None:
    return JobQueueLogEntry.objects.filter(entry=entry).order_by("-fence").first()


def line(entry: JobQueueEntry) -> str:
    """E.g.: Sync orders from Shopify · shop DEMO  In Process  ████──── 120 of 300."""
    progress = entry.progress or {}
    done, total = progress.get("done"), progress.get("total")
    parts = [entry.description, entry.get_status_display(), bar(done, total)]
    if entry.error_message and entry.status != Status.IN_PROCESS:
        parts.append(entry.error_message.splitlines()[0])
    return "  ".join(filter(None, parts))


def bar(done: int | None, total: int | None) -> str:
    """A bar where the total is known, else a count."""
    if not done:
        return ""
    if not total:
        return str(done)
    full = round(WIDTH * min(done / total, 1))
    return f"{'█' * full}{'─' * (WIDTH - full)} {done} of {total}"
