"""Documents of the books: lists of what is open and what is posted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django.core.paginator import Page
from django.utils.translation import gettext_lazy as _

from connector.pages.issues import add_rights
from connector.pages.shop_codes import shop_codes
from connector.sync.models import DocumentLink, Issue, RefundLink, ShipmentLink
from connector.sync.reports.shipments import Shipments
from connector.ui.list_filters import ListFilter, days
from connector.ui.lists import ListPage, Rows, SavedView
from erp.models import Document


class DocumentList(ListPage):
    """Documents of one side and kind, with the Shopify order each came from."""

    model = Document
    side: ClassVar[str] = Document.Side.SALE
    kind: ClassVar[str]
    new: ClassVar[str] = ""  # name of the page that makes one
    columns = "books/documents.html"
    search = (
        "no__icontains",
        "posted_no__icontains",
        "external_no__icontains",
        "party__name__icontains",
    )
    search_label = _("Search no., external document no. or customer")
    order = ("-document_date", "-no")

    def rows(self) -> Rows:
        rows = Document.objects.filter(side=self.side, kind=self.kind)
        return rows.select_related("party", "source")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        may_add = bool(self.new) and self.request.user.has_perm("erp.add_document")
        made = {"actions": "books/list_actions.html", "may_add": may_add, "new": self.new}
        return super().get_context_data(**made, **kwargs)

    def decorate(self, page: Page[Any]) -> None:
        sources = [document.source_id or document.pk for document in page.object_list]
        links = DocumentLink.objects.filter(document__in=sources).select_related("order__shop")
        by_document = {link.document_id: link.order for link in links}
        for document in page.object_list:
            document.shopify_order = by_document.get(document.source_id or document.pk)


class SalesOrderList(DocumentList):
    kind = Document.Kind.ORDER
    heading = _("Sales orders")
    empty = _("No sales orders here. They are made of Shopify orders.")
    views = (
        SavedView(
            "",
            _("Open and released"),
            lambda rows: rows.filter(state__in=[Document.State.OPEN, Document.State.RELEASED]),
        ),
        SavedView(
            "completed",
            Document.State.COMPLETED.label,
            lambda rows: rows.filter(state=Document.State.COMPLETED),
        ),
        SavedView("all", _("All")),
    )

    new = "sales-order-new"


class SalesInvoiceList(DocumentList):
    new = "sales-invoice-new"
    kind = Document.Kind.INVOICE
    heading = _("Sales invoices")
    empty = _("No sales invoices wait to be posted.")

    def rows(self) -> Rows:
        return super().rows().filter(state__in=[Document.State.OPEN, Document.State.RELEASED])


class PostedInvoiceList(DocumentList):
    kind = Document.Kind.INVOICE
    heading = _("Posted sales invoices")
    order = ("-posting_date", "-posted_no")
    empty = _("No sales invoices have been posted.")

    def rows(self) -> Rows:
        return super().rows().filter(state=Document.State.POSTED)


class CreditList(DocumentList):
    """Documents that refunds become, with the Shopify order of the refund."""

    def decorate(self, page: Page[Any]) -> None:
        sources = [document.source_id or document.pk for document in page.object_list]
        links = RefundLink.objects.filter(document__in=sources)
        rows = links.select_related("refund__order__shop")
        by_document = {link.document_id: link.refund.order for link in rows}
        for document in page.object_list:
            document.shopify_order = by_document.get(document.source_id or document.pk)


class ReturnOrderList(CreditList):
    new = "return-order-new"
    kind = Document.Kind.RETURN_ORDER
    heading = _("Sales return orders")
    empty = _("No sales return orders here. Refunds become them where the shop card says so.")
    views = SalesOrderList.views


class ReturnReceiptList(CreditList):
    kind = Document.Kind.RETURN_RECEIPT
    heading = _("Posted return receipts")
    order = ("-posting_date", "-posted_no")
    empty = _("No return receipts have been posted.")

    def rows(self) -> Rows:
        return super().rows().filter(state=Document.State.POSTED)


class CreditMemoList(CreditList):
    new = "credit-memo-new"
    kind = Document.Kind.CREDIT_MEMO
    heading = _("Sales credit memos")
    empty = _("No sales credit memos wait to be posted.")

    def rows(self) -> Rows:
        return super().rows().filter(state__in=[Document.State.OPEN, Document.State.RELEASED])


class PostedCreditMemoList(CreditList):
    kind = Document.Kind.CREDIT_MEMO
    heading = _("Posted sales credit memos")
    order = ("-posting_date", "-posted_no")
    empty = _("No sales credit memos have been posted.")

    def rows(self) -> Rows:
        return super().rows().filter(state=Document.State.POSTED)


def sent_as(*states: str) -> Any:
    """Posted shipments whose link to Shopify is in one of `states`."""
    links = ShipmentLink.objects.filter(state__in=states)
    return lambda rows: rows.filter(pk__in=links.values("shipment"))


class ShipmentList(DocumentList):
    kind = Document.Kind.SHIPMENT
    heading = _("Posted sales shipments")
    columns = "books/shipments.html"
    order = ("-posting_date", "-posted_no")
    empty = _("No shipments here.")
    views = (
        SavedView("", _("All")),
        SavedView(
            "to-send",
            _("To be sent to Shopify"),
            sent_as(ShipmentLink.State.PENDING, ShipmentLink.State.SENDING),
            counted=True,
        ),
        SavedView(
            "failed",
            ShipmentLink.State.FAILED.label,
            sent_as(ShipmentLink.State.FAILED),
            counted=True,
            tone="bad",
        ),
    )

    def rows(self) -> Rows:
        rows = super().rows().filter(state=Document.State.POSTED)
        if code := self.request.GET.get("shop"):
            links = ShipmentLink.objects.filter(order__shop__code=code)
            rows = rows.filter(pk__in=links.values("shipment"))
        return rows

    def shop_codes(self) -> Sequence[str]:
        return shop_codes()

    def decorate(self, page: Page[Any]) -> None:
        links = ShipmentLink.objects.filter(shipment__in=page.object_list)
        by_shipment = {link.shipment_id: link for link in links.select_related("order__shop")}
        for shipment in page.object_list:
            shipment.link = by_shipment.get(shipment.pk)
        self._add_issues(page)

    def _add_issues(self, page: Page[Any]) -> None:
        """What was not sent can be tried again right here."""
        gids = {f"shipment {shipment.pk}": shipment for shipment in page.object_list}
        issues = Issue.objects.open().filter(report=Shipments.name, gid__in=gids)
        found = list(issues.select_related("shop"))
        add_rights(found, self.request)
        for issue in found:
            gids[issue.gid].issue = issue


class AllDocuments(DocumentList):
    """Documents of every side and kind."""

    heading = _("All documents")
    columns = "books/all_documents.html"
    empty = _("The books have no documents yet.")
    filters = (
        ListFilter("side", _("All sides"), "side", lambda: Document.Side.choices),
        ListFilter("kind", _("All kinds"), "kind", lambda: Document.Kind.choices),
        ListFilter("state", _("All states"), "state", lambda: Document.State.choices),
        *days("document_date", _("From"), _("Until")),
    )

    def rows(self) -> Rows:
        return Document.objects.select_related("party", "source", "company")
