"""How fast documents are created and posted: `python -m benchmarks.posting`.

Uses the database of DATABASE_URL, in a test database beside it that is removed again. Prints a
table and, last, one JSON line. One process; each order is posted in a transaction of its own. The
last row, a plain insert of as many lines as that posting wrote, says what the machine itself can do.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

import django
from django.db import connection, transaction

from benchmarks.database import own_database

if TYPE_CHECKING:
    from erp.models import Company

TODAY = date(2026, 3, 2)
BATCH = 100  # drafts created in one transaction


class Result(NamedTuple):
    what: str
    documents: int
    lines: int
    seconds: float

    @property
    def documents_per_second(self) -> float:
        return self.documents / self.seconds

    @property
    def lines_per_second(self) -> float:
        return self.lines / self.seconds


def timed(what: str, documents: int, lines: int, work: Callable[[], Any]) -> Result:
    start = time.perf_counter()
    work()
    return Result(what, documents, lines, time.perf_counter() - start)


def given_a_company(items: int) -> Company:
    from erp.adjustments import AdjustmentLine, create_adjustment
    from erp.customers import create_customer
    from erp.drafts import CustomerDraft, ItemDraft
    from erp.items import create_items
    from erp.posting import post_document
    from erp.setup import create_company

    company = create_company("BENCH", "EUR")
    create_customer(company, CustomerDraft(name="Bench", no="C1"))
    numbers = [f"ITEM-{n}" for n in range(items)]
    create_items(company, [ItemDraft(no, no, Decimal(10)) for no in numbers])
    lines = [AdjustmentLine(no, Decimal(1_000_000), Decimal(4)) for no in numbers]
    post_document(create_adjustment(company, lines, posting_date=TODAY).pk, today=TODAY)
    return company


def measure(orders: int, lines_per_order: int, items: int) -> list[Result]:
    """Create the orders, then ship and invoice each."""
    from erp.batch import batch_post
    from erp.documents import create_sales_documents
    from erp.drafts import LineDraft, SalesDocumentDraft

    company = given_a_company(items)

    def line(n: int) -> LineDraft:
        price = Decimal(999 + n % 700) / 100
        return LineDraft(quantity=Decimal(1 + n % 3), unit_price=price, item_no=f"ITEM-{n % items}")

    drafts = [
        SalesDocumentDraft(
            "order",
            "C1",
            "EUR",
            TODAY,
            tuple(line(n * lines_per_order + i) for i in range(lines_per_order)),
        )
        for n in range(orders)
    ]

    def create() -> None:
        for start in range(0, orders, BATCH):
            create_sales_documents(company, drafts[start : start + BATCH])

    def post() -> None:
        result = batch_post(company, kind="order", today=TODAY)
        assert len(result.posted) == orders, result.failed[:3]

    total = orders * lines_per_order
    return [
        timed(f"create, {lines_per_order} lines each", orders, total, create),
        timed(f"ship and invoice, {lines_per_order} lines each", orders, total, post),
        timed("plain insert of as many", 0, 2 * total, lambda: insert_plainly(2 * total)),
    ]


def insert_plainly(count: int) -> None:
    """Insert bare lines with Django's bulk_create, as many as shipments and invoices got."""
    from erp.models import Document, DocumentLine

    head = Document.objects.filter(kind="invoice").first()
    assert head is not None
    with transaction.atomic():
        head.pk, head.no, head.posted_no, head.state = None, "PLAIN", None, "open"
        head.posting_request_id = None
        head.save(force_insert=True)
        DocumentLine.objects.bulk_create(
            (
                DocumentLine(document=head, line_no=n, type="comment", description="x")
                for n in range(count)
            ),
            500,
        )


def show(results: list[Result]) -> None:
    print(f"{connection.vendor}: one process, wall clock")
    print(f"{'':42}{'documents':>10}{'lines':>8}{'s':>8}{'docs/s':>9}{'lines/s':>9}")
    for row in results:
        print(
            f"{row.what:42}{row.documents:10}{row.lines:8}{row.seconds:8.2f}"
            f"{row.documents_per_second:9.0f}{row.lines_per_second:9.0f}"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--orders", type=int, default=300)
    parser.add_argument("--lines", type=int, nargs="+", default=[3, 30, 300])
    parser.add_argument("--lines-in-all", type=int, default=9000, help="at most, but 10 orders")
    parser.add_argument("--items", type=int, default=1000)
    options = parser.parse_args()
    results = []
    for lines in options.lines:
        with own_database():
            orders = min(options.orders, max(10, options.lines_in_all // lines))
            results += measure(orders, lines, options.items)
    show(results)
    print(
        json.dumps(
            {
                "benchmark": "posting",
                "database": connection.vendor,
                "results": [
                    {**row._asdict(), "lines_per_second": round(row.lines_per_second)}
                    for row in results
                ],
            }
        )
    )


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "connector.settings")
    django.setup()
    main()
