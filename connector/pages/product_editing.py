"""What is sent of one product from its page: what changed of its item, its status, its SEO."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from connector.pages.products import CHANGE
from connector.pages.starting import start
from connector.pages.subjects import ReportSubject
from connector.shopify.errors import ShopifyError
from connector.shopify.product_writes import update_product
from connector.sync.models import ProductExport
from connector.sync.products.declared import ProductReport
from connector.sync.products.seen import see
from connector.sync.reports import report_named
from connector.sync.sessions import client_for
from shops.models import Product, ProductSettings

_INPUT = {"seo_title": "title", "seo_description": "description"}


class EditForm(forms.ModelForm[Product]):
    """What the list of products can push by itself in BC. It is sent, and then kept as it came."""

    class Meta:
        model = Product
        fields = ["status", "seo_title", "seo_description"]
        widgets = {"seo_description": forms.Textarea(attrs={"rows": 3})}

    def input(self) -> dict[str, Any]:
        """ProductUpdateInput of what was changed."""
        values = self.cleaned_data
        found: dict[str, Any] = {}
        if "status" in self.changed_data:
            found["status"] = values["status"]
        seo = {_INPUT[name]: values[name] for name in self.changed_data if name in _INPUT}
        return found | ({"seo": seo} if seo else {})


class _Page:
    """What a page writes in: a transaction of its own."""

    def transaction(self) -> AbstractContextManager[None]:
        return transaction.atomic()


def to_shopify(product: Product) -> dict[str, Any]:
    """What the product's page shows of it."""
    settings = ProductSettings.of(product.shop)
    sends = settings.sync_item == ProductSettings.SyncItem.TO_SHOPIFY
    mapped = hasattr(product, "link") and product.link.item_id is not None
    return {
        "export": ProductExport.objects.filter(product=product).first(),
        "edit": EditForm(instance=product),
        "sendable": sends and mapped and settings.can_update_shopify_products,
    }


@require_POST
def send(request: HttpRequest, product_id: int) -> HttpResponse:
    """Ask for what changed of the item to be sent now; leads to the entry that does it."""
    product = get_object_or_404(Product.objects.select_related("shop"), pk=product_id)
    report = report_named(ProductReport.number)
    return start(request, ReportSubject(report, product.shop), {"handle": f"'{product.handle}'"})


@require_POST
def edit(request: HttpRequest, product_id: int) -> HttpResponse:
    """Send status and SEO at once, also where products do not follow their items."""
    if not request.user.has_perm(CHANGE):
        raise PermissionDenied
    product = get_object_or_404(Product.objects.select_related("shop"), pk=product_id)
    form = EditForm(request.POST, instance=product)
    if not form.is_valid():
        for problems in form.errors.values():
            messages.error(request, " ".join(map(str, problems)))
    elif not product.shop.allow_outgoing_requests:
        text = _("Shop %s does not allow data to be sent to Shopify: see the shop card.")
        messages.error(request, text % product.shop)
    elif changes := form.input():
        _sent(request, product, changes)
    else:
        messages.info(request, _("Nothing was changed."))
    return redirect("product", product_id=product_id)


def _sent(request: HttpRequest, product: Product, changes: dict[str, Any]) -> None:
    try:
        client = client_for(product.shop, interactive=True)
        update_product(client, product.gid, changes)
        see(product.shop, client, [product.gid], timezone.now(), _Page())
    except ShopifyError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Shopify has it: %s.") % product.title)
