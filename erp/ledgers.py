"""Reading the ledgers. Writing them is for `posting` alone."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple

from django.db.models import Sum

from erp.models import Document, Party, PartyEntry
from erp.money import ZERO, exact


class Open(NamedTuple):
    """What is left of an entry, with its sign."""

    amount: Decimal  # in the entry's currency
    lcy: Decimal  # at the entry's own rate


def remaining(entry: PartyEntry) -> Decimal:
    """What is still open of an entry, in its currency and with its sign."""
    return open_amounts([entry])[entry.pk].amount


def open_amounts(entries: Iterable[PartyEntry]) -> dict[int, Open]:
    """{entry: what is open of it}, in two queries for all of them."""
    rows = {entry.pk: entry for entry in entries}
    used = dict.fromkeys(rows, ZERO)
    used_lcy = dict.fromkeys(rows, ZERO)
    applications = PartyEntry.objects.order_by()
    sums = (Sum("applied_amount"), Sum("applied_lcy"), Sum("amount_lcy"))
    taken = applications.filter(applies_to__in=rows).values_list("applies_to").annotate(*sums)
    for key, amount, lcy, _difference in taken:
        used[key] += amount
        used_lcy[key] += lcy
    given = applications.filter(from_entry__in=rows).values_list("from_entry").annotate(*sums)
    for key, amount, lcy, difference in given:
        used[key] += amount
        used_lcy[key] += lcy - _sign(rows[key]) * difference
    return {
        key: Open(
            exact(entry.amount - _sign(entry) * used[key]),
            exact(entry.amount_lcy - _sign(entry) * used_lcy[key]),
        )
        for key, entry in rows.items()
    }


def open_entries(party: Party) -> list[tuple[PartyEntry, Open]]:
    """All of a party that something is open of, the oldest first."""
    entries = list(
        party.entries.exclude(kind=PartyEntry.Kind.APPLICATION)
        .select_related("document")
        .order_by("posting_date", "pk")
    )
    opens = open_amounts(entries)
    return [(entry, opens[entry.pk]) for entry in entries if opens[entry.pk].amount]


def entry_of(document: Document) -> PartyEntry:
    """What a posted invoice, credit memo or payment put on the party's account.

    Raises PartyEntry.DoesNotExist.
    """
    return PartyEntry.objects.exclude(kind=PartyEntry.Kind.APPLICATION).get(document=document)


def _sign(entry: PartyEntry) -> int:
    return 1 if entry.amount > 0 else -1
