"""Metafields of a product and its variants: which there are, what each says, a new one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.validators import RegexValidator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST

from connector.shopify.errors import ShopifyError
from connector.shopify.metafields import MetafieldInput, definitions
from connector.sync.errors import RecordError
from connector.sync.mapping.metafield_values import CHOICES, LISTS, written
from connector.sync.metafield_words import refusal
from connector.sync.metafields import add_metafield, read_metafields, sends_metafields
from connector.sync.sessions import client_for
from shops.models import Metafield, Product, ProductSettings, Shop, Variant

CHANGE = "shops.change_shop"
NAMESPACE = "custom"  # what Shopify's own pages use
TYPES = (*CHOICES, *(f"list.{kind}" for kind in LISTS))

_letters = RegexValidator(
    r"^[A-Za-z0-9_$.:-]+$", gettext_lazy("Use letters, digits, - and _ alone.")
)


class NewMetafield(forms.Form):
    """`owners` are (gid, words); the currency of amounts is the shop's."""

    owner = forms.ChoiceField(label=gettext_lazy("Belongs to"))
    namespace = forms.CharField(
        label=gettext_lazy("Namespace"), min_length=3, max_length=255, validators=[_letters]
    )
    key = forms.CharField(
        label=gettext_lazy("Key"), min_length=2, max_length=64, validators=[_letters]
    )
    type = forms.ChoiceField(label=gettext_lazy("Type"))
    value = forms.CharField(
        label=gettext_lazy("Value"),
        strip=False,
        widget=forms.Textarea({"rows": 3}),
        help_text=gettext_lazy(
            "Amounts and measures may be written as “12.50 EUR” or “25 cm”; lists as JSON."
        ),
    )

    def __init__(self, *args: Any, owners: Sequence[tuple[str, str]], currency: str, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.currency = currency
        chosen = str(self["type"].value() or "")
        types = dict.fromkeys([*TYPES, *([chosen] if chosen else [])])
        for name, choices in (("owner", owners), ("type", [(each, each) for each in types])):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = choices

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if "type" in values and "value" in values:
            values["value"] = written(values["type"], values["value"], self.currency)
            if wrong := refusal(values["type"], values["value"], self.currency):
                self.add_error("value", wrong)
        return values

    def wanted(self) -> MetafieldInput:
        given = self.cleaned_data
        return MetafieldInput(
            given["owner"], given["namespace"], given["key"], given["type"], given["value"], ""
        )


@require_http_methods(["GET", "HEAD", "POST"])
def metafields(request: HttpRequest, product_id: int) -> HttpResponse:
    """POST adds one in Shopify at once. ?namespace=, key=, type= and owner= fill in the form."""
    product = get_object_or_404(Product.objects.select_related("shop"), pk=product_id)
    may_change = may_edit(request, product.shop)
    if request.method == "POST" and not may_change:
        raise PermissionDenied
    owners = _owners(product)
    given: dict[str, Any] = {"owners": list(owners.items()), "currency": product.shop.currency}
    if request.method == "POST":
        form = NewMetafield(request.POST, **given)
        if form.is_valid() and _added(request, product.shop, form):
            return redirect("metafields", product_id=product.pk)
    else:
        known = {name: request.GET[name] for name in form_names() if name in request.GET}
        form = NewMetafield(initial={"namespace": NAMESPACE, **known}, **given)
    rows = list(
        Metafield.objects.filter(shop=product.shop, owner_gid__in=owners).order_by(
            "owner_kind", "owner_gid", "namespace", "key"
        )
    )
    shown = {
        "product": product,
        "rows": [(row, owners[row.owner_gid]) for row in rows],
        "form": form,
        "may_change": may_change,
        "may_look": request.user.has_perm(CHANGE),
        "planned": _planned(request, product.shop, rows, product) if may_change else None,
    }
    return render(request, "pages/metafields.html", shown)


def form_names() -> Sequence[str]:
    return ("owner", "namespace", "key", "type")


def may_edit(request: HttpRequest, shop: Shop) -> bool:
    """Metafields are edited here only where the books are in charge of products."""
    return (
        request.user.has_perm(CHANGE)
        and shop.allow_outgoing_requests
        and sends_metafields(ProductSettings.of(shop))
    )


def _owners(product: Product) -> dict[str, str]:
    """Gid → words, the product first."""
    variants = Variant.objects.filter(product=product, gone_at=None).order_by("position", "pk")
    named = {each.gid: each.variant_title or each.sku or each.title for each in variants}
    return {product.gid: _("The product"), **named}


def _added(request: HttpRequest, shop: Shop, form: NewMetafield) -> bool:
    """Say on the form why Shopify did not take it."""
    try:
        row = add_metafield(client_for(shop, interactive=True), shop, form.wanted())
    except (ShopifyError, RecordError) as error:
        form.add_error(None, str(error))
        return False
    messages.success(request, _("%s is in Shopify.") % row)
    return True


def _planned(
    request: HttpRequest, shop: Shop, rows: Sequence[Metafield], product: Product
) -> list[dict[str, str]] | None:
    """What Shopify has definitions for and the product has no value of; None: nobody asked."""
    if "definitions" not in request.GET:
        return None
    try:
        found = definitions(client_for(shop, interactive=True), Metafield.Owner.PRODUCT)
    except ShopifyError as error:
        messages.error(request, str(error))
        return None
    there = {(row.namespace, row.key) for row in rows if row.owner_gid == product.gid}
    return [
        {"name": each.name, "namespace": each.namespace, "key": each.key, "type": each.type}
        for each in found
        if (each.namespace, each.key) not in there
    ]


@require_POST
def fetch_metafields(request: HttpRequest, product_id: int) -> HttpResponse:
    """Read those of a product and its variants now. Needs the right to change shops."""
    product = get_object_or_404(Product.objects.select_related("shop"), pk=product_id)
    if not request.user.has_perm(CHANGE):
        raise PermissionDenied
    try:
        client = client_for(product.shop, interactive=True)
        count = read_metafields(client, product.shop, _owners(product))
    except ShopifyError as error:
        messages.error(request, str(error))
    else:
        text = ngettext("%(count)d metafield changed.", "%(count)d metafields changed.", count)
        messages.success(request, text % {"count": count})
    return redirect("metafields", product_id=product.pk)
