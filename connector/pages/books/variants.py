"""The variants of an item, edited in one table; the last row is for a new one."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from connector.pages.books.cards import card_of
from connector.pages.books.item import item_address
from connector.pages.books.items import CHANGE
from erp.cards import delete_variant, put_variant
from erp.errors import CardError
from erp.models import Item, ItemVariant


class VariantForm(forms.ModelForm[ItemVariant]):
    use_required_attribute = False

    class Meta:
        model = ItemVariant
        fields = ["description", "gtin", "blocked"]
        labels = {
            "description": gettext_lazy("Description"),
            "gtin": gettext_lazy("GTIN"),
            "blocked": gettext_lazy("Blocked"),
        }


class NewVariantForm(VariantForm):
    code = forms.CharField(required=False, max_length=10, label=gettext_lazy("Code"))
    field_order = ["code"]


@require_http_methods(["GET", "HEAD", "POST"])
def variants(request: HttpRequest, no: str) -> HttpResponse:
    """All in one form, saved together or not at all. Saving needs the right to change items."""
    item = card_of(Item.objects.all(), no, request)
    may_change = request.user.has_perm(CHANGE)
    data = request.POST if request.method == "POST" else None
    if data is not None and not may_change:
        raise PermissionDenied
    if data is not None and "delete" in data:
        return _deleted(request, item, data["delete"])
    rows = item.variants.order_by("code")
    forms_ = [VariantForm(data, instance=row, prefix=row.code) for row in rows]
    extra = NewVariantForm(data, instance=ItemVariant(item=item), prefix="new")
    if data is not None and _saved(item, forms_, extra):
        messages.success(request, _("The variants are saved."))
        return redirect(item_address(item, "item-variants"))
    shown = {"item": item, "forms": forms_, "extra": extra, "may_change": may_change}
    return render(request, "books/variants.html", shown | {"card_address": item_address(item)})


def _saved(item: Item, forms_: list[VariantForm], extra: NewVariantForm) -> bool:
    """Each form says what is wrong with it; then nothing is saved."""
    asked = [*forms_, extra] if extra.has_changed() else forms_
    valid = [form.is_valid() for form in asked]  # all say what is wrong
    if not all(valid):
        return False
    with transaction.atomic():
        for form in asked:
            values = {name: form.cleaned_data[name] for name in VariantForm.Meta.fields}
            code = form.cleaned_data["code"] if form is extra else form.instance.code
            try:
                _refuse_taken(item, code, extra=form is extra)
                put_variant(item, code, **values)
            except CardError as refusal:
                name = {"no_code": "code", "exists": "code"}.get(refusal.code, refusal.code)
                form.add_error(name if name in form.fields else None, refusal.sentence)
        failed = any(form.errors for form in asked)
        transaction.set_rollback(failed)
    return not failed


def _refuse_taken(item: Item, code: str, *, extra: bool) -> None:
    if extra and item.variants.filter(code=code.strip().upper()).exists():
        raise CardError("exists", _("There is a variant %s already.") % code.upper())


def _deleted(request: HttpRequest, item: Item, code: str) -> HttpResponse:
    variant = get_object_or_404(ItemVariant, item=item, code=code)
    try:
        delete_variant(variant)
    except CardError as refusal:
        messages.error(request, refusal.sentence)
    else:
        messages.success(request, _("Variant %s is deleted.") % code)
    return redirect(item_address(item, "item-variants"))
