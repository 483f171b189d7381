"""What is written about an item, by language and season: which texts there are, a new one, changing one."""

from __future__ import annotations

from typing import Any

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
from connector.pages.books.prices import date_field
from erp.errors import CardError
from erp.models import Item, ItemText
from erp.texts import put_text


class TextForm(forms.Form):
    kind = forms.ChoiceField(choices=ItemText.Kind.choices, label=gettext_lazy("Kind"))
    language = forms.CharField(
        required=False,
        max_length=8,
        label=gettext_lazy("Language"),
        help_text=gettext_lazy("As “nb” or “pt-BR”. Blank: for all languages."),
    )
    starts = date_field(gettext_lazy("First day"))
    ends = date_field(gettext_lazy("Last day"))
    text = forms.CharField(
        strip=False, label=gettext_lazy("Text"), widget=forms.Textarea({"rows": 6})
    )

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        values["language"] = values.get("language", "").strip()
        if values.get("kind") == ItemText.Kind.TITLE:
            values["starts"] = values["ends"] = None  # a name has no season
            if not values["language"]:
                self.add_error("language", _("Say in which language the description is."))
        return values


@require_http_methods(["GET", "HEAD", "POST"])
def item_texts(request: HttpRequest, no: str) -> HttpResponse:
    """?text= opens one, else the form is for a new one. POST with do=delete deletes the one open."""
    item = card_of(Item.objects.all(), no, request)
    may_change = request.user.has_perm(CHANGE)
    if request.method == "POST" and not may_change:
        raise PermissionDenied
    row = None
    if key := request.GET.get("text"):
        row = get_object_or_404(ItemText, item=item, pk=key if key.isdigit() else 0)
    form = TextForm(request.POST if request.method == "POST" else None, initial=_said(row))
    if request.method == "POST" and _done(request, item, row, form):
        return redirect(item_address(item, "item-texts"))
    shown = {
        "item": item,
        "card_address": item_address(item),
        "texts_address": item_address(item, "item-texts"),
        "texts": ItemText.objects.filter(item=item).order_by("kind", "language", "pk"),
        "row": row,
        "form": form,
        "may_change": may_change,
    }
    return render(request, "books/item_texts.html", shown)


def _said(row: ItemText | None) -> dict[str, Any]:
    if row is None:
        return {}
    return {name: getattr(row, name) for name in ("kind", "language", "starts", "ends", "text")}


@transaction.atomic
def _done(request: HttpRequest, item: Item, row: ItemText | None, form: TextForm) -> bool:
    if request.POST.get("do") == "delete":
        if row is not None:
            row.delete()
        messages.success(request, _("The text is deleted."))
        return True
    if not form.is_valid():
        return False
    given = form.cleaned_data
    try:
        kept = put_text(
            item,
            ItemText.Kind(given["kind"]),
            given["text"],
            language=given["language"],
            starts=given["starts"],
            ends=given["ends"],
        )
    except CardError as refusal:
        form.add_error("text" if refusal.code == "text" else None, refusal.sentence)
        return False
    if row is not None and row.pk != kept.pk:  # it is of another language or season now
        row.delete()
    messages.success(request, _("The text is saved."))
    return True
