"""The VAT set-up: which percentage a business group pays for a product group."""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal

from erp.models import Company, Lookup

NORMAL, REVERSE, NONE = TYPES = ("normal", "reverse", "none")


def code(bus: str, prod: str) -> str:
    """How a pair of groups is written in set-up and ledger."""
    return f"{bus}|{prod}"


def percentages(company: Company, codes: Collection[str] | None = None) -> dict[str, Decimal]:
    """{"BUS|PROD": percent that the seller charges} of those that are set up; None asks for all.

    Reverse charge and no VAT are 0 here: the one is the buyer's to declare, the other nobody's.
    """
    rows = Lookup.objects.filter(company=company, kind=Lookup.Kind.VAT_RATE)
    if codes is not None:
        rows = rows.filter(code__in=codes)
    return {
        pair: Decimal(data["pct"] if data.get("type", NORMAL) == NORMAL else 0)
        for pair, data in rows.values_list("code", "data")
    }


def reverse_percentages(company: Company) -> dict[str, Decimal]:
    """{"BUS|PROD": percent that the buyer declares in the seller's place}."""
    rows = Lookup.objects.filter(company=company, kind=Lookup.Kind.VAT_RATE)
    return {
        pair: Decimal(data["pct"])
        for pair, data in rows.values_list("code", "data")
        if data.get("type", NORMAL) == REVERSE
    }
