"""Those who buy in Shopify: people and companies."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from connector.pages.customer import MAP, SEE
from connector.pages.mapping import mapping_views
from connector.pages.shop_codes import ShopList
from connector.sync.unmapped import unmapped_customers
from connector.ui.lists import Rows
from shops.models import Company, Customer, Shop


class ShopifyCustomerList(ShopList):
    model = Customer
    heading = _("Shopify customers")
    columns = "pages/buyers.html"
    views = mapping_views(gone_at=None)
    search = (
        "first_name__icontains",
        "last_name__icontains",
        "email__icontains",
        "phone__icontains",
    )
    search_label = _("Search name, e-mail or phone")
    order = ("last_name", "first_name", "pk")
    empty = _("No customers here. They come with their orders, or when customers are synchronized.")

    def rows(self) -> Rows:
        return Customer.objects.select_related("shop", "link__party")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        may = self.request.user.has_perm
        allowed = may(MAP) and may(SEE)
        waiting = Shop.objects.filter(
            Exists(unmapped_customers().filter(customer__shop=OuterRef("pk")))
        )
        return super().get_context_data(
            actions="pages/customers_actions.html",
            card="shopify-customer",
            mappable=list(waiting.values_list("code", flat=True)) if allowed else [],
            **kwargs,
        )


class CompanyList(ShopList):
    model = Company
    heading = _("Shopify companies")
    columns = "pages/buyers.html"
    views = mapping_views()
    search = ("name__icontains", "email__icontains")
    search_label = _("Search name or e-mail")
    order = ("name", "pk")
    empty = _("No companies here. They come with their orders.")

    def rows(self) -> Rows:
        return Company.objects.select_related("shop", "link__party")
