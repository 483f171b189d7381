"""Sums over the ledgers: what parties owe, which of their entries are open, what accounts hold."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.db.models import (
    Case,
    DecimalField,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from erp.models import Company, GLEntry, Lookup, PartyEntry
from erp.money import ZERO, exact

_MONEY = DecimalField(max_digits=20, decimal_places=4)
NOTHING = Decimal("0.00005")  # SQLite adds decimals as floats; less than this is no money


class AccountBalance(NamedTuple):
    no: str
    name: str
    type: str  # "balance", "income" or blank
    debit: Decimal  # LCY
    credit: Decimal  # LCY, 0 or more
    balance: Decimal  # LCY, debit positive


def party_balances(parties: Iterable[int]) -> dict[int, Decimal]:
    """{party: what is owed in LCY}, in one query; who has no entry is missing."""
    rows = PartyEntry.objects.filter(party__in=list(parties)).order_by().values_list("party")
    return {party: exact(owed) for party, owed in rows.annotate(Sum("amount_lcy"))}


def still_open(entries: QuerySet[PartyEntry]) -> QuerySet[PartyEntry]:
    """Those of which something is open; `ledgers.open_amounts` says how much."""
    used = Coalesce(_applied("applies_to"), ZERO, output_field=_MONEY) + Coalesce(
        _applied("from_entry"), ZERO, output_field=_MONEY
    )
    sign = Case(When(amount__gt=0, then=Value(1)), default=Value(-1))
    rest = entries.exclude(kind=PartyEntry.Kind.APPLICATION).annotate(
        rest=F("amount") - sign * used
    )
    return rest.filter(Q(rest__gt=NOTHING) | Q(rest__lt=-NOTHING))


def _applied(path: str) -> Subquery:
    rows = PartyEntry.objects.filter(**{path: OuterRef("pk")}).order_by().values(path)
    return Subquery(rows.annotate(sum=Sum("applied_amount")).values("sum"), output_field=_MONEY)


def standing_applications(entry: PartyEntry) -> QuerySet[PartyEntry]:
    """The applications in which an entry takes part and that were not taken back."""
    undone = PartyEntry.objects.filter(reverses=OuterRef("pk"))
    return PartyEntry.objects.filter(
        Q(applies_to=entry) | Q(from_entry=entry), ~Exists(undone), reverses__isnull=True
    ).order_by("pk")


def account_balances(company: Company, until: date | None = None) -> list[AccountBalance]:
    """The chart of accounts with its balances, up to and with a day; two queries."""
    entries = GLEntry.objects.filter(document__company=company)
    if until is not None:
        entries = entries.filter(posting_date__lte=until)
    zero = Value(ZERO, output_field=_MONEY)
    sums = (
        entries.order_by()
        .values_list("account")
        .annotate(
            debit=Coalesce(Sum("amount", filter=Q(amount__gt=0)), zero),
            credit=Coalesce(Sum("amount", filter=Q(amount__lt=0)), zero),
        )
    )
    found = {account: (debit, credit) for account, debit, credit in sums}
    chart = Lookup.objects.filter(company=company, kind=Lookup.Kind.GL_ACCOUNT)
    known = {row.code: (row.description, row.data.get("type", "")) for row in chart}
    return [_balance(no, known, found) for no in sorted({*known, *found})]


def _balance(
    no: str, known: dict[str, tuple[str, str]], found: dict[str, tuple[Decimal, Decimal]]
) -> AccountBalance:
    name, kind = known.get(no, ("", ""))
    debit, credit = map(exact, found.get(no, (ZERO, ZERO)))
    return AccountBalance(no, name, kind, debit, -credit, debit + credit)
