"""A real week posted through the books comes to the plain sums over its file.

The file is not ours to ship, so this runs where the folder with real input lies beside the
repository: 789 documents with 17,778 lines of 14 to 18 November 2011.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from decimal import ROUND_HALF_UP, Decimal

import pytest
from django.db.models import Sum

from benchmarks import replay_week
from benchmarks.replay_week import SoldDocument
from erp.audit import broken_invariants
from erp.models import Document, GLEntry, ItemEntry, PartyEntry, Stock

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(
        not replay_week.WEEK.exists(), reason="the folder with real input is not here"
    ),
]
PIECES = 100_000
CENT = Decimal("0.01")


def with_vat(document: SoldDocument) -> Decimal:
    """20 % of each document's sum, halves away from zero."""
    return document.net + (document.net / 5).quantize(CENT, ROUND_HALF_UP)


def total(kind: str) -> Decimal:
    found = Document.objects.filter(kind=kind, state="posted").aggregate(Sum("amount_incl"))
    return Decimal(found["amount_incl__sum"])


@pytest.mark.parametrize("kind", ["invoice", "order"])
def test_the_week_comes_to_the_sums_of_its_file(kind: replay_week.Kind) -> None:
    week = replay_week.read_week()
    assert (len(week), sum(len(document.lines) for document in week)) == (789, 17_778)
    company = replay_week.given_books(week, PIECES)
    replay_week.create_documents(company, week, kind)

    assert replay_week.post(company, kind) == 627
    assert replay_week.post(company, "credit_memo") == 116
    replay_week.write_off(company, week)

    sums: dict[str, Decimal] = defaultdict(Decimal)
    for document in week:
        sums[document.kind] += with_vat(document)
    assert total("invoice") == sums["invoice"]
    assert total("credit_memo") == -sums["cancellation"]
    owed = PartyEntry.objects.aggregate(Sum("amount_lcy"))["amount_lcy__sum"]
    assert owed == sum(sums.values()) == booked(company.account("receivable"))

    pieces = Counter({item: PIECES + sum(moved) for item, moved in moves(week).items()})
    assert dict(Stock.objects.values_list("item__no", "qty")) == pieces
    goods = sum(len([line for line in document.lines if line.goods]) for document in week)
    assert ItemEntry.objects.count() == goods + len(pieces)
    assert broken_invariants() == []


def moves(week: list[SoldDocument]) -> dict[str, list[Decimal]]:
    """Pieces that went out (−) or came back, by item; write-offs are negative in the file."""
    moved: dict[str, list[Decimal]] = defaultdict(list)
    for document in week:
        sign = 1 if document.kind == "stock_writeoff" else -1
        for line in document.lines:
            if line.goods:
                moved[line.item_no].append(sign * line.quantity)
    return moved


def booked(account: str) -> Decimal:
    found = GLEntry.objects.filter(account=account).aggregate(Sum("amount"))
    return Decimal(found["amount__sum"])
