"""What a shop's ways of shipping are in the books."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from connector.pages.row_forms import save_together
from connector.sync.books_fields import charges_not_in_books
from erp.models import Company
from shops.models import ShipmentMethodMapping, Shop


class ShipmentMethodForm(forms.ModelForm[ShipmentMethodMapping]):
    class Meta:
        model = ShipmentMethodMapping
        fields = ["shipment_method", "agent", "charge_type", "charge_no"]

    def clean(self) -> dict[str, Any]:
        """Codes are kept as the books keep them; an account of the shop card needs no number."""
        values: dict[str, Any] = super().clean() or self.cleaned_data
        for name in ("shipment_method", "agent", "charge_no"):
            values[name] = values.get(name, "").strip().upper()
        if values.get("charge_type") == ShipmentMethodMapping.Charge.SHOP:
            values["charge_no"] = ""
        elif not values["charge_no"]:
            self.add_error("charge_no", _("Enter the number of the account or item."))
        return values


@require_http_methods(["GET", "HEAD", "POST"])
def shipment_methods(request: HttpRequest, code: str) -> HttpResponse:
    """All ways of shipping of a shop in one form. Saving needs the right to change shops."""
    shop = get_object_or_404(Shop, code=code)
    may_change = request.user.has_perm("shops.change_shop")
    data = request.POST if request.method == "POST" else None
    if data is not None and not may_change:
        raise PermissionDenied
    rows = ShipmentMethodMapping.objects.filter(shop=shop).order_by("name")
    forms_ = [ShipmentMethodForm(data, instance=row, prefix=str(row.pk)) for row in rows]
    if data is not None and _valid(shop, forms_):
        save_together(forms_)
        messages.success(request, _("The shipment methods are saved."))
        return redirect("shipment-methods", code=code)
    shown = {"shop": shop, "forms": forms_, "may_change": may_change}
    return render(request, "pages/shipment_methods.html", shown)


def _valid(shop: Shop, forms_: Sequence[ShipmentMethodForm]) -> bool:
    """All forms say what is wrong, also what the books do not have."""
    for form in forms_:
        form.full_clean()
    books = Company.objects.filter(code=shop.company_code).first()
    charges = {
        form: (form.cleaned_data["charge_type"], form.cleaned_data["charge_no"])
        for form in forms_
        if not form.errors
    }
    missing = charges_not_in_books(books, charges.values()) if books else {}
    for form, charge in charges.items():
        if charge in missing:
            form.add_error("charge_no", missing[charge])
    return all(form.is_valid() for form in forms_)
