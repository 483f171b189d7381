"""Prices of mapped variants: what the books ask and why, what Shopify has, what was edited there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Page
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from connector.pages.shop_codes import ShopList
from connector.sync.mapping.prices import changes
from connector.sync.models import PriceMark, VariantLink
from connector.sync.models.links import MappingState
from connector.sync.price_changes import price_of, settle
from connector.sync.priced import PriceBook
from connector.ui.lists import Rows, SavedView
from erp.models import Company
from shops.models import Shop

CHANGE = "shops.change_shop"


class PriceList(ShopList):
    model = VariantLink
    heading = gettext_lazy("Prices in Shopify")
    columns = "pages/product_prices.html"
    shop_path = "variant__shop__code"
    views = (
        SavedView("", gettext_lazy("All")),
        SavedView(
            "drift",
            PriceMark.State.DRIFT.label,
            lambda rows: rows.filter(variant__price_mark__state=PriceMark.State.DRIFT),
            counted=True,
            tone="warn",
            empty=gettext_lazy("No price was edited in Shopify since it was last told."),
        ),
        SavedView(
            "accepted",
            PriceMark.State.ACCEPTED.label,
            lambda rows: rows.filter(variant__price_mark__state=PriceMark.State.ACCEPTED),
        ),
    )
    search = ("variant__title__icontains", "variant__sku__icontains", "item__no__icontains")
    search_label = gettext_lazy("Search product, SKU or item")
    order = ("variant__title", "variant__position", "pk")
    empty = gettext_lazy("No mapped product was read from Shopify yet.")

    def rows(self) -> Rows:
        links = VariantLink.objects.filter(
            state=MappingState.MAPPED, variant__product__isnull=False, variant__gone_at=None
        )
        return links.select_related(
            "variant__shop", "variant__product", "variant__price_mark", "item", "item_variant"
        )

    def decorate(self, page: Page[Any]) -> None:
        add_prices(list(page.object_list))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            actions="pages/product_prices_actions.html",
            query=self.request.GET.urlencode(),
            may_change=self.request.user.has_perm(CHANGE),
            **kwargs,
        )


def add_prices(links: Sequence[VariantLink]) -> None:
    """Give each row what the books ask today, the sentence that explains it, and whether it differs."""
    by_shop: dict[Shop, list[VariantLink]] = defaultdict(list)
    for link in links:
        by_shop[link.variant.shop].append(link)
    for shop, rows in by_shop.items():
        try:
            book = PriceBook.of(shop, timezone.now().astimezone(ZoneInfo(shop.zone)).date())
        except (Company.DoesNotExist, KeyError):
            for link in rows:
                link.__dict__["why"] = _("The books do not know the shop's currency.")
            continue
        for link, priced in zip(rows, book.of_all(rows), strict=True):
            ours = priced.price
            link.__dict__["ours"] = ours
            link.__dict__["why"] = priced.reason or (
                priced.found.explanation if priced.found else ""
            )
            link.__dict__["differs"] = bool(ours and changes(ours, price_of(link.variant)))


@require_POST
def decide(request: HttpRequest) -> HttpResponse:
    """Say of edited prices whether Shopify's stand or ours are told again."""
    if not request.user.has_perm(CHANGE):
        raise PermissionDenied
    query, accept = request.POST.get("query", ""), request.POST.get("decision") == "accept"
    rows = PriceList.of(request, query).matching()
    if (one := request.POST.get("variant", "")).isdecimal():
        rows = VariantLink.objects.filter(variant=int(one))
    count = settle(rows.values("variant"), accept=accept)
    if accept:
        text = ngettext(
            "Shopify's price of %(count)d variant stands.",
            "Shopify's prices of %(count)d variants stand.",
            count,
        )
    else:
        text = ngettext(
            "The price of %(count)d variant is told to Shopify with the next run.",
            "The prices of %(count)d variants are told to Shopify with the next run.",
            count,
        )
    messages.success(request, text % {"count": count})
    return redirect(f"{reverse('product-prices')}?{query}")
