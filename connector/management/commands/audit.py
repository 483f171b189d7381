"""`manage.py audit`: whether the books add up and agree with Shopify. Ends with status 1 when they do not."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from connector.management.output import json_line, listed
from connector.sync.audit import broken_links
from erp.audit import broken_invariants, missing_guards
from erp.models import Company


class Command(BaseCommand):
    help = "Check that stock, ledgers, documents and imported orders agree."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--company", default="", help="the books of one company only")
        parser.add_argument("--json", action="store_true", help="one line of JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        company = _company(options["company"])
        broken = [(one.invariant, one.sentence) for one in broken_invariants(company)]
        if company is None:
            broken += [(one.invariant, one.sentence) for one in missing_guards()]
            broken += [(one.invariant, one.sentence) for one in broken_links()]
        if options["json"]:
            found = [dict(zip(("invariant", "sentence"), one, strict=True)) for one in broken]
            self.stdout.write(json_line({"clean": not broken, "broken": found}))
        elif broken:
            for invariant, sentence in broken:
                self.stdout.write(f"{invariant}: {sentence}")
        else:
            self.stdout.write(
                "The books add up, and agree with Shopify."
                if company is None
                else "The books add up."
            )
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
