"""`manage.py audit`: whether the books add up. Ends with status 1 when they do not."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from connector.management.output import json_line, listed
from erp.audit import broken_invariants
from erp.models import Company


class Command(BaseCommand):
    help = "Check that stock, ledgers and documents agree."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--company", default="", help="one company only")
        parser.add_argument("--json", action="store_true", help="one line of JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        broken = broken_invariants(_company(options["company"]))
        if options["json"]:
            found = [{"invariant": b.invariant, "sentence": b.sentence} for b in broken]
            self.stdout.write(json_line({"clean": not broken, "broken": found}))
        elif broken:
            for one in broken:
                self.stdout.write(f"{one.invariant}: {one.sentence}")
        else:
            self.stdout.write("The books add up.")
        if broken:
            sys.exit(1)


def _company(code: str) -> Company | None:
    """None for all. Raises CommandError with the companies there are."""
    if not code:
        return None
    try:
        return Company.objects.get(code=code)
    except Company.DoesNotExist:
        there = listed(list(Company.objects.order_by("code").values_list("code", flat=True)))
        raise CommandError(f"There is no company {code}. There is: {there}.") from None
