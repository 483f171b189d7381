"""Settling one open entry with another, inside a posting.

What an entry is worth in LCY goes with the part that is settled, and the rest of it with the last
part; where the two sides were booked at different rates, the difference goes to currency gains and
losses.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.utils.translation import gettext as _

from erp.errors import ApplyError
from erp.ledgers import Open, open_amounts
from erp.models import Document, Party, PartyEntry
from erp.money import ZERO, rounded
from erp.posting.ledger import Ledger


def lock_entries(keys: Iterable[int]) -> dict[int, PartyEntry]:
    """Lock entries in the order of their keys; what is missing does not exist."""
    rows = (
        PartyEntry.objects.select_for_update(of=("self",), no_key=True)
        .select_related("document__company", "party")
        .filter(pk__in=set(keys))
        .order_by("pk")
    )
    return {entry.pk: entry for entry in rows}


def control_account(party: Party) -> str:
    """The role of the account that holds what this party owes or is owed."""
    return "receivable" if party.kind == Party.Kind.CUSTOMER else "payable"


@dataclass(slots=True)
class Applying:
    """Applications of one transaction; all entries that take part are locked."""

    ledger: Ledger
    document: Document  # that the applications and their differences belong to
    opens: dict[int, Open]

    @classmethod
    def of(cls, ledger: Ledger, document: Document, entries: Iterable[PartyEntry]) -> Applying:
        return cls(ledger, document, open_amounts(entries))

    def apply(
        self,
        target: PartyEntry,
        source: PartyEntry,
        amount: Decimal | None = None,
        request_id: UUID | None = None,
    ) -> PartyEntry:
        """Settle `amount` of both, None as much as both have open. Raises ApplyError."""
        refuse_strangers(target, source)
        open_target, open_source = self.opens[target.pk], self.opens[source.pk]
        possible = min(abs(open_target.amount), abs(open_source.amount))
        self._refuse(target, source, possible, amount)
        settled = possible if amount is None else amount
        taken = self._share(open_target, settled)
        given = self._share(open_source, settled)
        sign = 1 if target.amount > 0 else -1
        self.opens[target.pk] = _less(open_target, sign * settled, sign * taken)
        self.opens[source.pk] = _less(open_source, -sign * settled, -sign * given)
        return self._write(
            PartyEntry(
                party=target.party,
                currency=target.currency,
                amount_lcy=sign * (given - taken),
                applies_to=target,
                from_entry=source,
                applied_amount=settled,
                applied_lcy=taken,
                request_id=request_id,
            )
        )

    def take_back(self, row: PartyEntry) -> PartyEntry:
        """Open again what an application settled."""
        return self._write(
            PartyEntry(
                party=row.party,
                currency=row.currency,
                amount_lcy=-row.amount_lcy,
                applies_to_id=row.applies_to_id,
                from_entry_id=row.from_entry_id,
                applied_amount=-row.applied_amount,
                applied_lcy=-row.applied_lcy,
                reverses=row,
            )
        )

    def _refuse(
        self, target: PartyEntry, source: PartyEntry, possible: Decimal, amount: Decimal | None
    ) -> None:
        if not possible:
            closed = target if not self.opens[target.pk].amount else source
            raise ApplyError("closed", _("%(no)s is closed.") % {"no": closed.document})
        if amount is not None and not ZERO < amount <= possible:
            raise ApplyError(
                "overapplied",
                _("Of %(no)s only %(open)s %(currency)s can be applied.")
                % {
                    "no": target.document,
                    "open": f"{possible.normalize():f}",
                    "currency": target.currency,
                },
            )

    def _share(self, left: Open, settled: Decimal) -> Decimal:
        if settled == abs(left.amount):
            return abs(left.lcy)
        return rounded(abs(left.lcy) * settled / abs(left.amount), self.ledger.precision)

    def _write(self, row: PartyEntry) -> PartyEntry:
        company = self.ledger.company
        row.transaction_no = self.ledger.transaction_no
        row.posting_date = self.ledger.posting_date
        row.document = self.document
        row.kind = PartyEntry.Kind.APPLICATION
        row.amount = ZERO
        if row.amount_lcy:
            account = company.account(control_account(row.party))
            self.ledger.add(self.document, account, row.amount_lcy)
            self.ledger.add(self.document, company.account("fx"), -row.amount_lcy)
        row.save(force_insert=True)
        return row


def refuse_strangers(target: PartyEntry, source: PartyEntry) -> None:
    """Only a debt and a credit of one party in one currency settle one another. Raises ApplyError."""
    nos = {"no": target.document, "other": source.document}
    if target.party_id != source.party_id:
        raise ApplyError("party", _("%(no)s and %(other)s belong to different accounts.") % nos)
    if target.currency != source.currency:
        raise ApplyError("currency", _("%(no)s and %(other)s differ in currency.") % nos)
    if target.amount * source.amount >= 0:
        raise ApplyError(
            "sign", _("%(no)s and %(other)s do not settle one another: both are owed alike.") % nos
        )


def _less(left: Open, amount: Decimal, lcy: Decimal) -> Open:
    return Open(left.amount - amount, left.lcy - lcy)
