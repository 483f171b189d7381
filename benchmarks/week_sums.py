"""What a week must come to, by plain sums over its file, and what the books say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db.models import QuerySet, Sum

if TYPE_CHECKING:
    from benchmarks.replay_week import SoldDocument
    from erp.models import Company

CENT = Decimal("0.01")
POSTED_AS = {"invoice": "invoice", "cancellation": "credit_memo", "stock_writeoff": "adjustment"}


class Sums(NamedTuple):
    """The same in file and books, to the cent and to the piece."""

    documents: dict[str, int]  # posted, by kind
    invoiced: Decimal  # GBP, with VAT
    credited: Decimal
    owed: Decimal  # by all customers
    receivables: Decimal  # in the general ledger
    pieces: dict[str, Decimal]  # on hand, by item
    moves: int  # item entries


def of_file(week: Sequence[SoldDocument], pieces: int) -> Sums:
    """One document has received so many pieces of each item before."""
    documents = Counter(POSTED_AS[document.kind] for document in week)
    documents["adjustment"] += 1
    invoiced, cancelled = _with_vat(week, "invoice"), _with_vat(week, "cancellation")
    goods = [(one.kind, line) for one in week for line in one.lines if line.goods]
    on_hand = dict.fromkeys((line.item_no for _kind, line in goods), Decimal(pieces))
    for kind, line in goods:
        sign = 1 if kind == "stock_writeoff" else -1  # what is written off is negative itself
        on_hand[line.item_no] += sign * line.quantity
    return Sums(
        dict(documents),
        invoiced,
        credited=-cancelled,
        owed=invoiced + cancelled,
        receivables=invoiced + cancelled,
        pieces=on_hand,
        moves=len(goods) + len(on_hand),
    )


def of_books(company: Company) -> Sums:
    """Shipments are left out: they carry no amounts."""
    from erp.models import Document, GLEntry, ItemEntry, PartyEntry, Stock

    posted = Document.objects.filter(state="posted").exclude(kind="shipment")
    receivables = GLEntry.objects.filter(account=company.account("receivable"))
    return Sums(
        dict(Counter(posted.values_list("kind", flat=True))),
        invoiced=_total(posted.filter(kind="invoice"), "amount_incl"),
        credited=_total(posted.filter(kind="credit_memo"), "amount_incl"),
        owed=_total(PartyEntry.objects.all(), "amount_lcy"),
        receivables=_total(receivables, "amount"),
        pieces=dict(Stock.objects.values_list("item__no", "qty")),
        moves=ItemEntry.objects.count(),
    )


def differences(file: Sums, books: Sums) -> list[str]:
    """What the books say otherwise, for a person to read."""
    pairs = zip(Sums._fields, file, books, strict=True)
    return [_difference(what, *pair) for what, *pair in pairs if pair[0] != pair[1]]


def _difference(what: str, file: Any, books: Any) -> str:
    if isinstance(file, dict):
        keys = [key for key in {**file, **books} if file.get(key) != books.get(key)]
        file, books = ({key: side.get(key) for key in keys} for side in (file, books))
    return f"{what}: {file} in the file, {books} in the books"


def _with_vat(week: Iterable[SoldDocument], kind: str) -> Decimal:
    """20 % of each document's sum, halves away from zero."""
    nets = [document.net for document in week if document.kind == kind]
    return sum((net + (net / 5).quantize(CENT, ROUND_HALF_UP) for net in nets), Decimal(0))


def _total(rows: QuerySet[Any], column: str) -> Decimal:
    return rows.aggregate(total=Sum(column))["total"] or Decimal(0)
