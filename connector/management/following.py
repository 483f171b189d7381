"""Watches one job queue entry from a terminal until its run is over."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TextIO

from jobqueue.models import JobQueueEntry, JobQueueLogEntry, LogStatus, Status

LOOK = 0.2  # s between two looks
WIDTH = 30  # characters of the bar
OVER = {Status.FINISHED, Status.ERROR, Status.ON_HOLD, Status.INACTIVE}
WELL = {LogStatus.SUCCESS, LogStatus.ISSUES}


@dataclass(frozen=True, slots=True)
class Followed:
    """How the last run of an entry ended; `log` is None when it never ran."""

    entry: JobQueueEntry
    log: JobQueueLogEntry | None

    @property
    def succeeded(self) -> bool:
        return self.log is not None and self.log.status in WELL

    @property
    def sentence(self) -> str:
        if self.log is None:
            return self.entry.hold_reason or self.entry.get_status_display()
        return self.log.error_message or self.log.message or self.log.get_status_display()


class Line:
    """A progress line: rewritten in place on a terminal, else one line for each change of phase."""

    def __init__(self, out: TextIO, label: str) -> None:
        self._out = out
        self._label = label
        self._shown = ""
        self._terminal = out.isatty()

    def show(self, entry: JobQueueEntry) -> None:
        text = self._bar(entry.progress) if self._terminal else self._words(entry)
        if text == self._shown:
            return
        self._shown = text
        self._out.write(f"\r\x1b[K{text}" if self._terminal else f"{text}\n")
        self._out.flush()

    def end(self) -> None:
        if self._terminal:
            self._out.write("\r\x1b[K")

    def _bar(self, progress: dict[str, Any]) -> str:
        done, total = progress.get("done"), progress.get("total")
        phase = progress.get("phase") or ""
        if not total:
            return f"  {self._label} … {phase} {done or ''}".rstrip()
        filled = min(WIDTH, round(WIDTH * (done or 0) / total))
        bar = "█" * filled + "░" * (WIDTH - filled)
        return f"  {self._label} {bar} {done or 0}/{total} {phase}".rstrip()

    def _words(self, entry: JobQueueEntry) -> str:
        phase = entry.progress.get("phase") or ""
        return f"  {self._label}: {entry.get_status_display()} {phase}".rstrip()


def follow(entry_id: int, line: Line, *, meanwhile: Callable[[], None], seconds: float) -> Followed:
    """Return how the entry ended; `meanwhile` is called between two looks and may raise.

    Raises TimeoutError when it is not over after `seconds`.
    """
    until = time.monotonic() + seconds
    while True:
        entry = JobQueueEntry.objects.get(pk=entry_id)
        line.show(entry)
        if entry.status in OVER:
            line.end()
            return Followed(entry, entry.log_entries.order_by("-fence").first())
        if time.monotonic() > until:
            raise TimeoutError(
                f"Entry {entry_id} ({entry.kind}) is not over after {seconds:.0f} s."
            )
        meanwhile()
        time.sleep(LOOK)
