"""Sales documents of the books: lists of what is open and what is posted, and the page of one."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any, ClassVar, NamedTuple

from django.core.paginator import Page
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from connector.pages.shop_codes import shop_codes
from connector.sync.models import DocumentLink, ShipmentLink
from connector.ui.lists import ListPage, Rows, SavedView
from erp.models import Document


class DocumentList(ListPage):
    """Sales documents of one kind, with the Shopify order each came from."""

    model = Document
    kind: ClassVar[str]
    columns = "pages/documents.html"
    search = (
        "no__icontains",
        "posted_no__icontains",
        "external_no__icontains",
        "party__name__icontains",
    )
    search_label = _("Search no., external document no. or customer")
    order = ("-document_date", "-no")

    def rows(self) -> Rows:
        return Document.objects.sales(self.kind).select_related("party", "source")

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


class SalesInvoiceList(DocumentList):
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


def sent_as(*states: str) -> Any:
    """Posted shipments whose link to Shopify is in one of `states`."""
    links = ShipmentLink.objects.filter(state__in=states)
    return lambda rows: rows.filter(pk__in=links.values("shipment"))


class ShipmentList(DocumentList):
    kind = Document.Kind.SHIPMENT
    heading = _("Posted sales shipments")
    columns = "pages/shipments.html"
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


class Parent(NamedTuple):
    url: str
    heading: Promise


def parent_of(document: Document) -> Parent | None:
    """The list on which `document` stands; None for kinds that have no list."""
    if document.side != Document.Side.SALE:
        return None
    if document.kind == Document.Kind.ORDER:
        return Parent(reverse("sales-orders"), SalesOrderList.heading)
    if document.kind == Document.Kind.SHIPMENT:
        return Parent(reverse("shipments"), ShipmentList.heading)
    if document.kind != Document.Kind.INVOICE:
        return None
    if document.state == Document.State.POSTED:
        return Parent(reverse("posted-invoices"), PostedInvoiceList.heading)
    return Parent(reverse("sales-invoices"), SalesInvoiceList.heading)


@require_safe
def document(request: HttpRequest, document_id: uuid.UUID) -> HttpResponse:
    row = get_object_or_404(
        Document.objects.select_related("party", "bill_to", "source", "company"), pk=document_id
    )
    made_of = DocumentLink.objects.filter(document__in=[row.pk, row.source_id or row.pk])
    shown = {
        "document": row,
        "parent": parent_of(row),
        "lines": row.lines.select_related("item", "variant", "location"),
        "link": made_of.select_related("order__shop").first(),
        "shipment_link": ShipmentLink.objects.filter(shipment=row).first(),
        "posted": row.posted_children.order_by("posted_at", "kind"),
        "gl_entries": row.gl_entries.order_by("pk"),
        "party_entries": row.party_entries.select_related("party").order_by("pk"),
        "item_entries": row.item_entries.select_related("item", "location").order_by("pk"),
    }
    return render(request, "pages/document.html", shown)
