"""Which VAT business group the documents of a shop have, by the country and county they go to."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.forms import BaseModelFormSet, modelformset_factory
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from connector.sync.books_fields import vat_groups
from erp.models import Company
from shops.models import Shop, TaxArea

SPARE = 3  # empty rows, for new ones


class TaxAreaForm(forms.ModelForm[TaxArea]):
    """`groups` are the VAT business groups of the books."""

    class Meta:
        model = TaxArea
        fields = ["country", "county", "vat_bus", "vat_bus_exempt"]

    def __init__(self, *args: Any, shop: Shop, groups: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.shop = shop
        for name, first in (("vat_bus", ""), ("vat_bus_exempt", "–")):
            kept = [getattr(self.instance, name)] if getattr(self.instance, name) else []
            named = [(group, group) for group in dict.fromkeys([*groups, *kept])]
            self.fields[name].widget = forms.Select(choices=[("", first), *named])

    def clean_country(self) -> str:
        code = str(self.cleaned_data["country"]).strip().upper()
        if not re.fullmatch("[A-Z]{2}", code):
            raise ValidationError(_("Write the country's two letters, as NO."))
        return code

    def clean_county(self) -> str:
        return str(self.cleaned_data["county"]).strip()


class TaxAreaForms(BaseModelFormSet[TaxArea, TaxAreaForm]):
    def clean(self) -> None:
        """Each place once, in whatever letters."""
        super().clean()
        seen: set[tuple[str, str]] = set()
        for form in self.forms:
            values = getattr(form, "cleaned_data", {})
            if not values.get("country") or values.get("DELETE"):
                continue
            place = values["country"], values.get("county", "").upper()
            if place in seen:
                form.add_error("county", _("This country and county are there already."))
            seen.add(place)


Forms = modelformset_factory(
    TaxArea, form=TaxAreaForm, formset=TaxAreaForms, extra=SPARE, can_delete=True
)


@require_http_methods(["GET", "HEAD", "POST"])
def tax_areas(request: HttpRequest, code: str) -> HttpResponse:
    """All tax areas of a shop in one form, with empty rows for more. Saving needs the right to change shops."""
    shop = get_object_or_404(Shop, code=code)
    may_change = request.user.has_perm("shops.change_shop")
    data = request.POST if request.method == "POST" else None
    if data is not None and not may_change:
        raise PermissionDenied
    books = Company.objects.filter(code=shop.company_code).first()
    groups = vat_groups(books) if books else []
    rows = TaxArea.objects.filter(shop=shop).order_by("country", "county")
    forms_ = Forms(data, queryset=rows, form_kwargs={"shop": shop, "groups": groups})
    if data is not None and forms_.is_valid():
        forms_.save()
        messages.success(request, _("The tax areas are saved."))
        return redirect("tax-areas", code=code)
    shown = {"shop": shop, "forms": forms_, "may_change": may_change}
    return render(request, "pages/tax_areas.html", shown)
