"""What credit memos and returns owe to the invoice they correct: no more than it, and applied."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Sum
from django.utils.translation import gettext as _

from erp.errors import PostingError
from erp.models import Document, DocumentLine, PartyEntry
from erp.posting.applying import Applying
from erp.posting.ledger import Ledger
from erp.posting.plan import Posting


@dataclass(slots=True)
class Credits:
    """The invoice lines that are credited, with what was credited of them before. All are locked."""

    sources: dict[int, DocumentLine]
    credited: dict[int, Decimal]  # by invoice line

    @classmethod
    def lock(cls, postings: Iterable[Posting]) -> Credits:
        """Invoice lines first, then the entries of their invoices, both in the order of keys."""
        memos = [posting for posting in postings if _credits(posting)]
        named = {
            line.source_line_id for memo in memos for line in memo.lines if line.source_line_id
        }
        if not memos:
            return cls({}, {})
        rows = (
            DocumentLine.objects.select_for_update(no_key=True).filter(pk__in=named).order_by("pk")
        )
        sources = {source.pk: source for source in rows}
        _lock_entries(memo.document for memo in memos)
        return cls(sources, _credited(sources))

    def refuse_over_credit(self, posting: Posting) -> None:
        """Raises PostingError."""
        for key, quantity in _wanted(posting).items():
            source = self.sources[key]
            left = source.quantity - self.credited[key]
            if abs(quantity) > abs(left) or quantity * source.quantity < 0:
                raise PostingError(
                    "overcredit",
                    _("Line %(line)s: only %(left)s left to credit.")
                    % {
                        "line": source.line_no // 10000,
                        "left": f"{left.normalize():f}",
                    },
                    posting.document.no,
                )

    def note(self, posting: Posting) -> None:
        """What this posting credits is no longer left for those after it."""
        for key, quantity in _wanted(posting).items():
            self.credited[key] += quantity


def _credits(posting: Posting) -> bool:
    """A return order does when it is invoiced."""
    document = posting.document
    return document.is_return and (not document.is_order or posting.invoice is not None)


def _wanted(posting: Posting) -> dict[int, Decimal]:
    wanted: dict[int, Decimal] = defaultdict(Decimal)
    if _credits(posting):
        for line in posting.lines:
            if line.source_line_id:
                now = line.qty_to_invoice if posting.document.is_order else line.quantity
                wanted[line.source_line_id] += now
    return wanted


def _credited(lines: dict[int, DocumentLine]) -> dict[int, Decimal]:
    """By credit memos that were posted, and by return orders as far as they are credited."""
    children = DocumentLine.objects.filter(source_line__in=lines).order_by()
    memos = children.filter(
        document__kind=Document.Kind.CREDIT_MEMO, document__state=Document.State.POSTED
    )
    orders = children.filter(document__kind=Document.Kind.RETURN_ORDER)
    credited: dict[int, Decimal] = defaultdict(Decimal)
    for rows, column in ((memos, "quantity"), (orders, "qty_invoiced")):
        for key, quantity in rows.values_list("source_line").annotate(Sum(column)):
            assert key is not None
            credited[key] += quantity
    return credited


def _lock_entries(memos: Iterable[Document]) -> None:
    corrected = {memo.corrects_id for memo in memos} - {None}
    entries = PartyEntry.objects.filter(document__in=corrected, kind=PartyEntry.Kind.INVOICE)
    list(entries.select_for_update(no_key=True).order_by("pk").values_list("pk"))


def apply(ledger: Ledger, memo: Document, entry: PartyEntry) -> None:
    """Settle the invoice as far as it is open; the rest of the credit stays open."""
    if memo.kind != Document.Kind.CREDIT_MEMO or memo.corrects_id is None:
        return
    if not entry.amount:  # goods that were free came back: nothing to settle
        return
    invoice = PartyEntry.objects.select_related("party", "document").get(
        document=memo.corrects_id, kind=PartyEntry.Kind.INVOICE
    )
    entry.document = memo  # which, born of a return order, is not in the table yet
    applying = Applying.of(ledger, memo, [invoice, entry])
    if entry.amount * invoice.amount > 0:
        return  # more went out in exchange than came back: that is owed besides the invoice
    if applying.opens[invoice.pk].amount and invoice.currency == memo.currency:
        applying.apply(invoice, entry)
