"""Products as Shopify has them: one row a product, or one a variant, and the item each stands for."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.core.paginator import Page
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from connector.pages.mapping import mapping_views
from connector.pages.shop_codes import ShopList
from connector.sync.models import VariantLink
from connector.sync.models.links import MappingState
from connector.ui.list_filters import ListFilter
from connector.ui.lists import Rows, SavedView
from shops.models import Product, Variant

CHANGE = "shops.change_variant"  # to say what products and variants are in the books
UNMAPPED, CONFLICT = Q(state=MappingState.UNMAPPED), Q(conflict=True)


def _any(condition: Q) -> Exists:
    """Whether a variant of the product that Shopify still has is like this."""
    links = VariantLink.objects.filter(condition, variant__product=OuterRef("pk"))
    return Exists(links.filter(variant__gone_at__isnull=True))


class ProductList(ShopList):
    model = Product
    heading = _("Shopify products")
    columns = "pages/products.html"
    below = "pages/products_bulk.html"
    views = (
        SavedView("", _("All"), lambda rows: rows.filter(gone_at__isnull=True)),
        SavedView(
            "unmapped",
            MappingState.UNMAPPED.label,
            lambda rows: rows.filter(_any(UNMAPPED), gone_at__isnull=True),
            counted=True,
            tone="warn",
        ),
        SavedView(
            "conflicts",
            _("To be chosen"),
            lambda rows: rows.filter(_any(CONFLICT), gone_at__isnull=True),
            counted=True,
            tone="warn",
        ),
        SavedView(
            "mapped",
            MappingState.MAPPED.label,
            lambda rows: rows.filter(~_any(UNMAPPED), gone_at__isnull=True),
        ),
        SavedView("gone", _("Deleted in Shopify"), lambda rows: rows.filter(gone_at__isnull=False)),
    )
    search = ("title__icontains", "vendor__icontains", "handle__icontains")
    search_label = _("Search product, vendor or SKU")
    order = ("title", "pk")
    filters = (ListFilter("status", _("Status"), "status", lambda: Product.Status.choices),)
    empty = _("No products here. They come with “Sync products”.")

    def rows(self) -> Rows:
        return Product.objects.select_related("shop", "link__item")

    def _found(self, rows: Rows) -> Rows:
        """A row a product, also where several of its variants are meant."""
        text = self._query()
        if not text:
            return rows
        skus = Variant.objects.filter(
            Q(sku__icontains=text) | Q(barcode=text), product=OuterRef("pk")
        )
        named = Q(title__icontains=text) | Q(vendor__icontains=text) | Q(handle__icontains=text)
        return rows.filter(named | Exists(skus))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        allowed = self.request.user.has_perm(CHANGE)
        return super().get_context_data(
            may_change=allowed, actions="pages/products_actions.html", **kwargs
        )

    def decorate(self, page: Page[Any]) -> None:
        """Of each product, how many variants it has, how many have an item, and why one has none."""
        links = VariantLink.objects.filter(
            variant__product__in=list(page.object_list), variant__gone_at__isnull=True
        ).order_by("variant__position")
        grouped: defaultdict[int | None, list[tuple[str, str, bool]]] = defaultdict(list)
        columns = ("variant__product", "state", "reason", "conflict")
        for product, state, reason, conflict in links.values_list(*columns):
            grouped[product].append((state, reason, conflict))
        for product in page.object_list:
            product.mapping = _mapping(grouped[product.pk])


def _mapping(links: list[tuple[str, str, bool]]) -> dict[str, Any]:
    """What a product's variants are, together."""
    without = [(reason, conflict) for state, reason, conflict in links if state != "mapped"]
    conflict = any(conflict for _reason, conflict in without)
    return {
        "variants": len(links),
        "mapped": len(links) - len(without),
        "state": "conflict" if conflict else "unmapped" if without else "mapped",
        "why": next((reason for reason, _conflict in without if reason), ""),
    }


class VariantList(ShopList):
    model = Variant
    heading = _("Product variants")
    columns = "pages/product_variants.html"
    views = mapping_views(gone_at=None)
    search = ("title__icontains", "variant_title__icontains", "sku__icontains")
    search_label = _("Search product or SKU")
    order = ("title", "position", "pk")
    empty = _(
        "No variants here. They come with their products, and with the orders that sell them."
    )

    def rows(self) -> Rows:
        return Variant.objects.select_related("shop", "link__item", "link__item_variant")
