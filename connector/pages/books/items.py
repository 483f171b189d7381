"""Items of the books: what they cost, how many lie where, and in which shop they are sold."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django.core.paginator import Page
from django.db.models import Sum
from django.utils.translation import gettext_lazy as _

from connector.ui.list_filters import ListFilter
from connector.ui.lists import ListPage, Rows, SavedView
from erp.models import Item, Lookup, Stock

ADD = "erp.add_item"
CHANGE = "erp.change_item"
ADD_ITEMS = 30106  # the report that adds items to a shop


def _categories() -> Sequence[tuple[str, str]]:
    rows = Lookup.objects.filter(kind=Lookup.Kind.CATEGORY).order_by("code")
    return [(row.code, row.description or row.code) for row in rows]


class ItemList(ListPage):
    model = Item
    heading = _("Items")
    columns = "books/items.html"
    search = ("no__istartswith", "description__icontains", "gtin__exact")
    search_label = _("Search no., description or GTIN")
    order: ClassVar[Sequence[str]] = ("company", "no")
    sorts = {
        "description": ("description", "pk"),
        "price": ("unit_price", "pk"),
    }
    views = (
        SavedView("", _("All")),
        SavedView("blocked", _("Blocked"), lambda rows: rows.filter(blocked=True)),
    )
    filters = (ListFilter("category", _("All categories"), "category", _categories),)
    empty = _("The books have no items yet.")

    def rows(self) -> Rows:
        return Item.objects.select_related("company")

    def decorate(self, page: Page[Any]) -> None:
        stock = Stock.objects.filter(item__in=page.object_list).values("item")
        on_hand = dict(stock.annotate(qty_sum=Sum("qty")).values_list("item", "qty_sum"))
        for item in page.object_list:
            item.on_hand = on_hand.get(item.pk, 0)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        may = self.request.user.has_perm
        return super().get_context_data(
            actions="books/list_actions.html",
            may_add=may(ADD),
            may_import=may(ADD) and may(CHANGE),
            may_export=True,
            new="item-new",
            what="items",
            shops_sell=ADD_ITEMS,
            **kwargs,
        )
