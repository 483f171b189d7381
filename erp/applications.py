"""Settling open entries with one another after they were posted, and taking that back."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from erp.currencies import Currencies
from erp.errors import ApplyError
from erp.models import PartyEntry
from erp.payable_amounts import refuse_amount
from erp.posting.applying import Applying, lock_entries
from erp.posting.ledger import Ledger, next_transaction_no


def apply_entries(
    target_id: int,
    source_id: int,
    *,
    amount: Decimal | None = None,
    posting_date: date,
    request_id: UUID | None = None,
) -> PartyEntry:
    """Settle an open entry with another of the same party and return the application.

    `amount` None settles as much as both have open. A repeated `request_id` returns the first
    application. Raises ApplyError, DocumentError for an amount that cannot be paid, and
    PartyEntry.DoesNotExist.
    """
    try:
        with transaction.atomic():
            return _apply(target_id, source_id, amount, posting_date, request_id)
    except IntegrityError:  # somebody with the same request was first
        first = PartyEntry.objects.filter(request_id=request_id).first()
        if request_id is None or first is None:
            raise
        return first


def _apply(
    target_id: int, source_id: int, amount: Decimal | None, day: date, request_id: UUID | None
) -> PartyEntry:
    locked = lock_entries({target_id, source_id})
    if request_id and (first := PartyEntry.objects.filter(request_id=request_id).first()):
        return first
    target, source = _found(locked, target_id), _found(locked, source_id)
    _refuse_early(day, target, source)
    if amount is not None:
        refuse_amount(source.document.company, amount, source.currency)
    ledger = _ledger(source, day)
    row = Applying.of(ledger, source.document, [target, source]).apply(
        target, source, amount, request_id
    )
    ledger.write()
    return row


@transaction.atomic
def unapply(application_id: int, *, posting_date: date) -> PartyEntry:
    """Open again what an application settled, by a row that takes it back; return that row.

    Raises ApplyError when it was taken back before or is no application.
    """
    row = PartyEntry.objects.select_related("party", "document__company").get(pk=application_id)
    if row.applies_to_id is None or row.from_entry_id is None or row.reverses_id:
        raise ApplyError("kind", _("%(no)s is no application.") % {"no": row.pk})
    lock_entries({row.applies_to_id, row.from_entry_id})
    if row.reversed_by.exists():
        raise ApplyError("unapplied", _("This application was taken back already."))
    _refuse_early(posting_date, row)
    ledger = _ledger(row, posting_date)
    back = Applying(ledger, row.document, {}).take_back(row)
    ledger.write()
    return back


def _found(locked: dict[int, PartyEntry], key: int) -> PartyEntry:
    if key not in locked:
        raise PartyEntry.DoesNotExist(key)
    return locked[key]


def _refuse_early(day: date, *entries: PartyEntry) -> None:
    company = entries[0].document.company
    first, last = company.setting("post_from"), company.setting("post_to")
    if (first and day.isoformat() < first) or (last and day.isoformat() > last):
        raise ApplyError(
            "date",
            _("Posting date %(day)s is not within your range of allowed posting dates.")
            % {"day": day},
        )
    for entry in entries:
        if day < entry.posting_date:
            raise ApplyError(
                "date",
                _("%(no)s was posted on %(day)s: choose that day or a later one.")
                % {"no": entry.document, "day": entry.posting_date},
            )


def _ledger(entry: PartyEntry, day: date) -> Ledger:
    company = entry.document.company
    precision = Currencies.of(company, set()).precision(company.lcy)
    return Ledger(company, day, precision, next_transaction_no())
