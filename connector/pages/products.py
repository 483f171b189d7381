"""Products as Shopify has them, a row a variant, and the item each stands for."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from connector.pages.mapping import mapping_views
from connector.pages.shop_codes import ShopList
from connector.ui.lists import Rows
from shops.models import Variant


class ProductList(ShopList):
    model = Variant
    heading = _("Shopify products")
    columns = "pages/products.html"
    views = mapping_views()
    search = ("title__icontains", "variant_title__icontains", "sku__icontains")
    search_label = _("Search product or SKU")
    order = ("title", "pk")
    empty = _("No products here. They come with the orders that sell them.")

    def rows(self) -> Rows:
        return Variant.objects.select_related("shop", "link__item", "link__item_variant")
