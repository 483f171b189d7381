"""How fast the books post a real week: `python -m benchmarks.replay_week [--kind order]`.

The week is that of 14 to 18 November 2011 in "Online Retail" (Chen, 2015, CC BY 4.0): 789
documents with 17,778 lines. The file is not ours to ship; without it nothing is measured. Sales
become invoices, or orders that are shipped and invoiced, cancellations credit memos, write-offs
stock adjustments. Uses a test database beside that of DATABASE_URL. Prints one JSON line.
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

from benchmarks.database import own_database

if TYPE_CHECKING:
    from erp.drafts import LineDraft, SalesDocumentDraft
    from erp.models import Company

DATA = Path(__file__).resolve().parents[2] / "shared" / "data" / "online_retail"
WEEK = DATA / "online_retail_week46_2011.csv.gz"
TODAY = date(2011, 11, 18)
GUEST = "GUEST"
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


def read_week() -> list[SoldDocument]:
    with gzip.open(WEEK, "rt", encoding="utf-8", newline="") as file:
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


def _timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kind", choices=("invoice", "order"), default="invoice")
    options = parser.parse_args()
    if not WEEK.exists():
        print(f"The file {WEEK.name} is not here: nothing measured.")
        return 2
    from erp.audit import broken_invariants

    week = read_week()
    lines = sum(len(d.lines) for d in week if d.kind == "invoice")
    with own_database():
        company = given_books(week, 100_000)
        created = _timed(lambda: create_documents(company, week, options.kind))
        posted = _timed(lambda: post(company, options.kind))
        credited = _timed(lambda: post(company, "credit_memo"))
        written_off = _timed(lambda: write_off(company, week))
        broken = broken_invariants()
    print(
        json.dumps(
            {
                "benchmark": "replay_week",
                "database": connection.vendor,
                "kind": options.kind,
                "lines_posted_per_second": round(lines / posted),
                "seconds": {
                    "create": round(created, 2),
                    "post": round(posted, 2),
                    "credit": round(credited, 2),
                    "write off": round(written_off, 2),
                },
                "broken": [str(one) for one in broken],
            }
        )
    )
    return 1 if broken else 0


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "connector.settings")
    django.setup()
    sys.exit(main())
