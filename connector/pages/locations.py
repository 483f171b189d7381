"""Where a shop ships from: what each location of Shopify is in the books."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from connector.pages.row_forms import save_together
from connector.shopify.errors import ShopifyError
from connector.shopify.shop import locations as ask_locations
from connector.sync.books_fields import locations_not_in_books
from connector.sync.sessions import client_for
from connector.sync.staging.locations import put_locations
from erp.models import Company
from erp.models import Location as BooksLocation
from jobqueue.filters import BadFilter, parse
from shops.models import Location, Shop, StockSettings


class LocationForm(forms.ModelForm[Location]):
    class Meta:
        model = Location
        fields = (
            *("location_code", "ours", "stock_calculation", "location_filter"),
            *("buffer", "cap", "default_product_location"),
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["ours"].disabled = not self.instance.is_fulfillment_service
        self.fields["buffer"].required = False

    def clean_location_code(self) -> str:
        return str(self.cleaned_data["location_code"]).strip().upper()

    def clean_location_filter(self) -> str:
        text = str(self.cleaned_data["location_filter"]).strip()
        try:
            parse(text) if text else None
        except BadFilter as bad:
            raise ValidationError(str(bad)) from bad
        return text

    def clean_buffer(self) -> int:
        return self.cleaned_data["buffer"] or 0

    def fill_in(self, codes: Collection[str]) -> None:
        """A filter for one location alone names it, and a location that is chosen is the filter.

        Source: BC, Shopify locations. Only what is empty is filled in.
        """
        chosen, expression = self.instance.location_code, self.instance.location_filter
        if "location_filter" in self.changed_data and expression and not chosen:
            meant = [code for code in codes if parse(expression).matches(code)]
            self.instance.location_code = meant[0] if len(meant) == 1 else ""
        elif "location_code" in self.changed_data and chosen and not expression:
            self.instance.location_filter = chosen


class StockSettingsForm(forms.ModelForm[StockSettings]):
    class Meta:
        model = StockSettings
        fields = ("at_posting",)


@require_http_methods(["GET", "HEAD", "POST"])
def locations(request: HttpRequest, code: str) -> HttpResponse:
    """All locations of a shop in one form. Saving needs the right to change shops."""
    shop = get_object_or_404(Shop, code=code)
    may_change = request.user.has_perm("shops.change_shop")
    data = request.POST if request.method == "POST" else None
    if data is not None and not may_change:
        raise PermissionDenied
    rows = Location.objects.filter(shop=shop).order_by("name", "pk")
    forms_ = [LocationForm(data, instance=row, prefix=str(row.pk)) for row in rows]
    settings = StockSettingsForm(data, instance=StockSettings.of(shop), prefix="stock")
    if data is not None and _valid(shop, forms_):
        codes = list(
            BooksLocation.objects.filter(company__code=shop.company_code).values_list(
                "code", flat=True
            )
        )
        for form in forms_:
            form.fill_in(codes)
        save_together([*forms_, settings])
        messages.success(request, _("The locations are saved."))
        _warn(request, forms_)
        return redirect("locations", code=code)
    shown = {"shop": shop, "forms": forms_, "settings": settings, "may_change": may_change}
    return render(request, "pages/locations.html", shown)


def _valid(shop: Shop, forms_: Sequence[LocationForm]) -> bool:
    """All forms say what is wrong, also what the books do not have."""
    for form in forms_:
        form.full_clean()
    books = Company.objects.filter(code=shop.company_code).first()
    codes = {form: form.cleaned_data.get("location_code", "") for form in forms_}
    missing = locations_not_in_books(books, codes.values()) if books else {}
    for form, code in codes.items():
        if code in missing:
            form.add_error("location_code", missing[code])
    _refuse_mixture(forms_)
    return all(form.is_valid() for form in forms_)


def _refuse_mixture(forms_: Sequence[LocationForm]) -> None:
    """New products are stocked at places of the shop, or at one fulfillment service. Source: BC."""
    chosen = [form for form in forms_ if form.cleaned_data.get("default_product_location")]
    services = [form for form in chosen if form.instance.is_fulfillment_service]
    if services and len(chosen) > 1:
        text = _("New products are stocked at a fulfillment service alone, or at none.")
        for form in services:
            form.add_error("default_product_location", text)


def _warn(request: HttpRequest, forms_: Sequence[LocationForm]) -> None:
    off = Location.StockCalculation.OFF
    for row in (form.instance for form in forms_):
        if row.location_filter and row.stock_calculation == off:
            text = _("%s has a location filter but its stock calculation is off: nothing is sent.")
            messages.warning(request, text % row)


@require_POST
def fetch_locations(request: HttpRequest, code: str) -> HttpResponse:
    """Read them from Shopify now; a person waits for it. Needs the right to change shops."""
    shop = get_object_or_404(Shop, code=code)
    if not request.user.has_perm("shops.change_shop"):
        raise PermissionDenied
    try:
        nodes = ask_locations(client_for(shop, interactive=True))
    except ShopifyError as error:
        messages.error(request, str(error))
        return redirect("locations", code=code)
    count = put_locations(shop, nodes)
    text = ngettext("%(count)d location is known.", "%(count)d locations are known.", count)
    messages.success(request, text % {"count": count})
    return redirect("locations", code=code)
