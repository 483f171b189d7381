"""Short ways to make what a test of the books is about, by the books' own functions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from erp.adjustments import AdjustmentLine, create_adjustment
from erp.customers import create_customer, create_vendor
from erp.documents import create_purchase_document, create_sales_document
from erp.drafts import (
    CustomerDraft,
    ItemDraft,
    LineDraft,
    PurchaseDocumentDraft,
    SalesDocumentDraft,
)
from erp.items import create_item
from erp.models import (
    Company,
    Document,
    DocumentLine,
    GLEntry,
    ItemEntry,
    NumberSeries,
    Party,
    PartyEntry,
    Stock,
)
from erp.posting import post_document
from erp.setup import create_company

D = Decimal
TODAY = date(2026, 3, 2)
RATES = {
    "DOMESTIC|STANDARD": D(25),
    "DOMESTIC|VAT19": D(19),
    "DOMESTIC|VAT10": D(10),
    "DOMESTIC|VAT7": D(7),
}


def make_company(code: str = "DEMO", **options: Any) -> Company:
    options.setdefault("prevent_negative", True)
    return create_company(
        code,
        "EUR",
        vat_rates=RATES,
        currencies={"JPY": D("0.0062"), "USD": D("0.9"), "KWD": D("2.98")},
        **options,
    )


def make_customer(company: Company, no: str = "C1", **options: Any) -> Party:
    return create_customer(company, CustomerDraft(name="Ada Lovelace", no=no, **options))


def make_vendor(company: Company, no: str = "V1", **options: Any) -> Party:
    return create_vendor(company, CustomerDraft(name="Charles Babbage", no=no, **options))


def make_item(company: Company, no: str = "A", **options: Any) -> Any:
    options.setdefault("unit_price", D(10))
    return create_item(company, ItemDraft(no=no, description=f"Item {no}", **options))


def make_stock(company: Company, *lines: tuple[str, int, int], **options: str) -> Document:
    """Each line is (item no., quantity, unit cost)."""
    adjustment = create_adjustment(
        company,
        [AdjustmentLine(no, D(quantity), D(cost), **options) for no, quantity, cost in lines],
        posting_date=TODAY,
    )
    return post_document(adjustment.pk, today=TODAY)


def item_line(quantity: str | int, price: str | int, no: str = "A", **options: Any) -> LineDraft:
    return LineDraft(quantity=D(quantity), unit_price=D(price), item_no=no, **options)


def account_line(price: str | int, no: str, quantity: str | int = 1, **options: Any) -> LineDraft:
    return LineDraft(
        type="account", quantity=D(quantity), unit_price=D(price), account_no=no, **options
    )


def draft(*lines: LineDraft, **options: Any) -> SalesDocumentDraft:
    blank = SalesDocumentDraft("order", "C1", "EUR", TODAY, lines)
    return replace(blank, **options)


def make_order(company: Company, *lines: LineDraft, **options: Any) -> Document:
    return create_sales_document(company, draft(*lines, **options))


def make_invoice(company: Company, *lines: LineDraft, **options: Any) -> Document:
    return create_sales_document(company, draft(*lines, kind="invoice", **options))


def make_return(invoice: Document, *lines: LineDraft, **options: Any) -> Document:
    """A return order against an invoice; a line names the invoice's by `corrects_line`."""
    head = draft(*lines, kind="return_order", corrects_no=invoice.posted_no, **options)
    return create_sales_document(invoice.company, head)


def make_purchase(company: Company, *lines: LineDraft, **options: Any) -> Document:
    """An order unless `kind` says otherwise."""
    blank = PurchaseDocumentDraft("order", "V1", "EUR", TODAY, lines)
    return create_purchase_document(company, replace(blank, **options))


def make_credit_memo(
    invoice: Document, quantity: int, *, restock_at: str | None, no: str
) -> Document:
    """Credit pieces of an invoice's only line: as the item at its old cost, or to an account."""
    line = invoice.lines.get()
    memo = Document.objects.create(
        company=invoice.company,
        side=Document.Side.SALE,
        kind=Document.Kind.CREDIT_MEMO,
        no=no,
        party=invoice.party,
        corrects=invoice,
        currency=invoice.currency,
        vat_bus=invoice.vat_bus,
        document_date=TODAY,
        posting_date=TODAY,
    )
    line.pk = None
    line.document = memo
    line.quantity = D(quantity)
    if restock_at is None:
        line.type, line.item, line.account = "account", None, "4900"
    else:
        line.source_line = invoice.lines.get()
        line.unit_cost = D(restock_at)
    line.save(force_insert=True)
    return memo


def to_post(order: Document, *, ship: str | int = 0, invoice: str | int = 0) -> None:
    """Let the next posting of the order's lines take just so much."""
    order.lines.update(qty_to_ship=D(ship), qty_to_invoice=D(invoice))


def books(company: Company) -> dict[str, int]:
    """How many rows of each kind there are: to show that a refusal left nothing."""
    documents = Document.objects.filter(company=company)
    counts = {
        model.__name__: model._default_manager.filter(document__in=documents).count()
        for model in (DocumentLine, ItemEntry, PartyEntry, GLEntry)
    }
    counts["Document"] = documents.count()
    numbers = NumberSeries.objects.filter(company=company).values_list("code", "last_no")
    return counts | {code: last for code, last in numbers if code.endswith("+") or last}


def gl(document: Document | None) -> dict[str, Decimal]:
    """The G/L of a document: {account: amount}."""
    assert document is not None
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for account, amount in document.gl_entries.values_list("account", "amount"):
        sums[account] += amount
    return {account: amount for account, amount in sums.items() if amount}


def on_hand(no: str = "A") -> Decimal:
    return sum((row.qty for row in Stock.objects.filter(item__no=no)), D(0))


def amounts(document: Document) -> tuple[Decimal, Decimal, Decimal]:
    document.refresh_from_db()
    return document.amount, document.vat_amount, document.amount_incl


def column(lines: Sequence[DocumentLine] | Any, name: str) -> list[Decimal]:
    return [getattr(line, name) for line in lines]
