"""Asks the queue for a report, watches it if told to, and says what came of it."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Count, Min
from django.utils import timezone

from connector.management.following import OVER, Follower, last_run
from connector.sync.batches import batch_named, fixed_day, request_batch
from connector.sync.jobs import request_report
from connector.sync.models import DryRunLine, Issue
from connector.sync.parameters import BadParameters, of_a_schedule
from connector.sync.reports import UnknownReport, report_named
from jobqueue import breaking_off
from jobqueue.errors import Refused
from jobqueue.filters import BadFilter, Type, parse
from jobqueue.models import JobQueueEntry, JobQueueLogEntry, Status
from jobqueue.recurrence_columns import WEEKDAYS
from jobqueue.runner import run_entry
from jobqueue.transitions import run_now
from shops.models import Shop

DRY_LINES = 50
REASONS = 5  # told in the terminal; all of them stand on the list of skipped records
COUNTS = ("read", "created", "updated", "unchanged", "skipped", "rejected")


class Command(BaseCommand):
    help = (
        "Queue a report for a shop. --follow watches it (Ctrl-C stops watching, not the run); "
        "--inline runs it here and now, without a worker."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("report", help="number or name: 30104 or orders")
        parser.add_argument(
            "--shop", required=True, help="code of the shop, or several: A|B, NORDIC*"
        )
        parser.add_argument(
            "--filter", action="append", default=[], metavar="FIELD=EXPRESSION", dest="filters"
        )
        parser.add_argument(
            "--set", action="append", default=[], metavar="OPTION=VALUE", dest="options"
        )
        parser.add_argument("--follow", action="store_true", help="watch until it is over")
        parser.add_argument("--inline", action="store_true", help="run it in this process")
        parser.add_argument("--json", action="store_true", help="end with one line of counts")
        parser.add_argument(
            "--every", type=int, metavar="MINUTES", help="keep running it, day and night"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        shops = self._shops(options["shop"])
        failed = []
        for shop in shops:
            try:
                self._start(shop, options)
            except CommandError as error:
                failed.append(str(error))
                if len(shops) > 1:  # one shop stops none of the others
                    self.stderr.write(f"{shop.code}: {error}")
        if failed:
            raise CommandError(
                failed[0] if len(shops) == 1 else f"{len(failed)} of {len(shops)} shops failed."
            )

    def _start(self, shop: Shop, options: dict[str, Any]) -> None:
        if not shop.enabled and not options["every"]:
            left_out = f"Shop {shop.code} is disabled: enable it on the shop card."
            raise CommandError(left_out)
        entry = self._request(shop, options)
        if options["every"]:
            self.stdout.write(
                f"Entry {entry.pk}: {entry.description}, every {options['every']} min."
            )
            batch = batch_named(options["report"])
            if batch and (warning := fixed_day(batch, entry.parameters)):
                self.stderr.write(warning)
            return
        if options["inline"]:
            self._run_here(entry)
        elif options["follow"] or options["json"]:
            Follower(self.stderr if options["json"] else self.stdout).follow(entry)
        else:
            self.stdout.write(f"Entry {entry.pk}: {entry.description}")
            return
        entry.refresh_from_db()
        run = last_run(entry)
        if entry.status == Status.FINISHED or options["json"]:
            self._tell(entry, run, as_json=options["json"])
        if entry.status != Status.FINISHED:
            raise CommandError(entry.error_message or f"The entry is {entry.get_status_display()}.")

    def _request(self, shop: Shop, options: dict[str, Any]) -> JobQueueEntry:
        chosen = _pairs(options["options"])
        if options["every"] and not batch_named(options["report"]):
            chosen = of_a_schedule(report_named(options["report"])) | chosen
        asked = {
            "filters": _pairs(options["filters"]),
            "options": chosen,
            **_recurrence(options["every"], shop),
        }
        try:
            if batch := batch_named(options["report"]):
                entry, created = request_batch(batch, shop.company_code, **asked)
            else:
                entry, created = request_report(options["report"], shop, **asked)
        except (UnknownReport, BadParameters, Refused) as exc:
            raise CommandError(str(exc)) from exc
        if entry.planned_before is not None:
            planned = f"{entry.planned_before:%Y-%m-%d %H:%M} UTC"
            self.stderr.write(f"Entry {entry.pk} was planned for {planned}; it runs now instead.")
        elif not created:
            self.stderr.write(f"Entry {entry.pk} asks for the same already; it is that one.")
        return entry

    def _shops(self, text: str) -> list[Shop]:
        """The shop of this code, or those that a filter expression finds: A|B, NORDIC*."""
        try:
            wanted = parse(text.upper(), Type.TEXT)
        except BadFilter as error:
            raise CommandError(f"--shop: {error}") from None
        found = list(Shop.objects.filter(wanted.q("code")).order_by("code"))
        if not found:
            known = ", ".join(Shop.objects.values_list("code", flat=True)) or "none yet"
            raise CommandError(f"There is no shop {text}. Known: {known}.")
        return found

    def _run_here(self, entry: JobQueueEntry) -> None:
        """Run the entry now, also one that was to wait for its next try: a person asks.

        Should it be put off again, say when it goes on; nobody waits here.
        """
        if entry.status == Status.READY and entry.attempts:
            run_now(entry.pk)
        try:
            with breaking_off.by_signals():
                run_entry(entry.pk)
        except breaking_off.BrokenOff as broken:
            self.stderr.write(f"Stopped. Entry {entry.pk} goes on with the next free worker.")
            raise SystemExit(broken.status) from None
        entry.refresh_from_db()
        if entry.status in OVER:
            return
        if entry.status == Status.READY and entry.error_message:
            again = timezone.localtime(entry.earliest_start)
            raise CommandError(f"{entry.error_message} Will try again at {again:%H:%M:%S %Z}.")
        raise CommandError(
            f"Entry {entry.pk} could not start here: it is {entry.get_status_display()}. "
            "Another run of the shop goes on; see “manage.py jobqueue list”."
        )

    def _tell(self, entry: JobQueueEntry, run: JobQueueLogEntry | None, *, as_json: bool) -> None:
        counts = {name: int((run.counts if run else {}).get(name, 0)) for name in COUNTS}
        seconds = round((run.ended - run.started).total_seconds(), 3) if run and run.ended else 0
        if as_json:
            message = run.message if run else ""
            told_ = {"entry": entry.pk, **counts, "seconds": seconds, "message": message}
            self.stdout.write(json.dumps(told_))
            return
        told = ", ".join(f"{name} {count}" for name, count in counts.items() if count)
        self.stdout.write(f"{entry.description}: {told or 'nothing to do'} in {seconds} s")
        if run and run.message:
            self.stdout.write(run.message)
        for line in _dry_lines(run):
            self.stdout.write(f"  {line.ref} would be {line.outcome}: {line.words}")
        for code, number, reason in _reasons(run):
            self.stdout.write(f"  {number} × {code}: {reason}")


def _reasons(run: JobQueueLogEntry | None) -> list[tuple[str, int, str]]:
    """Why records of this run were not taken, the most frequent reasons first."""
    issues = Issue.objects.open().filter(run__log_entry=run) if run else Issue.objects.none()
    groups = issues.values("code").annotate(number=Count("pk"), reason=Min("reason"))
    return [(g["code"], g["number"], g["reason"]) for g in groups.order_by("-number")[:REASONS]]


def _dry_lines(run: JobQueueLogEntry | None) -> list[DryRunLine]:
    """What a dry run would have done, the first of it; all of it stands on the page of the run."""
    if run is None:
        return []
    return list(DryRunLine.objects.filter(run__log_entry=run).order_by("pk")[:DRY_LINES])


def _recurrence(minutes: int | None, shop: Shop) -> dict[str, Any]:
    """All days of the week, counted from the end of each run, in the shop's zone."""
    if minutes is None:
        return {}
    if minutes < 1:
        raise CommandError("--every: write 1 minute or more.")
    return {**dict.fromkeys(WEEKDAYS, True), "minutes_between_runs": minutes, "zone": shop.zone}


def _pairs(texts: list[str]) -> dict[str, str]:
    pairs = {}
    for text in texts:
        name, sign, value = text.partition("=")
        if not sign:
            raise CommandError(f"“{text}” is not of the form NAME=VALUE.")
        pairs[name.strip()] = value
    return pairs
