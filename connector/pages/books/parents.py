"""The list on which a document stands, to which its page leads back."""

from __future__ import annotations

from typing import NamedTuple

from django.urls import reverse
from django.utils.functional import Promise

from connector.pages.books import documents, purchase_documents
from connector.pages.books.payments import PaymentList
from connector.ui.lists import ListPage
from erp.models import Document

Side, Kind = Document.Side, Document.Kind
Listed = tuple[str, type[ListPage]]  # name of the address, page


class Parent(NamedTuple):
    url: str
    heading: Promise


_OPEN: dict[tuple[str, str], Listed] = {
    (Side.SALE, Kind.ORDER): ("sales-orders", documents.SalesOrderList),
    (Side.SALE, Kind.INVOICE): ("sales-invoices", documents.SalesInvoiceList),
    (Side.SALE, Kind.RETURN_ORDER): ("return-orders", documents.ReturnOrderList),
    (Side.SALE, Kind.CREDIT_MEMO): ("credit-memos", documents.CreditMemoList),
    (Side.PURCHASE, Kind.ORDER): ("purchase-orders", purchase_documents.PurchaseOrderList),
    (Side.PURCHASE, Kind.INVOICE): ("purchase-invoices", purchase_documents.PurchaseInvoiceList),
    (Side.PURCHASE, Kind.CREDIT_MEMO): (
        "purchase-credit-memos",
        purchase_documents.PurchaseCreditMemoList,
    ),
    (Side.BANK, Kind.PAYMENT): ("payments", PaymentList),
}
_POSTED: dict[tuple[str, str], Listed] = {
    (Side.SALE, Kind.SHIPMENT): ("shipments", documents.ShipmentList),
    (Side.SALE, Kind.RETURN_RECEIPT): ("return-receipts", documents.ReturnReceiptList),
    (Side.SALE, Kind.INVOICE): ("posted-invoices", documents.PostedInvoiceList),
    (Side.SALE, Kind.CREDIT_MEMO): ("posted-credit-memos", documents.PostedCreditMemoList),
    (Side.PURCHASE, Kind.SHIPMENT): ("purchase-receipts", purchase_documents.ReceiptList),
    (Side.PURCHASE, Kind.INVOICE): (
        "posted-purchase-invoices",
        purchase_documents.PostedPurchaseInvoiceList,
    ),
    (Side.PURCHASE, Kind.CREDIT_MEMO): (
        "posted-purchase-credit-memos",
        purchase_documents.PostedPurchaseCreditMemoList,
    ),
    (Side.BANK, Kind.PAYMENT): ("payments", PaymentList),
}


def parent_of(document: Document) -> Parent:
    lists = _POSTED if document.state == Document.State.POSTED else _OPEN
    sort = (document.side, document.kind)
    name, page = lists.get(sort, ("documents", documents.AllDocuments))
    return Parent(reverse(name), page.heading)
