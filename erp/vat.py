"""The VAT set-up: which percentage a business group pays for a product group."""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal

from erp.models import Company, Lookup


def code(bus: str, prod: str) -> str:
    """How a pair of groups is written in set-up and ledger."""
    return f"{bus}|{prod}"


def percentages(company: Company, codes: Collection[str] | None = None) -> dict[str, Decimal]:
    """{"BUS|PROD": percent} of those that are set up; None asks for all."""
    rows = Lookup.objects.filter(company=company, kind=Lookup.Kind.VAT_RATE)
    if codes is not None:
        rows = rows.filter(code__in=codes)
    return {pair: Decimal(data["pct"]) for pair, data in rows.values_list("code", "data")}
