"""Where a shop's new products go, and what their options are: one small page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from connector.shopify.errors import ShopifyError
from connector.sync.models import OptionAttribute
from connector.sync.products import channels as known
from connector.sync.products.options_rule import refuse_attributes
from connector.sync.sessions import client_for
from erp.models import ItemAttribute
from jobqueue.filters import BadFilter, parse
from shops.models import ProductCollection, Publication, Shop

HIGHEST = 99  # place of an option


class PublicationForm(forms.ModelForm[Publication]):
    class Meta:
        model = Publication
        fields = ["chosen"]


class CollectionForm(forms.ModelForm[ProductCollection]):
    class Meta:
        model = ProductCollection
        fields = ["join", "item_nos", "categories"]

    def clean_item_nos(self) -> str:
        return _readable(self.cleaned_data["item_nos"])

    def clean_categories(self) -> str:
        return _readable(self.cleaned_data["categories"])


class OptionForm(forms.Form):
    """One attribute of the books; saved, it is an option of the shop's products or not."""

    chosen = forms.BooleanField(required=False, label=gettext_lazy("option of products"))
    position = forms.IntegerField(
        required=False, min_value=1, max_value=HIGHEST, label=gettext_lazy("place")
    )

    def __init__(
        self, data: Any, shop: Shop, attribute: ItemAttribute, row: OptionAttribute | None
    ) -> None:
        self.shop, self.instance, self.row = shop, attribute, row
        initial = {"chosen": row is not None, "position": row.position if row else None}
        super().__init__(data, prefix=f"option-{attribute.pk}", initial=initial)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("chosen") and self.row is None and (why := refuse_attributes(self.shop)):
            self.add_error("chosen", why)
        return data

    def save(self) -> None:
        rows = OptionAttribute.objects.filter(shop=self.shop, attribute=self.instance)
        if not self.cleaned_data["chosen"]:
            rows.delete()
            return
        place = self.cleaned_data["position"] or 1
        OptionAttribute.objects.update_or_create(
            shop=self.shop, attribute=self.instance, defaults={"position": place}
        )


def _readable(expression: str) -> str:
    text = expression.strip()
    try:
        if text:
            parse(text)
    except BadFilter as problem:
        raise ValidationError(str(problem)) from problem
    return text


@require_http_methods(["GET", "HEAD", "POST"])
def channels(request: HttpRequest, code: str) -> HttpResponse:
    """Saved together or not at all. Saving needs the right to change shops."""
    shop = get_object_or_404(Shop, code=code)
    may_change = request.user.has_perm("shops.change_shop")
    data = request.POST if request.method == "POST" else None
    if data is not None and not may_change:
        raise PermissionDenied
    publications = [
        PublicationForm(data, instance=row, prefix=f"publication-{row.pk}")
        for row in Publication.objects.filter(shop=shop).order_by("name", "pk")
    ]
    collections = [
        CollectionForm(data, instance=row, prefix=f"collection-{row.pk}")
        for row in ProductCollection.objects.filter(shop=shop).order_by("title", "pk")
    ]
    options = _option_forms(shop, data)
    if data is not None and _saved([*publications, *collections], options):
        messages.success(request, _("Sales channels, collections and options are saved."))
        return redirect("channels", code=code)
    shown = {
        "shop": shop,
        "publications": publications,
        "collections": collections,
        "options": options,
        "may_change": may_change,
    }
    return render(request, "pages/channels.html", shown)


def _option_forms(shop: Shop, data: Any) -> list[OptionForm]:
    chosen = {row.attribute_id: row for row in OptionAttribute.objects.filter(shop=shop)}
    attributes = ItemAttribute.objects.filter(company__code=shop.company_code, blocked=False)
    return [
        OptionForm(data, shop, attribute, chosen.get(attribute.pk))
        for attribute in attributes.order_by("name")
    ]


def _saved(rows: Sequence[forms.ModelForm[Any]], options: Sequence[OptionForm]) -> bool:
    valid = [form.is_valid() for form in (*rows, *options)]  # all say what is wrong
    if not all(valid):
        return False
    with transaction.atomic():
        for row in rows:
            row.save()
        for option in options:
            option.save()
    return True


@require_POST
def fetch_channels(request: HttpRequest, code: str) -> HttpResponse:
    """Read them from Shopify now; a person waits for it. Needs the right to change shops."""
    shop = get_object_or_404(Shop, code=code)
    if not request.user.has_perm("shops.change_shop"):
        raise PermissionDenied
    try:
        found = known.refresh(shop, client_for(shop, interactive=True))
    except ShopifyError as error:
        messages.error(request, str(error))
        return redirect("channels", code=code)
    text = _("%(channels)d sales channels and %(collections)d collections are known.")
    messages.success(
        request, text % {"channels": found.publications, "collections": found.collections}
    )
    return redirect("channels", code=code)
