"""How fast documents are created and posted: `python -m benchmarks.posting`.

Uses the database of DATABASE_URL, in a test database beside it that is removed again. Prints a
table and, last, one JSON line. Orders are shipped and invoiced by one process and by two at once;
all orders sell the same best-seller, so the two always wait for the same item. The last row of each
size, a plain insert of as many lines as that posting wrote, says what the machine itself can do.

CPU is in microseconds a line: of the processes that post, and of their connections' processes in
the database server where that runs on this machine.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import time
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Barrier
from typing import TYPE_CHECKING, Any, NamedTuple

import django
from django.db import connection, connections, transaction

from benchmarks.database import own_database, server_cpu

if TYPE_CHECKING:
    from erp.models import Company

TODAY = date(2026, 3, 2)
BATCH = 100  # drafts created in one transaction
START = 30.0  # s until all processes stand ready


class Spent(NamedTuple):
    """What one process needed; times in seconds."""

    begun: float
    ended: float
    client_cpu: float
    server_cpu: float
    statements: int


class Result(NamedTuple):
    what: str
    documents: int
    lines: int
    seconds: float
    client_us: int = 0  # CPU a line, microseconds
    server_us: int = 0
    statements: float = 0.0  # a document

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
    """Create the orders, then ship and invoice one half by one process, one by two."""
    from erp.documents import create_sales_documents
    from erp.drafts import LineDraft, SalesDocumentDraft
    from erp.models import Document

    company = given_a_company(items)

    def line(order: int, place: int) -> LineDraft:
        n = order * lines_per_order + place
        price = Decimal(999 + n % 700) / 100
        item = n % items if place else 0  # the first line is the best-seller
        return LineDraft(quantity=Decimal(1 + n % 3), unit_price=price, item_no=f"ITEM-{item}")

    drafts = [
        SalesDocumentDraft(
            "order",
            "C1",
            "EUR",
            TODAY,
            tuple(line(n, place) for place in range(lines_per_order)),
        )
        for n in range(2 * orders)
    ]

    def create() -> None:
        for start in range(0, len(drafts), BATCH):
            create_sales_documents(company, drafts[start : start + BATCH])

    size = f"{lines_per_order} lines each"
    total = orders * lines_per_order
    created = timed(f"create, {size}", 2 * orders, 2 * total, create)
    numbers = list(Document.objects.sales("order").order_by("no").values_list("no", flat=True))
    return [
        created,
        posted(f"ship and invoice, {size}", total, [numbers[:orders]]),
        posted(f"by two processes, {size}", total, [numbers[orders::2], numbers[orders + 1 :: 2]]),
        timed("plain insert of as many", 0, 2 * total, lambda: insert_plainly(2 * total)),
    ]


def posted(what: str, lines: int, shares: Sequence[list[str]]) -> Result:
    """Post each share of the orders in a process of its own, all at once."""
    connections.close_all()
    context = multiprocessing.get_context("fork")
    answers: Queue[Spent] = context.Queue()
    ready = context.Barrier(len(shares))
    processes = [
        context.Process(target=post_share, args=(share, ready, answers)) for share in shares
    ]
    for process in processes:
        process.start()
    spent = [answers.get(timeout=600) for _process in processes]
    for process in processes:
        process.join()
    documents = sum(map(len, shares))
    return Result(
        what,
        documents,
        lines,
        max(one.ended for one in spent) - min(one.begun for one in spent),
        round(1e6 * sum(one.client_cpu for one in spent) / lines),
        round(1e6 * sum(one.server_cpu for one in spent) / lines),
        round(sum(one.statements for one in spent) / documents, 2),
    )


def post_share(numbers: list[str], ready: Barrier, answers: Queue[Spent]) -> None:
    from erp.batch import batch_post
    from erp.models import Company

    company, statements = Company.objects.get(), 0

    def count(execute: Callable[..., Any], *call: Any) -> Any:
        nonlocal statements
        statements += 1
        return execute(*call)

    ready.wait(START)
    begun, client, server = time.perf_counter(), time.process_time(), server_cpu()
    with connection.execute_wrapper(count):
        result = batch_post(company, kind="order", numbers=numbers, today=TODAY)
    client, server = time.process_time() - client, server_cpu() - server
    assert len(result.posted) == len(numbers), result.failed[:3]
    answers.put(Spent(begun, time.perf_counter(), client, server, statements))
    connections.close_all()


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
    print(f"{connection.vendor}: wall clock, load {os.getloadavg()[0]:.1f}")
    print(f"{'':36}{'documents':>10}{'lines':>7}{'s':>7}{'lines/s':>9}", end="")
    print(f"{'client':>8}{'server':>8}{'statements':>12}")
    for row in results:
        print(
            f"{row.what:36}{row.documents:10}{row.lines:7}{row.seconds:7.2f}"
            f"{row.lines_per_second:9.0f}{row.client_us:8}{row.server_us:8}{row.statements:12}"
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
