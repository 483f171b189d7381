"""What `manage.py books` needs: whose books they are, and what is said of them."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.management.base import CommandError

from connector.management.output import listed, table
from erp.models import Company
from erp.setup import add_currency
from erp.starting import SetUp
from erp.summary import Summary

FIRST = "BOOKS"  # the code of the first company when none is said

ISO_4217 = 3  # letters of a currency


def company_asked(code: str) -> Company:
    """The company of this code; the only one when none is said. Raises CommandError."""
    companies = Company.objects.order_by("code")
    if not code and companies.count() == 1:
        return companies.get()
    found = companies.filter(code=code).first()
    if found is None:
        there = listed(list(companies.values_list("code", flat=True)))
        what = f"There is no company {code}." if code else "Say whose books: --company CODE."
        raise CommandError(f"{what} There is: {there}.")
    return found


def code_to_set_up(code: str) -> str:
    """The code said; else that of the only company, or of the first one. Raises CommandError."""
    if code:
        return code.upper()
    if not Company.objects.exists():
        return FIRST
    return company_asked("").code


def summary_text(told: Summary) -> str:
    counts = [("customers", told.customers), ("vendors", told.vendors), ("items", told.items)]
    counts += [(f"{name}s to post".replace("_", " "), n) for name, n in told.unposted.items()]
    counts += [(f"{name}s posted".replace("_", " "), n) for name, n in told.posted.items()]
    amounts = [
        (f"{name} in {told.lcy}", f"{amount:.2f}")
        for name, amount in (
            ("stock", told.stock_value),
            ("receivables", told.receivable),
            ("payables", told.payable),
            ("bank", told.bank),
        )
    ]
    return table([f"{told.code} {told.name}".strip(), "number"], [*counts, *amounts])


def summary_json(told: Summary) -> dict[str, Any]:
    return asdict(told)


def set_up_text(done: SetUp) -> str:
    """What was made and what was there, a line a part."""
    said = "made" if done.created else "there already"
    lines = [f"Company {done.company.code} ({done.company.lcy}): {said}."]
    for part, (made, there) in done.parts.items():
        lines.append(f"  {part}: {made} made, {there} there already")
    return "\n".join(lines)


def set_up_json(done: SetUp) -> dict[str, Any]:
    parts = {part: {"made": made, "there": there} for part, (made, there) in done.parts.items()}
    return {"company": done.company.code, "created": done.created, "parts": parts}


def put_rate(company: Company, code: str, rate: str, starts: str) -> str:
    """Add a currency, or another rate to one that is there, and say so. Raises CommandError."""
    wanted = code.upper()
    if len(wanted) != ISO_4217 or not wanted.isalpha():
        raise CommandError(f"{code} is no currency: write three letters, e.g. NOK.")
    if wanted == company.lcy:
        raise CommandError(f"The books of {company.code} are kept in {wanted}: it needs no rate.")
    day = {"starts": _day(starts)} if starts else {}
    add_currency(company, wanted, rate=_rate(rate), **day)
    since = f" from {starts}" if starts else ""
    return f"1 {wanted} is {rate} {company.lcy} in {company.code}{since}."


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
