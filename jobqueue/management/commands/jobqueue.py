"""The queue at the command line: look, steer, dispatch."""

from __future__ import annotations

import json
import signal
import threading
from argparse import ArgumentParser
from collections.abc import Callable
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from jobqueue import database, recurrence, schedule_words, ticks, transitions
from jobqueue.dispatcher import Dispatcher
from jobqueue.errors import Refused
from jobqueue.models import JobQueueEntry, JobQueueLogEntry, Status

MOVES: dict[str, Callable[[int], JobQueueEntry]] = {
    "ready": transitions.make_ready,
    "hold": transitions.hold,
    "restart": transitions.restart,
    "cancel": transitions.cancel,
}


class Command(BaseCommand):
    help = "Show and steer the job queue, or run its dispatcher."

    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        listed = actions.add_parser("list", help="entries, next first")
        listed.add_argument("--status", choices=Status.values)
        listed.add_argument("--shop")
        listed.add_argument("--limit", type=int, default=50)
        _with_json(listed)
        shown = actions.add_parser("show", help="one entry and its last runs")
        _with_entries(shown)
        for move, action in MOVES.items():
            _with_entries(actions.add_parser(move, help=(action.__doc__ or "").split(".")[0]))
        planned = actions.add_parser("schedule", help="what a schedule means, and its next starts")
        _with_entries(planned)
        planned.add_argument("--count", type=int, default=5)
        actions.add_parser("dispatch", help="run a dispatcher until it is stopped")
        actions.add_parser("ticks", help="make beat send the queue's ticks")

    def handle(self, *, action: str, **options: Any) -> None:
        if action in MOVES:
            self._move(action, **options)
        else:
            getattr(self, f"_{action}")(**options)

    def _list(self, *, limit: int, **options: Any) -> None:
        wanted = {key: options[key] for key in ("status", "shop") if options[key]}
        entries = JobQueueEntry.objects.filter(**wanted).order_by("earliest_start", "pk")[:limit]
        self._print([summary(entry) for entry in entries], **options)

    def _show(self, *, entries: list[int], **options: Any) -> None:
        self._print([details(entry) for entry in map(found, entries)], **options)

    def _move(self, action: str, *, entries: list[int], **options: Any) -> None:
        try:
            moved = [MOVES[action](entry_id) for entry_id in entries]
        except Refused as error:
            raise CommandError(str(error)) from error
        self._print([summary(entry) for entry in moved], **options)

    def _schedule(self, *, entries: list[int], count: int, **options: Any) -> None:
        rows = [schedule(entry, count) for entry in map(found, entries)]
        if options["json"]:
            self._print(rows, **options)
            return
        for row in rows:
            self.stdout.write(f"{row['entry']}  {row['words']}")
            for start in row["starts"]:
                self.stdout.write(f"    {start}")

    def _dispatch(self, **_options: Any) -> None:
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_signal: stop.set())
        Dispatcher(embedded=False).run(stop)

    def _ticks(self, **_options: Any) -> None:
        ticks.install()

    def _print(self, found_rows: list[dict[str, Any]], **options: Any) -> None:
        if options.get("json"):
            self.stdout.write(json.dumps(found_rows, default=str, ensure_ascii=False))
            return
        for row in found_rows:
            values = (f"{key}={value}" for key, value in row.items() if value not in ("", None))
            self.stdout.write("  ".join(values))


def _with_json(parser: ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="one line of JSON")


def _with_entries(parser: ArgumentParser) -> None:
    parser.add_argument("entries", nargs="+", type=int, metavar="ENTRY")
    _with_json(parser)


def found(entry_id: int) -> JobQueueEntry:
    entry = JobQueueEntry.objects.filter(pk=entry_id).first()
    if entry is None:
        raise CommandError(_("There is no entry %d.") % entry_id)
    return entry


def summary(entry: JobQueueEntry) -> dict[str, Any]:
    return {
        "entry": entry.pk,
        "kind": entry.kind,
        "shop": entry.shop,
        "status": entry.status,
        "category": entry.category,
        "earliest_start": entry.earliest_start.isoformat(),
        "attempts": entry.attempts,
        "error": entry.error_message,
        "hold_reason": entry.hold_reason,
    }


def details(entry: JobQueueEntry) -> dict[str, Any]:
    runs = JobQueueLogEntry.objects.filter(entry=entry)[:10]
    return summary(entry) | {
        "description": entry.description,
        "parameters": entry.parameters,
        "lock_key": entry.lock_key,
        "priority": entry.get_priority_display(),
        "progress": entry.progress,
        "runs": [
            {
                "run": run.fence,
                "status": run.status,
                "started": run.started.isoformat(),
                "ended": run.ended and run.ended.isoformat(),
                "counts": run.counts,
                "message": run.message or run.error_message,
            }
            for run in runs
        ],
    }


def schedule(entry: JobQueueEntry, count: int) -> dict[str, Any]:
    """What the entry's rule means, how many starts it missed, and the next ones in its zone."""
    planned = entry.earliest_start
    if not entry.recurring:
        return {"entry": entry.pk, "words": _("Once"), "missed": 0, "starts": [planned.isoformat()]}
    rule, now = entry.rule(), database.clock()
    starts = recurrence.next_runs(rule, now, count, planned=planned)
    return {
        "entry": entry.pk,
        "words": schedule_words.words(rule),
        "missed": recurrence.missed_starts(rule, planned=planned, now=now),
        "starts": [rule.local(start).isoformat() for start in starts],
    }
