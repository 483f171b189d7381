"""Items of the books: what they cost, how many lie where, and in which shop they are sold."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Page
from django.db.models import Sum
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from connector.sync.models import VariantLink
from connector.ui.lists import ListPage, Rows
from erp.models import Item, ItemEntry, Stock

ENTRIES_SHOWN = 20


class ItemList(ListPage):
    model = Item
    heading = _("Items")
    columns = "pages/items.html"
    search = ("no__istartswith", "description__icontains", "gtin__exact")
    search_label = _("Search no., description or GTIN")
    order = ("no", "pk")
    empty = _("The books have no items yet.")

    def rows(self) -> Rows:
        return Item.objects.select_related("company")

    def decorate(self, page: Page[Any]) -> None:
        stock = Stock.objects.filter(item__in=page.object_list).values("item")
        on_hand = dict(stock.annotate(qty_sum=Sum("qty")).values_list("item", "qty_sum"))
        for item in page.object_list:
            item.on_hand = on_hand.get(item.pk, 0)


@require_safe
def item(request: HttpRequest, no: str) -> HttpResponse:
    """The card of an item; ?company= chooses among companies that use the same number."""
    items = Item.objects.select_related("company").order_by("company__code")
    if code := request.GET.get("company"):
        items = items.filter(company__code=code)
    row = items.filter(no=no).first()
    if row is None:
        raise Http404
    shown = {
        "item": row,
        "stock": Stock.objects.filter(item=row).select_related("variant", "location"),
        "variants": row.variants.order_by("code"),
        "links": VariantLink.objects.filter(item=row).select_related(
            "variant__shop", "item_variant"
        ),
        "entries": ItemEntry.objects.filter(item=row)
        .select_related("document", "location", "variant")
        .order_by("-pk")[:ENTRIES_SHOWN],
    }
    return render(request, "pages/item.html", shown)
