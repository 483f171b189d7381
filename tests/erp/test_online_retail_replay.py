"""A real week posted through the books comes to the plain sums over its file.

The file is not ours to ship: the whole week runs where the folder with real input lies beside the
repository. A day made up in its likeness runs everywhere.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from benchmarks import replay_week
from benchmarks.replay_week import PIECES, SoldDocument, SoldLine
from benchmarks.week_sums import differences, of_books, of_file
from erp.audit import broken_invariants
from erp.models import Company

pytestmark = pytest.mark.django_db
KINDS = ["invoice", "order"]


def sold(no: str, kind: str, *lines: tuple[str, int, str]) -> SoldDocument:
    """Item no., quantity, unit price; an item no. in small letters is a charge."""
    made = tuple(
        SoldLine(item.upper(), item.isupper(), Decimal(quantity), Decimal(price))
        for item, quantity, price in lines
    )
    return SoldDocument(no, kind, date(2011, 11, 14), "C1", made)


DAY = [
    sold("1", "invoice", ("A", 3, "9.99"), ("B", 2, "0.005"), ("post", 1, "4.95")),
    sold("2", "invoice", ("B", 1, "1.65"), ("B", 1, "1.65")),
    sold("C3", "cancellation", ("A", -1, "9.99")),
    sold("4", "stock_writeoff", ("B", -5, "0")),
]


def posted(week: list[SoldDocument], kind: replay_week.Kind) -> Company:
    company = replay_week.given_books(week, PIECES)
    steps = replay_week.measure(company, week, kind)
    assert [step.what for step in steps] == ["create", f"post as {kind}s", "credit", "write off"]
    return company


@pytest.mark.parametrize("kind", KINDS)
def test_a_day_comes_to_its_sums(kind: replay_week.Kind) -> None:
    books = of_books(posted(DAY, kind))

    assert books == of_file(DAY, PIECES)
    assert books.documents == {"invoice": 2, "credit_memo": 1, "adjustment": 2}
    assert (books.invoiced, books.credited) == (Decimal("45.88"), Decimal("11.99"))
    assert books.pieces == {"A": PIECES - 2, "B": PIECES - 9}
    assert broken_invariants() == []


def test_what_the_books_say_otherwise_is_told() -> None:
    company = posted(DAY[:3], "invoice")

    told = differences(of_file(DAY, PIECES), of_books(company))

    assert [one.split(":")[0] for one in told] == ["documents", "pieces", "moves"]
    assert "{'B': Decimal('99991')} in the file, {'B': Decimal('99996.00000')}" in told[1]


@pytest.mark.skipif(not replay_week.WEEK.exists(), reason="the folder with real input is not here")
@pytest.mark.parametrize("kind", KINDS)
def test_the_week_comes_to_the_sums_of_its_file(kind: replay_week.Kind) -> None:
    week = replay_week.read_week()
    assert (len(week), sum(len(document.lines) for document in week)) == (789, 17_778)

    assert of_books(posted(week, kind)) == of_file(week, PIECES)

    assert broken_invariants() == []
