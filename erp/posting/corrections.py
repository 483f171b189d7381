"""What a credit memo owes to the invoice it corrects: no more than was invoiced, and applied to it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal

from django.db.models import Sum
from django.utils.translation import gettext as _

from erp.errors import PostingError
from erp.ledgers import remaining
from erp.models import Document, DocumentLine, PartyEntry
from erp.money import ZERO
from erp.posting.ledger import Ledger


def refuse_over_credit(memo: Document, lines: Sequence[DocumentLine]) -> None:
    """Lock the invoice lines that are credited, in order, and compare. Raises PostingError."""
    wanted: dict[int, Decimal] = defaultdict(Decimal)
    for line in lines:
        if line.source_line_id:
            wanted[line.source_line_id] += line.quantity
    if not wanted:
        return
    sources = (
        DocumentLine.objects.select_for_update(no_key=True).filter(pk__in=wanted).order_by("pk")
    )
    limits = {source.pk: source for source in sources}
    credited = _credited(limits)
    for key, quantity in wanted.items():
        left = limits[key].quantity - credited[key]
        if quantity > left:
            raise PostingError(
                "overcredit",
                _("Line %(line)s: only %(left)s left to credit.")
                % {"line": limits[key].line_no // 10000, "left": f"{left.normalize():f}"},
                memo.no,
            )


def _credited(lines: dict[int, DocumentLine]) -> dict[int, Decimal]:
    earlier = DocumentLine.objects.filter(
        source_line__in=lines,
        document__kind=Document.Kind.CREDIT_MEMO,
        document__state=Document.State.POSTED,
    )
    sums = earlier.order_by().values_list("source_line").annotate(Sum("quantity"))
    return defaultdict(Decimal, {key: quantity for key, quantity in sums if key is not None})


def apply(ledger: Ledger, memo: Document, entry: PartyEntry) -> None:
    """Settle the invoice as far as it is open; the rest of the credit stays open."""
    if memo.corrects_id is None:
        return
    invoice = PartyEntry.objects.select_for_update(no_key=True).get(
        document=memo.corrects_id, kind=PartyEntry.Kind.INVOICE
    )
    amount = min(max(remaining(invoice), ZERO), memo.amount_incl)
    if amount and invoice.currency == memo.currency:
        PartyEntry.objects.create(
            transaction_no=ledger.transaction_no,
            posting_date=ledger.posting_date,
            document=memo,
            party_id=entry.party_id,
            kind=PartyEntry.Kind.APPLICATION,
            currency=memo.currency,
            amount=ZERO,
            amount_lcy=ZERO,
            applies_to=invoice,
            from_entry=entry,
            applied_amount=amount,
        )
