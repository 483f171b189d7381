"""Where a shop ships from: what each location of Shopify is in the books."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
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
from shops.models import Location, Shop


class LocationForm(forms.ModelForm[Location]):
    class Meta:
        model = Location
        fields = ["location_code", "ours"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["ours"].disabled = not self.instance.is_fulfillment_service

    def clean_location_code(self) -> str:
        return str(self.cleaned_data["location_code"]).strip().upper()


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
    if data is not None and _valid(shop, forms_):
        save_together(forms_)
        messages.success(request, _("The locations are saved."))
        return redirect("locations", code=code)
    shown = {"shop": shop, "forms": forms_, "may_change": may_change}
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
    return all(form.is_valid() for form in forms_)


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
