"""One metafield: changing its value, discarding the change, deleting it in Shopify."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from connector.pages.metafields import may_edit
from connector.shopify.errors import ShopifyError
from connector.sync.mapping.metafield_values import sample, written
from connector.sync.metafield_words import refusal
from connector.sync.metafields import discard_change
from connector.sync.sessions import client_for
from shops.models import Metafield, Product


class ValueForm(forms.Form):
    value = forms.CharField(
        label=gettext_lazy("Value"), strip=False, widget=forms.Textarea({"rows": 6})
    )
    seen = forms.CharField(
        widget=forms.HiddenInput, required=False
    )  # Shopify's value, as looked at

    def __init__(self, row: Metafield, data: Any = None) -> None:
        super().__init__(data, initial={"value": row.value})
        self.row = row
        if example := sample(row.type, row.shop.currency):
            self.fields["value"].help_text = _("For example: %s") % example

    def clean_value(self) -> str:
        currency = self.row.shop.currency
        value = written(self.row.type, self.cleaned_data["value"], currency)
        if wrong := refusal(self.row.type, value, currency):
            raise forms.ValidationError(wrong)
        return value

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("seen", "") != self.row.digest:
            sentence = _("Shopify's value changed while you were writing. Look at it, then save.")
            self.add_error(None, sentence)
        return values


@require_http_methods(["GET", "HEAD", "POST"])
def metafield(request: HttpRequest, row_id: int) -> HttpResponse:
    """POST with do=discard or do=delete does that, else saves; ?delete asks first."""
    row = get_object_or_404(Metafield.objects.select_related("shop"), pk=row_id)
    product = _product(row)
    may_change = may_edit(request, row.shop)
    if request.method == "POST" and not may_change:
        raise PermissionDenied
    form = ValueForm(row)
    if request.method == "POST":
        do = request.POST.get("do")
        if do == "discard":
            done = _discarded(request, row)
        elif do == "delete":
            done = _deleted(request, row)
        else:
            done, form = _saved(request, row)
        if done:
            return redirect("metafields", product_id=product.pk)
    shown = {
        "row": row,
        "product": product,
        "form": form,
        "may_change": may_change,
        "asks": may_change and "delete" in request.GET,
    }
    return render(request, "pages/metafield.html", shown)


def _product(row: Metafield) -> Product:
    """Of customers and companies there is no such page."""
    product = (
        Product.objects.filter(Q(gid=row.owner_gid) | Q(variants__gid=row.owner_gid), shop=row.shop)
        .distinct()
        .first()
    )
    if product is None:
        raise Http404
    return product


@transaction.atomic
def _saved(request: HttpRequest, row: Metafield) -> tuple[bool, ValueForm]:
    """The row is locked meanwhile: a run may be sending it."""
    fresh = Metafield.objects.select_for_update(of=("self",)).select_related("shop").get(pk=row.pk)
    form = ValueForm(fresh, request.POST)
    if not form.is_valid():
        return False, form
    value = form.cleaned_data["value"]
    if value == fresh.value and not (fresh.dirty or fresh.deleted):
        messages.info(request, _("Nothing was changed."))
        return True, form
    fresh.value, fresh.dirty, fresh.deleted = value, True, False
    fresh.refusal, fresh.stale = "", False
    fresh.save()
    messages.success(request, _("%s is saved and goes to Shopify with the next sync.") % fresh)
    return True, form


def _discarded(request: HttpRequest, row: Metafield) -> bool:
    try:
        discard_change(client_for(row.shop, interactive=True), row)
    except ShopifyError as error:
        messages.error(request, str(error))
        return False
    messages.success(request, _("%s is as Shopify has it.") % row)
    return True


@transaction.atomic
def _deleted(request: HttpRequest, row: Metafield) -> bool:
    fresh = Metafield.objects.select_for_update().get(pk=row.pk)
    if not fresh.gid:  # Shopify has none any more
        fresh.delete()
        messages.success(request, _("%s is deleted.") % fresh)
        return True
    fresh.dirty, fresh.deleted, fresh.stale, fresh.refusal = False, True, False, ""
    fresh.save()
    messages.success(request, _("%s is deleted in Shopify with the next sync.") % fresh)
    return True
