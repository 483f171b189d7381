"""Whom a shop's orders are sold to: by country, and by the locations of companies."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from connector.pages.books.address_fields import country_code
from connector.sync.books_fields import customers_not_in_books, template_not_in_books
from erp.models import Company
from shops.models import CompanyLocation, CustomerTemplate, Shop

FIELDS = (
    "default_customer_no",
    "vat_bus",
    "currency",
    "payment_terms",
    "payment_method",
    "price_group",
)
NUMBERS = ("default_customer_no", "sell_to_no", "bill_to_no")


class TemplateForm(forms.ModelForm[CustomerTemplate]):
    """A country that is there; without a customer it is taken off."""

    use_required_attribute = False

    class Meta:
        model = CustomerTemplate
        fields = list(FIELDS)

    def __init__(self, data: QueryDict | None, row: CustomerTemplate) -> None:
        super().__init__(data, instance=row, prefix=row.country)

    def clean(self) -> dict[str, str]:
        return _capitals(super().clean() or self.cleaned_data)

    @property
    def is_blank(self) -> bool:
        return not any(self.cleaned_data[name] for name in FIELDS)


class NewTemplateForm(forms.ModelForm[CustomerTemplate]):
    use_required_attribute = False

    class Meta:
        model = CustomerTemplate
        fields = ["country", *FIELDS]

    def __init__(self, data: QueryDict | None, shop: Shop) -> None:
        super().__init__(data, instance=CustomerTemplate(shop=shop), prefix="new")

    def clean_country(self) -> str:
        code = country_code(self.cleaned_data["country"])
        if CustomerTemplate.objects.filter(shop=self.instance.shop, country=code).exists():
            raise forms.ValidationError(_("%s has a customer already: change its row.") % code)
        return code

    def clean(self) -> dict[str, str]:
        """A country alone says nothing."""
        values = _capitals(super().clean() or self.cleaned_data)
        if not any(values.get(name) for name in FIELDS) and "country" in values:
            self.add_error("default_customer_no", _("Enter what the country is to have."))
        return values


def _capitals(given: Mapping[str, Any]) -> dict[str, str]:
    return {name: str(value or "").strip().upper() for name, value in given.items()}


class LocationForm(forms.ModelForm[CompanyLocation]):
    class Meta:
        model = CompanyLocation
        fields = ["sell_to_no", "bill_to_no"]

    def __init__(self, data: QueryDict | None, row: CompanyLocation) -> None:
        super().__init__(data, instance=row, prefix=f"location-{row.pk}")

    def clean(self) -> dict[str, str]:
        """A payer counts only beside a customer."""
        given: dict[str, str] = super().clean() or self.cleaned_data
        values = {name: given.get(name, "").strip().upper() for name in self.Meta.fields}
        if values["bill_to_no"] and not values["sell_to_no"]:
            self.add_error("sell_to_no", _("Enter the customer who buys, too."))
        return values


Form = TemplateForm | NewTemplateForm | LocationForm


@require_http_methods(["GET", "HEAD", "POST"])
def sold_to(request: HttpRequest, code: str) -> HttpResponse:
    """Countries and locations in one form. Saving needs the right to change shops."""
    shop = get_object_or_404(Shop, code=code)
    may_change = request.user.has_perm("shops.change_shop")
    data = request.POST if request.method == "POST" else None
    if data is not None and not may_change:
        raise PermissionDenied
    countries = [TemplateForm(data, row) for row in shop.customer_templates.all()]
    places = CompanyLocation.objects.filter(company__shop=shop).select_related("company")
    locations = [LocationForm(data, row) for row in places.order_by("company__name", "name")]
    extra = NewTemplateForm(data, shop)
    if data is not None:
        asked: list[Form] = [*countries, *locations]
        if extra.has_changed():
            asked.append(extra)
        if _valid(shop, asked):
            _save(asked)
            messages.success(request, _("The customers are saved."))
            return redirect("sold-to", code=code)
    shown = {"shop": shop, "countries": countries, "locations": locations, "extra": extra}
    return render(request, "pages/sold_to.html", shown | {"may_change": may_change})


def _valid(shop: Shop, asked: Sequence[Form]) -> bool:
    """All forms say what is wrong, also what the books do not have."""
    for form in asked:
        form.full_clean()
    books = Company.objects.filter(code=shop.company_code).first()
    given = {no for form in asked for _field, no in _numbers(form)}
    missing = customers_not_in_books(books, given) if books else {}
    for form in asked:
        for field, no in list(_numbers(form)):
            if no in missing:
                form.add_error(field, missing[no])
        if books and not isinstance(form, LocationForm):
            for field, sentence in template_not_in_books(books, form.cleaned_data).items():
                form.add_error(field, sentence)
    return all(form.is_valid() for form in asked)


def _numbers(form: Form) -> Iterator[tuple[str, str]]:
    values = getattr(form, "cleaned_data", {})
    return ((name, values[name]) for name in NUMBERS if values.get(name))


@transaction.atomic
def _save(asked: Sequence[Form]) -> None:
    for form in asked:
        if isinstance(form, TemplateForm) and not form.has_changed():
            continue
        if isinstance(form, TemplateForm) and form.is_blank:
            CustomerTemplate.objects.filter(pk=form.instance.pk).delete()
        else:
            form.save()
