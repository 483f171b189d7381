"""Item templates: what new items are made by, edited in one table; the last row is for a new one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from connector.pages.books.cards import CardForm, choose_company, company_of
from erp.errors import CardError
from erp.models import Company, ItemTemplate, Lookup
from erp.templates import delete_template, put_template

CHANGE = "erp.change_itemtemplate"
FIELDS = (
    "description",
    "type",
    "base_uom",
    "category",
    "vat_prod",
    "price_incl_vat",
    "reserve",
)


class TemplateForm(CardForm):
    lists = {"category": Lookup.Kind.CATEGORY}

    class Meta:
        model = ItemTemplate
        fields = list(FIELDS)

    def __init__(self, company: Company, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choose_from(company)
        rates = Lookup.objects.filter(company=company, kind=Lookup.Kind.VAT_RATE)
        groups = {code.partition("|")[2] for code in rates.values_list("code", flat=True)}
        self.choose("vat_prod", [(group, group) for group in sorted(groups)])


class NewTemplateForm(TemplateForm):
    code = forms.CharField(required=False, max_length=20, label=gettext_lazy("Code"))
    field_order = ["code"]


@require_http_methods(["GET", "HEAD", "POST"])
def item_templates(request: HttpRequest) -> HttpResponse:
    """All of a company in one form, saved together or not at all."""
    company = company_of(request)
    if company is None:
        return choose_company(request, {"heading": _("Item templates")})
    may_change = request.user.has_perm(CHANGE)
    data = request.POST if request.method == "POST" else None
    if data is not None and not may_change:
        raise PermissionDenied
    address = f"{reverse('item-templates')}?{urlencode({'company': company.code})}"
    if data is not None and "delete" in data:
        return _deleted(request, company, data["delete"], address)
    rows = ItemTemplate.objects.filter(company=company).order_by("code")
    forms_ = [TemplateForm(company, data, instance=row, prefix=row.code) for row in rows]
    extra = NewTemplateForm(company, data, instance=ItemTemplate(company=company), prefix="new")
    if data is not None and _saved(company, forms_, extra):
        messages.success(request, _("The item templates are saved."))
        return redirect(address)
    shown = {"company": company, "forms": forms_, "extra": extra, "may_change": may_change}
    return render(request, "pages/item_templates.html", shown)


def _saved(company: Company, forms_: Sequence[TemplateForm], extra: NewTemplateForm) -> bool:
    """Each form says what is wrong with it; then nothing is saved."""
    asked = [*forms_, extra] if extra.has_changed() else list(forms_)
    valid = [form.is_valid() for form in asked]  # all say what is wrong
    if not all(valid):
        return False
    with transaction.atomic():
        for form in asked:
            code = form.cleaned_data["code"] if form is extra else form.instance.code
            try:
                _refuse_taken(company, code, new=form is extra)
                put_template(company, code, **{name: form.cleaned_data[name] for name in FIELDS})
            except CardError as refusal:
                name = {"code_too_long": "code", "exists": "code"}.get(refusal.code, refusal.code)
                form.add_error(name if name in form.fields else None, refusal.sentence)
        failed = any(form.errors for form in asked)
        transaction.set_rollback(failed)
    return not failed


def _refuse_taken(company: Company, code: str, *, new: bool) -> None:
    rows = ItemTemplate.objects.filter(company=company, code=code.strip().upper())
    if new and rows.exists():
        raise CardError("exists", _("There is an item template %s already.") % code.upper())


def _deleted(request: HttpRequest, company: Company, code: str, address: str) -> HttpResponse:
    try:
        delete_template(company, code)
    except CardError as refusal:
        messages.error(request, refusal.sentence)
    else:
        messages.success(request, _("Item template %s is deleted.") % code)
    return redirect(address)
