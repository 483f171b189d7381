"""Who works in a shop, and which salesperson of the books each is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from connector.shopify.errors import ShopifyError
from connector.shopify.staff import staff_members
from connector.sync.sessions import client_for
from connector.sync.staging.staff import put_staff
from erp.models import Lookup
from shops.models import Shop, StaffMember

PLANS = ("advanced", "plus")  # Shopify tells nobody else


class StaffForm(forms.ModelForm[StaffMember]):
    """`salespeople` are (code, words) of the books."""

    class Meta:
        model = StaffMember
        fields = ["salesperson_code"]

    def __init__(self, *args: Any, salespeople: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kept = self.instance.salesperson_code
        known = {code for code, _words in salespeople}
        choices = [("", "–"), *salespeople, *([(kept, kept)] if kept not in {"", *known} else [])]
        self.fields["salesperson_code"].widget = forms.Select(choices=choices)


def tells_staff(shop: Shop) -> bool:
    """Whether the plan of the shop lets apps see who works there."""
    return any(plan in shop.plan.lower() for plan in PLANS)


@require_http_methods(["GET", "HEAD", "POST"])
def staff(request: HttpRequest, code: str) -> HttpResponse:
    """All staff of a shop in one form. Saving needs the right to change shops."""
    shop = get_object_or_404(Shop, code=code)
    may_change = request.user.has_perm("shops.change_shop")
    data = request.POST if request.method == "POST" else None
    if data is not None and not may_change:
        raise PermissionDenied
    salespeople = _salespeople(shop)
    forms_ = [
        StaffForm(data, instance=row, prefix=str(row.pk), salespeople=salespeople)
        for row in StaffMember.objects.filter(shop=shop).order_by("name", "pk")
    ]
    if data is not None and _valid(forms_, dict(salespeople)):
        _save(shop, forms_)
        messages.success(request, _("The staff is saved."))
        return redirect("staff", code=code)
    shown = {
        "shop": shop,
        "forms": forms_,
        "may_change": may_change,
        "told": tells_staff(shop),
    }
    return render(request, "pages/staff.html", shown)


def _salespeople(shop: Shop) -> list[tuple[str, str]]:
    rows = Lookup.objects.filter(company__code=shop.company_code, kind=Lookup.Kind.SALESPERSON)
    return [
        (code, f"{code} {words}".strip())
        for code, words in rows.order_by("code").values_list("code", "description")
    ]


def _valid(forms_: Sequence[StaffForm], salespeople: dict[str, str]) -> bool:
    """Each salesperson once, and none that the books do not have."""
    seen: dict[str, StaffMember] = {}
    for form in forms_:
        form.full_clean()
        code = form.cleaned_data.get("salesperson_code", "")
        if not code:
            continue
        if code not in salespeople:
            form.add_error("salesperson_code", _("There is no salesperson %s.") % code)
        elif code in seen:
            sentence = _("Salesperson %(code)s is %(name)s already.")
            form.add_error("salesperson_code", sentence % {"code": code, "name": seen[code]})
        seen.setdefault(code, form.instance)
    return all(form.is_valid() for form in forms_)


@transaction.atomic
def _save(shop: Shop, forms_: Sequence[StaffForm]) -> None:
    """Two may swap their salespeople, so all are taken away first."""
    StaffMember.objects.filter(shop=shop).update(salesperson_code="")
    for form in forms_:
        form.save()


@require_POST
def fetch_staff(request: HttpRequest, code: str) -> HttpResponse:
    """Read them from Shopify now; a person waits for it. Needs the right to change shops."""
    shop = get_object_or_404(Shop, code=code)
    if not request.user.has_perm("shops.change_shop"):
        raise PermissionDenied
    try:
        nodes = staff_members(client_for(shop, interactive=True))
    except ShopifyError as error:
        messages.error(request, str(error))
        return redirect("staff", code=code)
    count = put_staff(shop, nodes)
    text = ngettext("%(count)d person works here.", "%(count)d people work here.", count)
    messages.success(request, text % {"count": count})
    return redirect("staff", code=code)
