"""How fast the books post a real week: `python -m benchmarks replay_week [--file PATH]`.

The books must then come to the plain sums over the file. The week is that of 14 to 18 November 2011
in "Online Retail" (Chen, 2015, CC BY 4.0): 789 documents with 17,778 lines. The file is not ours to
ship; without it nothing is measured. Sales become invoices, or orders that are shipped and
invoiced, cancellations credit memos, write-offs stock adjustments. Uses a test database beside that
of DATABASE_URL. Prints a table and one JSON line; the status is 1 where books and file differ or an
invariant is broken.

CPU is that of this process and, where it runs on this machine, of its connection in the server.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import json
import os
import sys
import time
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple

import django
from django.db import connection

from benchmarks.database import own_database, server_cpu
from benchmarks.week_sums import differences, of_books, of_file

if TYPE_CHECKING:
    from erp.drafts import LineDraft, SalesDocumentDraft
    from erp.models import Company

DATA = Path(__file__).resolve().parents[2] / "shared" / "data" / "online_retail"
WEEK = DATA / "online_retail_week46_2011.csv.gz"
TODAY = date(2011, 11, 18)
GUEST = "GUEST"
PIECES = 100_000  # of each item, before the week begins
Kind = Literal["order", "invoice"]


class SoldLine(NamedTuple):
    item_no: str
    goods: bool  # else shipping, a fee, a discount …
    quantity: Decimal  # below 0 in cancellations and write-offs
    unit_price: Decimal  # GBP, without VAT


class SoldDocument(NamedTuple):
    no: str
    kind: str  # invoice, cancellation, stock_writeoff
    day: date
    customer_no: str
    lines: tuple[SoldLine, ...]

    @property
    def net(self) -> Decimal:
        return sum((line.quantity * line.unit_price for line in self.lines), Decimal(0))


class Step(NamedTuple):
    what: str
    documents: int
    lines: int
    seconds: float
    client_cpu: float  # s
    server_cpu: float  # s


def read_week(path: Path = WEEK) -> list[SoldDocument]:
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    documents = []
    for no, group in groupby(rows, key=lambda row: row["invoice_no"]):
        of_it = list(group)
        lines = tuple(
            SoldLine(
                row["item_no"].upper(),
                row["line_kind"] == "goods",
                Decimal(row["quantity"]),
                Decimal(row["unit_price"]),
            )
            for row in of_it
        )
        head = of_it[0]
        day = date.fromisoformat(head["invoice_at"][:10])
        documents.append(
            SoldDocument(no, head["doc_kind"], day, head["customer_no"] or GUEST, lines)
        )
    return documents


def given_books(week: list[SoldDocument], pieces: int) -> Company:
    """A company with the week's customers, and so many pieces of each item at 1.00."""
    from erp.adjustments import AdjustmentLine, create_adjustment
    from erp.customers import create_customer
    from erp.drafts import CustomerDraft, ItemDraft
    from erp.items import create_items
    from erp.posting import post_document
    from erp.setup import create_company

    company = create_company("RETAIL", "GBP", vat_rates={"DOMESTIC|STANDARD": Decimal(20)})
    for no in sorted({document.customer_no for document in week}):
        create_customer(company, CustomerDraft(name=no, no=no))
    items = sorted({line.item_no for document in week for line in document.lines if line.goods})
    create_items(company, [ItemDraft(no, no, Decimal(1)) for no in items])
    stock = [AdjustmentLine(no, Decimal(pieces), Decimal(1)) for no in items]
    post_document(create_adjustment(company, stock, posting_date=TODAY).pk, today=TODAY)
    return company


def create_documents(company: Company, week: list[SoldDocument], kind: Kind) -> None:
    """Sales and cancellations; what cancels is created as an invoice and then turned round."""
    from erp.documents import create_sales_documents
    from erp.models import Document

    sales = [document for document in week if document.kind != "stock_writeoff"]
    for start in range(0, len(sales), 50):
        drafts = [_draft(company, document, kind) for document in sales[start : start + 50]]
        answers = create_sales_documents(company, drafts)
        assert all(isinstance(answer, Document) for answer in answers), answers
    cancelled = [document.no for document in week if document.kind == "cancellation"]
    Document.objects.filter(no__in=cancelled).update(kind=Document.Kind.CREDIT_MEMO)


def write_off(company: Company, week: list[SoldDocument]) -> None:
    from erp.adjustments import AdjustmentLine, create_adjustment
    from erp.posting import post_document

    for document in week:
        if document.kind == "stock_writeoff":
            lines = [AdjustmentLine(line.item_no, line.quantity) for line in document.lines]
            made = create_adjustment(company, lines, posting_date=document.day)
            post_document(made.pk, today=TODAY)


def post(company: Company, kind: str) -> int:
    """Post all documents of a kind and say how many there were; none may be refused."""
    from erp.batch import batch_post

    result = batch_post(company, kind=kind, today=TODAY)
    assert not result.failed, result.failed[:3]
    return len(result.posted)


def _draft(company: Company, document: SoldDocument, kind: Kind) -> SalesDocumentDraft:
    from erp.drafts import SalesDocumentDraft

    sign = -1 if document.kind == "cancellation" else 1
    return SalesDocumentDraft(
        kind if document.kind == "invoice" else "invoice",
        document.customer_no,
        company.lcy,
        document.day,
        tuple(_line(company, line, sign) for line in document.lines),
        no=document.no,
    )


def _line(company: Company, line: SoldLine, sign: int) -> LineDraft:
    from erp.drafts import LineDraft

    quantity = sign * line.quantity
    if line.goods:
        return LineDraft(quantity=quantity, unit_price=line.unit_price, item_no=line.item_no)
    return LineDraft(
        type="account",
        quantity=quantity,
        unit_price=line.unit_price,
        account_no=company.account("shipping"),
        text=line.item_no,
    )


def measure(company: Company, week: list[SoldDocument], kind: Kind) -> list[Step]:
    """Create, then post, credit and write off the whole week."""
    drawn = [document for document in week if document.kind != "stock_writeoff"]

    def of(kind: str) -> list[SoldDocument]:
        return [document for document in week if document.kind == kind]

    return [
        timed("create", drawn, lambda: create_documents(company, week, kind)),
        timed(f"post as {kind}s", of("invoice"), lambda: post(company, kind)),
        timed("credit", of("cancellation"), lambda: post(company, "credit_memo")),
        timed("write off", of("stock_writeoff"), lambda: write_off(company, week)),
    ]


def timed(what: str, documents: list[SoldDocument], work: Callable[[], object]) -> Step:
    start, client, server = time.perf_counter(), time.process_time(), server_cpu()
    work()
    return Step(
        what,
        len(documents),
        sum(len(document.lines) for document in documents),
        round(time.perf_counter() - start, 2),
        round(time.process_time() - client, 2),
        round(server_cpu() - server, 2),
    )


def show(steps: list[Step]) -> None:
    print(f"{connection.vendor}: load {os.getloadavg()[0]:.1f}")
    print(f"{'':16}{'documents':>10}{'lines':>7}{'s':>7}{'client':>8}{'server':>8}{'lines/s':>9}")
    for step in steps:
        print(
            f"{step.what:16}{step.documents:10}{step.lines:7}{step.seconds:7.2f}"
            f"{step.client_cpu:8.2f}{step.server_cpu:8.2f}{step.lines / step.seconds:9.0f}"
        )


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks replay_week")
    parser.add_argument("--file", type=Path, help=f"{WEEK.name}, wherever it lies")
    parser.add_argument("--kind", choices=("invoice", "order"), default="invoice")
    options = parser.parse_args()
    if options.file and not options.file.exists():
        parser.error(f"There is no file {options.file}.")
    if options.file is None and not WEEK.exists():
        print("The week is not here, so nothing is measured. Name it: --file PATH")
        return 0
    from erp.audit import broken_invariants

    week = read_week(options.file or WEEK)
    with own_database():
        company = given_books(week, PIECES)
        steps = measure(company, week, options.kind)
        different = differences(of_file(week, PIECES), of_books(company))
        broken = [str(one) for one in broken_invariants()]
    show(steps)
    for complaint in (*different, *broken):
        print(complaint)
    told = {"benchmark": "replay_week", "database": connection.vendor, "kind": options.kind}
    steps_told = [step._asdict() for step in steps]
    print(json.dumps({**told, "steps": steps_told, "differences": different, "broken": broken}))
    return 1 if different or broken else 0


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "connector.settings")
    django.setup()
    sys.exit(main())
