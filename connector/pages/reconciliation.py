"""Every order accounted for: the days as Shopify and the books count them, and what is missing."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.contrib import messages
from django.core.paginator import Page
from django.db import transaction
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from connector.pages.shop_codes import ShopList
from connector.pages.subjects import ReportSubject
from connector.pages.watched import watch
from connector.sync.mapping.missing import TROUBLE
from connector.sync.models import DayCount, MissingRecord
from connector.sync.reports.orders import Orders
from connector.sync.reports.reconciliation import NUMBER
from connector.sync.staging.asked_for import ask_for
from connector.ui.list_filters import ListFilter, TypedFilter
from connector.ui.lists import Rows, SavedView
from erp.exchange.cells import Column, text
from erp.exchange.sheets import write_sheet
from jobqueue.errors import Refused
from shops.models import Order, Shop


class DayList(ShopList):
    model = DayCount
    heading = gettext_lazy("Every order accounted for")
    columns = "pages/day_counts.html"
    views = (
        SavedView("", gettext_lazy("All days")),
        SavedView(
            "missing",
            gettext_lazy("With something missing"),
            lambda rows: rows.filter(missing__gt=0),
            counted=True,
            tone="warn",
            empty=gettext_lazy("Nothing is missing on any day."),
        ),
    )
    search = ("shop__code__icontains", "shop__name__icontains")
    search_label = gettext_lazy("Search shop")
    order = ("-day", "shop__code")
    empty = gettext_lazy("No day was compared yet. Start “Compare orders with Shopify”.")

    def rows(self) -> Rows:
        return DayCount.objects.select_related("shop")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            actions="pages/day_counts_actions.html", report=NUMBER, **kwargs
        )


def _day(expression: str) -> Q | None:
    try:
        return Q(day=date.fromisoformat(expression))
    except ValueError:
        return None


class MissingList(ShopList):
    model = MissingRecord
    heading = gettext_lazy("Not in the books")
    columns = "pages/missing_records.html"
    below = "pages/missing_records_fetch.html"
    views = (
        SavedView("", gettext_lazy("All")),
        SavedView(
            "trouble",
            gettext_lazy("Needs a person"),
            lambda rows: rows.filter(why__in=list(TROUBLE)),
            counted=True,
            tone="bad",
            empty=gettext_lazy("Nothing needs a person: the rest comes by itself."),
        ),
    )
    filters = (
        ListFilter("kind", gettext_lazy("Kind"), "kind", lambda: MissingRecord.Kind.choices),
        ListFilter("why", gettext_lazy("Why"), "why", lambda: MissingRecord.Why.choices),
        TypedFilter("day", gettext_lazy("Day"), _day, "date"),
    )
    search = ("order_name__icontains",)
    search_label = gettext_lazy("Search order no.")
    order = ("-day", "order_name", "pk")
    empty = gettext_lazy("Every order, refund and fulfillment that was compared is in the books.")

    def rows(self) -> Rows:
        return MissingRecord.objects.select_related("shop")

    def decorate(self, page: Page[Any]) -> None:
        add_orders(page.object_list)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            actions="pages/missing_records_actions.html",
            query=self.request.GET.urlencode(),
            **kwargs,
        )


def add_orders(records: Iterable[MissingRecord]) -> None:
    """Give each record its order, as far as it is here, and its address in Shopify."""
    found = Order.objects.filter(gid__in={record.order_gid for record in records})
    ids = {(shop, gid): pk for shop, gid, pk in found.values_list("shop_id", "gid", "pk")}
    for record in records:
        number = record.order_gid.rsplit("/", 1)[-1]
        record.__dict__["order_id"] = ids.get((record.shop_id, record.order_gid))
        record.__dict__["admin_url"] = f"{record.shop.url}/admin/orders/{number}"


@require_POST
def fetch(request: HttpRequest) -> HttpResponse:
    """Ask Shopify once more for one missing order, or for all that the list shows."""
    query = request.POST.get("query", "")
    rows = MissingList.of(request, query).matching()
    if (record := request.POST.get("record", "")).isdecimal():
        rows = MissingRecord.objects.filter(pk=int(record))
    try:
        with transaction.atomic():
            entries = [_requested(request, shop) for shop in ask_for(rows, timezone.now())]
    except Refused as refusal:
        messages.error(request, str(refusal))
        entries = []
    else:
        if not entries:
            messages.info(request, _("None of these is an order that Shopify can be asked for."))
    for entry in entries:
        watch(request, entry)
    if len(entries) == 1:
        messages.success(request, _("These orders are fetched now, whatever the filters say."))
        return redirect("job", entry_id=entries[0])
    if entries:
        return redirect("jobs")
    return redirect(f"{reverse('missing-records')}?{query}")


def _requested(request: HttpRequest, shop: Shop) -> int:
    """A run of its own: one that runs already may have passed by. Raises Refused."""
    if not shop.enabled:
        raise Refused(_("Shop %s is disabled: enable it on the shop card.") % shop.code)
    subject = ReportSubject(Orders, shop)
    return subject.request({}, {"retry": "due"}, owner_id=request.user.pk)[0].pk


DAY_COLUMNS: tuple[Column, ...] = tuple(
    text(name, 100)
    for name in (
        *("shop", "day", "orders", "orders_here", "orders_booked", "refunds", "refunds_booked"),
        *("fulfillments", "fulfillments_booked", "missing", "checked_at"),
    )
)
MISSING_COLUMNS: tuple[Column, ...] = tuple(
    text(name, 500)
    for name in ("shop", "day", "kind", "order_name", "why", "reason", "gid", "checked_at")
)
EXPORTS = {"days": (DayList, DAY_COLUMNS), "missing": (MissingList, MISSING_COLUMNS)}


@require_safe
def export(request: HttpRequest, what: str) -> HttpResponse:
    """What a list shows, all of its pages, as CSV: cells are texts that no spreadsheet computes."""
    if what not in EXPORTS:
        raise Http404
    page, columns = EXPORTS[what]
    rows = page.of(request, request.GET.urlencode()).matching().order_by(*page.order)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "list.csv"
        cells = (_cells(row, columns) for row in rows.iterator(chunk_size=1000))
        write_sheet(path, columns, cells)
        response = HttpResponse(path.read_bytes(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="shopify-{what}.csv"'
    return response


def _cells(row: DayCount | MissingRecord, columns: Iterable[Column]) -> list[str]:
    return [_cell(getattr(row, column.name)) for column in columns]


def _cell(value: Any) -> str:
    if isinstance(value, Shop):
        return value.code
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
