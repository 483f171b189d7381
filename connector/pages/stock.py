"""Stock by location: what Shopify shows, what the books say, and how that number came about."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from connector.pages.back import back_to
from connector.pages.shop_codes import ShopList
from connector.pages.subjects import ReportSubject
from connector.sync.mapping.stock import Calculation
from connector.sync.models import VariantLink
from connector.sync.reports.stock import Stock
from connector.sync.stock_figures import calculations, sold, today
from connector.ui.list_filters import ListFilter
from connector.ui.lists import Rows, SavedView
from erp.models import Company, Item
from jobqueue.errors import Refused
from shops.models import Location, Shop, StockLevel
from shops.models.stock import DIFFERING

MOST = 500  # rows that are sent from the page at once


def _locations() -> list[tuple[str, str]]:
    names = Location.objects.filter(active=True).order_by("name").values_list("name", flat=True)
    return [(name, name) for name in dict.fromkeys(names)]


class StockList(ShopList):
    model = StockLevel
    heading = gettext_lazy("Stock by location")
    columns = "pages/stock.html"
    below = "pages/stock_bulk.html"
    views = (
        SavedView("", gettext_lazy("All")),
        SavedView(
            "differing",
            gettext_lazy("Differing"),
            lambda rows: rows.filter(DIFFERING),
            empty=gettext_lazy("Shopify shows what the books say."),
        ),
        SavedView(
            "problems",
            gettext_lazy("With a problem"),
            lambda rows: rows.exclude(problem=""),
            counted=True,
            tone="bad",
            empty=gettext_lazy("Nothing stands in the way."),
        ),
    )
    filters = (ListFilter("location", gettext_lazy("Location"), "location__name", _locations),)
    search = ("variant__sku__icontains", "variant__title__icontains")
    search_label = gettext_lazy("Search product or SKU")
    order = ("variant__title", "variant__sku", "location__name", "pk")
    empty = gettext_lazy(
        "Nothing here. Choose a stock calculation on the shop's locations, then sync inventory."
    )

    def rows(self) -> Rows:
        return StockLevel.objects.select_related(
            "shop", "location", "variant", "variant__link__item", "variant__link__item_variant"
        )


@require_POST
def send(request: HttpRequest) -> HttpResponse:
    """Ask for 30102 over the rows that were chosen; each shop gets an entry of its own."""
    query = QueryDict(request.POST.get("query", "")).urlencode()
    address = back_to(request, f"{reverse('stock')}?{query}")
    if request.POST.get("scope") == "all":
        rows = StockList.of(request, query).matching()
    else:
        picked = [pk for pk in request.POST.getlist("row") if pk.isdecimal()]
        rows = StockLevel.objects.filter(pk__in=picked)
    chosen = list(rows.order_by("pk").values_list("pk", "shop_id")[: MOST + 1])
    if not chosen:
        messages.error(request, _("Select at least one row."))
    elif len(chosen) > MOST:
        text = _("At most %(most)d rows at once. Sync inventory takes all of them.")
        messages.error(request, text % {"most": MOST})
    else:
        _ask(request, chosen)
    return redirect(address)


def _ask(request: HttpRequest, chosen: Sequence[tuple[int, int]]) -> None:
    for shop in Shop.objects.filter(pk__in={shop for _pk, shop in chosen}):
        pks = [pk for pk, of in chosen if of == shop.pk]
        if not shop.enabled:
            text = _("Shop %s is disabled: enable it on the shop card.")
            messages.error(request, text % shop.code)
            continue
        try:
            subject = ReportSubject(Stock, shop)
            subject.request({"row": "|".join(map(str, pks))}, {}, owner_id=request.user.pk)
        except Refused as refusal:
            messages.error(request, str(refusal))
            continue
        text = ngettext(
            "%(shop)s: %(count)d row is sent.", "%(shop)s: %(count)d rows are sent.", len(pks)
        )
        messages.success(request, text % {"shop": shop.code, "count": len(pks)})


@require_safe
def level(request: HttpRequest, level_id: int) -> HttpResponse:
    """How one number came about, as the books are now."""
    rows = StockLevel.objects.select_related("shop", "location", "variant")
    row = get_object_or_404(rows, pk=level_id)
    link = VariantLink.objects.filter(variant=row.variant).select_related("item", "item_variant")
    shown = {"row": row, "link": link.first(), **_explained(row)}
    return render(request, "pages/stock_level.html", shown)


def _explained(row: StockLevel) -> dict[str, Any]:
    """The steps, or why there are none."""
    books = Company.objects.filter(code=row.shop.company_code).first()
    variants = sold(row.shop, [row.variant_id])
    if books is None or not variants:
        return {"why_not": _why_not(row)}
    told = calculations(books, row.location, variants, today(row.shop, timezone.now()))
    one = told[row.variant_id]
    if not isinstance(one, Calculation):
        return {"why_not": one}
    item = Item.objects.get(pk=variants[0].item)
    asked = urlencode({"item": item.no})
    return {
        "told": one,
        "item": item,
        "change": one.figures.left - one.figures.on_hand,
        "ledger": f"{reverse('item-ledger')}?{asked}",
        "free": row.location.stock_calculation == Location.StockCalculation.FREE,
        "off": not Location.of_stock(row.shop).filter(pk=row.location_id).exists(),
    }


def _why_not(row: StockLevel) -> str:
    link = VariantLink.objects.filter(variant=row.variant_id).select_related("item").first()
    if link is None or link.item is None:
        return _("The variant stands for no item: nothing is told of it.")
    if link.item.type != Item.Type.INVENTORY:
        return _("The item is no inventory item: nothing is told of it.")
    if not row.variant.tracked:
        return _("Shopify does not track the variant's stock: nothing is told of it.")
    return _("The variant is no longer in Shopify, or its products are to be imported first.")
