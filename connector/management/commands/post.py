"""`manage.py post NUMBER…`: posts documents of both sides here and now, without the queue."""

from __future__ import annotations

import sys
from collections import defaultdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from connector.management.output import json_line, listed
from erp.batch import BatchResult, batch_post
from erp.models import Company, Document

Kinds = dict[tuple[Company, str, str], list[str]]  # numbers by company, side and kind


class Command(BaseCommand):
    help = "Post sales and purchase documents by their numbers. Ends with status 1 when one was refused."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("numbers", nargs="+", metavar="NUMBER")
        parser.add_argument("--company", default="", help="needed when there are several")
        parser.add_argument("--no-ship", action="store_true", help="invoice or credit only")
        parser.add_argument("--no-invoice", action="store_true", help="ship or receive only")
        parser.add_argument("--json", action="store_true", help="one line of JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["no_ship"] and options["no_invoice"]:
            raise CommandError("With --no-ship and --no-invoice there is nothing to post.")
        results = [
            batch_post(
                company,
                side=side,
                kind=kind,
                numbers=numbers,
                ship=not options["no_ship"],
                invoice=not options["no_invoice"],
                today=timezone.localdate(),
            )
            for (company, side, kind), numbers in _found(options).items()
        ]
        self.tell(options, results)
        if any(result.failed for result in results):
            sys.exit(1)

    def tell(self, options: dict[str, Any], results: list[BatchResult]) -> None:
        posted = [no for result in results for no in result.posted]
        failed = [one for result in results for one in result.failed]
        if options["json"]:
            refused = [{"no": f.no, "code": f.code, "sentence": f.sentence} for f in failed]
            self.stdout.write(json_line({"posted": posted, "refused": refused}))
            return
        if posted:
            self.stdout.write(f"Posted: {listed(posted)}.")
        for one in failed:
            self.stdout.write(f"Not posted: {one.no}: {one.sentence}")


def _found(options: dict[str, Any]) -> Kinds:
    """The documents asked for, by company and kind. Raises CommandError naming what is not there."""
    documents = Document.objects.unposted().filter(
        side__in=[Document.Side.SALE, Document.Side.PURCHASE]
    )
    if options["company"]:
        documents = documents.filter(company__code=options["company"])
    numbers = set(options["numbers"])
    found: Kinds = defaultdict(list)
    for document in documents.filter(no__in=numbers).select_related("company").order_by("no"):
        found[document.company, document.side, document.kind].append(document.no)
    if missing := sorted(numbers - {no for group in found.values() for no in group}):
        waiting = list(documents.order_by("no").values_list("no", flat=True)[:10])
        raise CommandError(
            f"No open or released document has the number {listed(missing)}. "
            f"The first that wait: {listed(waiting)}."
        )
    _unmistakable(found)
    return found


def _unmistakable(found: Kinds) -> None:
    """Raises CommandError when one number stands for documents of two companies."""
    companies = defaultdict(set)
    for (company, _side, _kind), group in found.items():
        for no in group:
            companies[no].add(company.code)
    for no, codes in companies.items():
        if len(codes) > 1:
            raise CommandError(
                f"{no} is a document of {listed(sorted(codes))}. Say which: --company CODE"
            )
