"""The queue at the command line: look, steer, dispatch."""

from __future__ import annotations

import json
import signal
import threading
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Callable
from typing import Any, TypeVar

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Case, Value, When
from django.utils.translation import gettext as _

from jobqueue import breaking_off, database, once, pauses, reasons, registry, ticks, transitions
from jobqueue.dispatcher import Dispatcher
from jobqueue.errors import Refused
from jobqueue.management.rows import details, ran, schedule, summary
from jobqueue.models import JobQueueEntry, JobQueuePause, LogStatus, Status

Done = TypeVar("Done")

MOVES: dict[str, Callable[[int], JobQueueEntry]] = {
    "ready": transitions.make_ready,
    "hold": transitions.hold,
    "restart": transitions.restart,
    "run": transitions.run_now,
    "cancel": transitions.cancel,
}
WENT_WELL = {LogStatus.SUCCESS, LogStatus.ISSUES}
# What runs, what is to run, what waits for a person, what is over.
NEXT_FIRST = Case(
    When(status=Status.IN_PROCESS, then=0),
    When(status__in=(Status.READY, Status.WAITING, Status.INACTIVE), then=1),
    When(status=Status.FINISHED, then=3),
    default=Value(2),
)


class Command(BaseCommand):
    help = "Show and steer the job queue, or run its dispatcher."

    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        listed = actions.add_parser("list", help="entries: running, next, at rest, finished")
        listed.add_argument("--status", choices=Status.values)
        listed.add_argument("--shop")
        listed.add_argument("--limit", type=between(1, 100_000), default=50)
        _with_json(listed)
        shown = actions.add_parser("show", help="one entry and its last runs")
        _with_entries(shown)
        for move, action in MOVES.items():
            _with_entries(actions.add_parser(move, help=(action.__doc__ or "").split(".")[0]))
        _with_entries(
            actions.add_parser("once", help="run a copy here, whatever the schedule says")
        )
        seconds = int(transitions.SETTLED.total_seconds())
        removed = actions.add_parser(
            "remove-failed", help=f"delete one-off entries that failed over {seconds} s ago"
        )
        _with_json(removed)
        planned = actions.add_parser("schedule", help="what a schedule means, and its next starts")
        _with_entries(planned)
        planned.add_argument("--count", type=between(1, 1000), default=5)
        paused = actions.add_parser("pause", help="let nothing begin, of one shop or of all")
        paused.add_argument("--shop", default="")
        paused.add_argument("--reason", default="")
        _with_json(paused)
        resumed = actions.add_parser("resume", help="take that pause off")
        resumed.add_argument("--shop", default="")
        _with_json(resumed)
        actions.add_parser("dispatch", help="run a dispatcher until it is stopped")
        actions.add_parser("ticks", help="make beat send the queue's ticks")

    def handle(self, *, action: str, **options: Any) -> None:
        if action in MOVES:
            self._move(action, **options)
        else:
            getattr(self, f"_{action.replace('-', '_')}")(**options)

    def _list(self, *, limit: int, **options: Any) -> None:
        wanted = {key: options[key] for key in ("status", "shop") if options[key]}
        matching = JobQueueEntry.objects.filter(**wanted)
        entries = matching.order_by(NEXT_FIRST, "earliest_start", "pk")[:limit]
        surroundings = reasons.around(entries, database.clock())
        self._print([summary(entry, surroundings) for entry in entries], **options)

    def _show(self, *, entries: list[int], **options: Any) -> None:
        self._print([details(entry) for entry in map(found, entries)], **options)

    def _move(self, action: str, *, entries: list[int], **options: Any) -> None:
        self._each(entries, MOVES[action], summary, **options)

    def _once(self, *, entries: list[int], **options: Any) -> None:
        try:
            with breaking_off.by_signals():
                runs = self._each(entries, once.run_once, ran, **options)
        except breaking_off.BrokenOff as broken:
            self.stderr.write(_("Cancelled."))
            raise SystemExit(broken.status) from None
        if any(run.status not in WENT_WELL for run in runs):
            raise CommandError("\n".join(filter(None, [run.error_message for run in runs])))

    def _each(
        self,
        entries: list[int],
        move: Callable[[int], Done],
        tell: Callable[[Done], dict[str, Any]],
        **options: Any,
    ) -> list[Done]:
        """One after another up to the first that is refused; what was done before is told."""
        done: list[Done] = []
        try:
            for entry_id in entries:
                done.append(move(entry_id))
                if not options["json"]:
                    self._print([tell(done[-1])])
        except Refused as error:
            raise CommandError(str(error)) from error
        finally:
            if options["json"] and done:
                self._print([tell(one) for one in done], json=True)
        return done

    def _remove_failed(self, **options: Any) -> None:
        self._print([{"removed": transitions.remove_failed()}], **options)

    def _schedule(self, *, entries: list[int], count: int, **options: Any) -> None:
        rows = [schedule(entry, count) for entry in map(found, entries)]
        if options["json"]:
            self._print(rows, **options)
            return
        for row in rows:
            self.stdout.write(f"{row['entry']}  {row['words']}")
            for start in row["starts"]:
                self.stdout.write(f"    {start}")

    def _pause(self, *, shop: str, reason: str, **options: Any) -> None:
        pauses.pause(checked_shop(shop), reason=reason)
        self._show_pauses(**options)

    def _resume(self, *, shop: str, **options: Any) -> None:
        try:
            pauses.resume(shop)
        except Refused as error:
            raise CommandError(str(error)) from error
        self._show_pauses(**options)

    def _show_pauses(self, **options: Any) -> None:
        """Print what is still paused."""
        fields = ("shop", "made_by", "reason", "since", "until")
        found_pauses = JobQueuePause.objects.order_by("shop", "made_by").values(*fields)
        self._print(list(found_pauses), **options)

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


def between(least: int, most: int) -> Callable[[str], int]:
    """A whole number within these bounds."""

    def read(text: str) -> int:
        number = int(text) if text.lstrip("-").isdecimal() else least - 1
        if not least <= number <= most:
            raise ArgumentTypeError(f"write a whole number from {least} to {most}")
        return number

    return read


def checked_shop(code: str) -> str:
    """Raises CommandError when nobody knows the shop: then a pause would hold nothing."""
    entries = JobQueueEntry.objects.order_by().exclude(shop="")
    if not code or code in registry.shop_codes() or entries.filter(shop=code).exists():
        return code
    known = {*registry.shop_codes(), *entries.values_list("shop", flat=True).distinct()}
    words = {"name": code, "known": ", ".join(sorted(known)) or "–"}
    raise CommandError(_("There is no shop “%(name)s”. Known are: %(known)s.") % words)
