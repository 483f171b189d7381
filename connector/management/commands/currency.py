"""`manage.py currency`: adds a currency to a company's books, or another rate to one that is there."""

from __future__ import annotations

from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from connector.management.shop_fields import BadField, checked_company
from erp.models import Company
from erp.setup import add_currency


class Command(BaseCommand):
    help = "Add a currency with its rate, e.g.: currency NOK 0.085 --company ACME"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("code", metavar="CODE", help="ISO 4217")
        parser.add_argument("rate", metavar="RATE", help="what one unit is worth at home")
        parser.add_argument("--company", required=True)
        parser.add_argument("--from", dest="starts", default="", metavar="DAY", help="2026-03-09")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            company = Company.objects.get(code=checked_company(options["company"]))
        except BadField as error:
            raise CommandError(str(error)) from None
        code = options["code"].upper()
        if len(code) != 3 or not code.isalpha():  # noqa: PLR2004 - ISO 4217
            raise CommandError(f"{options['code']} is no currency: write three letters, e.g. NOK.")
        starts = {"starts": _day(options["starts"])} if options["starts"] else {}
        add_currency(company, code, rate=_rate(options["rate"]), **starts)
        self.stdout.write(f"1 {code} is {options['rate']} {company.lcy} in {company.code}.")


def _rate(text: str) -> Decimal:
    try:
        rate = Decimal(text)
    except InvalidOperation:
        rate = Decimal(0)
    if not rate.is_finite() or rate <= 0:
        raise CommandError(f"{text} is no rate: write a number above 0, e.g. 0.085.")
    return rate


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise CommandError(f"{text} is no day: write it like 2026-03-09.") from None
