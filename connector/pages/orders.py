"""Lists of Shopify orders: those that came in, and those that were seen and not taken yet."""

from __future__ import annotations

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from connector.pages.shop_codes import ShopList
from connector.sync.models import StagedOrder
from connector.sync.report import FilterField
from connector.sync.reports.documents import Documents
from connector.ui.list_filters import ExpressionFilter
from connector.ui.lists import Rows, SavedView
from jobqueue.filters import BadFilter, parse
from shops.models import Order


def _read(name: str, field: FilterField) -> ExpressionFilter:
    def condition(expression: str) -> Q | None:
        try:
            return parse(expression, field.type).q(field.column)
        except BadFilter:
            return None

    return ExpressionFilter(name, field.label, condition)


class OrderList(ShopList):
    """Also by the filter expressions of the report that makes documents of orders."""

    model = Order
    heading = _("Shopify orders")
    columns = "pages/orders.html"
    views = (
        SavedView("", _("All")),
        SavedView(
            "unprocessed",
            _("Unprocessed"),
            lambda rows: rows.filter(state=Order.State.UNPROCESSED),
            counted=True,
            tone="warn",
        ),
        SavedView(
            "conflict",
            _("Changed after processing"),
            lambda rows: rows.filter(conflict=True),
            counted=True,
            tone="warn",
        ),
    )
    search = (
        "name__icontains",
        "customer_name__icontains",
        "email__icontains",
        "po_number__icontains",
    )
    filters = tuple(_read(name, field) for name, field in Documents.filters.items())
    search_label = _("Search order no., customer or e-mail")
    order = ("-created_at", "-pk")
    empty = _("No orders here. Start “Sync orders from Shopify” from a shop card.")

    def rows(self) -> Rows:
        return Order.objects.select_related("shop", "document_link__document")


class StagedOrderList(ShopList):
    model = StagedOrder
    heading = _("Orders to import")
    columns = "pages/staged_orders.html"
    views = (
        SavedView("", _("All")),
        SavedView(
            "rejected",
            StagedOrder.State.REJECTED.label,
            lambda rows: rows.filter(state=StagedOrder.State.REJECTED),
            counted=True,
            tone="bad",
        ),
        SavedView(
            "waiting",
            StagedOrder.State.WAITING.label,
            lambda rows: rows.filter(state=StagedOrder.State.WAITING),
            counted=True,
        ),
    )
    search = ("name__icontains", "reason__icontains")
    search_label = _("Search order no. or reason")
    order = ("-created_at", "-pk")
    empty = _("Every order that was seen in Shopify has come in.")

    def rows(self) -> Rows:
        return StagedOrder.objects.select_related("shop").defer("raw", "trace")
