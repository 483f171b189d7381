"""Reading the ledgers. Writing them is for `posting` alone."""

from __future__ import annotations

from decimal import Decimal

from django.db.models import Q, Sum

from erp.models import PartyEntry
from erp.money import ZERO


def remaining(entry: PartyEntry) -> Decimal:
    """What is still open of an entry, in its currency and with its sign."""
    applications = PartyEntry.objects.filter(Q(applies_to=entry) | Q(from_entry=entry))
    used = applications.aggregate(total=Sum("applied_amount"))["total"] or ZERO
    if entry.applies_to_id:  # a payment that named what it pays
        used += entry.applied_amount
    return entry.amount - used if entry.amount > 0 else entry.amount + used
