"""In which languages a shop is, and which language of the books each is written in."""

from __future__ import annotations

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
from connector.shopify.translations import shop_locales
from connector.sync.sessions import client_for
from connector.sync.staging.languages import put_languages
from shops.models import Language, Shop


class LanguageForm(forms.ModelForm[Language]):
    class Meta:
        model = Language
        fields = ["language", "sync"]

    def clean_language(self) -> str:
        return str(self.cleaned_data["language"]).strip()

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("sync") and not values.get("language"):
            self.add_error("language", _("Say in which language of the books its texts are."))
        return values


@require_http_methods(["GET", "HEAD", "POST"])
def languages(request: HttpRequest, code: str) -> HttpResponse:
    """All languages of a shop in one form. Saving needs the right to change shops."""
    shop = get_object_or_404(Shop, code=code)
    may_change = request.user.has_perm("shops.change_shop")
    data = request.POST if request.method == "POST" else None
    if data is not None and not may_change:
        raise PermissionDenied
    rows = Language.objects.filter(shop=shop).order_by("locale")
    forms_ = [LanguageForm(data, instance=row, prefix=str(row.pk)) for row in rows]
    if data is not None and all(form.is_valid() for form in forms_):
        save_together(forms_)
        messages.success(request, _("The languages are saved."))
        return redirect("languages", code=code)
    shown = {"shop": shop, "forms": forms_, "may_change": may_change}
    return render(request, "pages/languages.html", shown)


@require_POST
def fetch_languages(request: HttpRequest, code: str) -> HttpResponse:
    """Read them from Shopify now; a person waits for it. Needs the right to change shops."""
    shop = get_object_or_404(Shop, code=code)
    if not request.user.has_perm("shops.change_shop"):
        raise PermissionDenied
    try:
        nodes = shop_locales(client_for(shop, interactive=True))
    except ShopifyError as error:
        messages.error(request, str(error))
        return redirect("languages", code=code)
    count = put_languages(shop, nodes)
    text = ngettext(
        "The shop has %(count)d language besides its own.",
        "The shop has %(count)d languages besides its own.",
        count,
    )
    messages.success(request, text % {"count": count})
    return redirect("languages", code=code)
