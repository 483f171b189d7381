"""An item in each shop of its company: what it is there, and adding it where it is nothing yet."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_POST

from connector.pages.books.cards import card_of
from connector.pages.starting import start
from connector.pages.subjects import ReportSubject
from connector.sync.models import Issue, ProductExport, ProductLink, VariantLink
from connector.sync.reports import report_named
from erp.models import Item
from shops.models import Product, Shop

ADD_ITEMS = "add_items"


@dataclass(frozen=True, slots=True)
class InShop:
    shop: Shop
    product: Product | None
    export: ProductExport | None
    problem: str  # why it is not there, or why the last sending failed
    sold: bool  # a product or a variant stands for it

    @property
    def addable(self) -> bool:
        return not self.sold or (
            self.export is not None and self.export.state != ProductExport.State.DONE
        )


def in_shops(item: Item) -> list[InShop]:
    """Each enabled shop of the item's company, in a fixed number of queries."""
    shops = list(Shop.objects.filter(company_code=item.company.code, enabled=True).order_by("code"))
    products = {
        link.product.shop_id: link.product
        for link in ProductLink.objects.filter(
            item=item, product__gone_at__isnull=True
        ).select_related("product")
    }
    variants = set(
        VariantLink.objects.filter(item=item, variant__gone_at__isnull=True).values_list(
            "variant__shop", flat=True
        )
    )
    exports = {row.shop_id: row for row in ProductExport.objects.filter(item=item)}
    issues = dict(
        Issue.objects.open()
        .filter(shop__in=shops, report=ADD_ITEMS, gid=f"item {item.pk}")
        .values_list("shop", "reason")
    )
    return [
        InShop(
            shop,
            products.get(shop.pk),
            export := exports.get(shop.pk),
            issues.get(shop.pk) or (export.reason if export else ""),
            shop.pk in products or shop.pk in variants,
        )
        for shop in shops
    ]


@require_POST
def add(request: HttpRequest, no: str) -> HttpResponse:
    """Ask for the item to be added to a shop of its company; leads to the entry that does it."""
    item = card_of(Item.objects.all(), no, request)
    shop = get_object_or_404(Shop, code=request.POST.get("shop", ""))
    if shop.company_code != item.company.code:
        raise Http404
    return start(request, ReportSubject(report_named(ADD_ITEMS), shop), {"no": f"'{item.no}'"})
