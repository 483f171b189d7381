"""Documents of what is bought: lists of what is open and what is posted."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from connector.pages.books.documents import DocumentList, SalesOrderList
from connector.ui.lists import Rows
from erp.models import Document


class PurchaseList(DocumentList):
    """Purchase documents of one kind."""

    side = Document.Side.PURCHASE
    columns = "books/all_documents.html"
    search_label = _("Search no., external document no. or vendor")


class OpenPurchases(PurchaseList):
    def rows(self) -> Rows:
        return super().rows().filter(state__in=[Document.State.OPEN, Document.State.RELEASED])


class PostedPurchases(PurchaseList):
    order = ("-posting_date", "-posted_no")

    def rows(self) -> Rows:
        return super().rows().filter(state=Document.State.POSTED)


class PurchaseOrderList(PurchaseList):
    kind = Document.Kind.ORDER
    new = "purchase-order-new"
    heading = _("Purchase orders")
    empty = _("No purchase orders here.")
    views = SalesOrderList.views


class PurchaseInvoiceList(OpenPurchases):
    kind = Document.Kind.INVOICE
    new = "purchase-invoice-new"
    heading = _("Purchase invoices")
    empty = _("No purchase invoices wait to be posted.")


class PurchaseCreditMemoList(OpenPurchases):
    kind = Document.Kind.CREDIT_MEMO
    new = "purchase-credit-memo-new"
    heading = _("Purchase credit memos")
    empty = _("No purchase credit memos wait to be posted.")


class ReceiptList(PostedPurchases):
    kind = Document.Kind.SHIPMENT
    heading = _("Posted purchase receipts")
    empty = _("No goods have been received.")


class PostedPurchaseInvoiceList(PostedPurchases):
    kind = Document.Kind.INVOICE
    heading = _("Posted purchase invoices")
    empty = _("No purchase invoices have been posted.")


class PostedPurchaseCreditMemoList(PostedPurchases):
    kind = Document.Kind.CREDIT_MEMO
    heading = _("Posted purchase credit memos")
    empty = _("No purchase credit memos have been posted.")
