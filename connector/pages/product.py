"""One product: what Shopify says beside what the books have, and which item each variant is."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from connector.pages.books.finding import FindingInput
from connector.pages.product_editing import to_shopify
from connector.pages.products import CHANGE
from connector.sync.matching import hows
from connector.sync.models import Issue, VariantLink
from connector.sync.products.declared import ProductReport
from erp.models import Company, Item, ItemVariant
from shops.models import Product


class Beside(NamedTuple):
    """A field as Shopify and as the books have it."""

    label: Promise | str
    theirs: str
    ours: str


class Candidate(NamedTuple):
    place: int
    words: str
    how: str


class Row(NamedTuple):
    """A variant on the page."""

    link: VariantLink
    candidates: list[Candidate]
    warning: bool


@require_safe
def card(request: HttpRequest, product_id: int) -> HttpResponse:
    product = get_object_or_404(
        Product.objects.select_related("shop", "link__item__vendor"), pk=product_id
    )
    rows = _rows(product)
    books = Company.objects.filter(code=product.shop.company_code).first()
    issue = Issue.objects.open().filter(
        shop=product.shop, report=ProductReport.name, gid=product.gid
    )
    shown = {
        "product": product,
        "beside": _beside(product),
        "rows": rows,
        "open": sum(1 for row in rows if not row.link.item_id and not row.link.variant.gone_at),
        "issue": issue.first(),
        "may_change": request.user.has_perm(CHANGE),
        "find": _finder(books),
        **to_shopify(product),
    }
    return render(request, "pages/product.html", shown)


def _finder(books: Company | None) -> Any:
    """The input for an item's number; with JavaScript it offers what is found."""
    if books is None:
        return ""
    return FindingInput(books, "items").render("item", "", {"class": "in", "id": "find-item"})


def _rows(product: Product) -> list[Row]:
    links = list(
        VariantLink.objects.filter(variant__product=product)
        .select_related("variant", "item", "item_variant")
        .order_by("variant__gone_at", "variant__position")
    )
    named = [one for link in links for one in link.candidates]
    items = Item.objects.in_bulk({item for item, _variant, _uom, _how in named})
    variants = ItemVariant.objects.in_bulk({variant for _i, variant, _u, _h in named if variant})
    return [
        Row(link, list(_candidates(link, items, variants)), link.how in hows.WARNINGS)
        for link in links
    ]


def _candidates(
    link: VariantLink, items: dict[int, Item], variants: dict[int, ItemVariant]
) -> Iterable[Candidate]:
    for place, (item, variant, uom, how) in enumerate(link.candidates):
        if item in items:
            parts = [str(items[item]), str(variants.get(variant, "")), uom]
            yield Candidate(place, " · ".join(filter(None, parts)), hows.words(how))


def _beside(product: Product) -> list[Beside]:
    item = product.link.item if hasattr(product, "link") else None
    return [
        Beside(_("Title"), product.title, item.description if item else ""),
        Beside(_("Product type"), product.product_type, item.category if item else ""),
        Beside(_("Vendor"), product.vendor, str(item.vendor or "") if item else ""),
        Beside(_("Category"), product.category_name, ""),
        Beside(_("Tags"), ", ".join(product.tags), ""),
        Beside(_("Options"), ", ".join(product.options), ""),
        Beside(_("SEO title"), product.seo_title, ""),
        Beside(_("Handle"), product.handle, ""),
    ]
