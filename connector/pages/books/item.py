"""The card of an item: its fields, its stock, its entries, and what it is in the shops."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from connector.pages.books.cards import card_of, choose_company, company_of
from connector.pages.books.item_form import ItemForm, NewItemForm
from connector.pages.books.item_in_shops import in_shops
from connector.pages.books.items import ADD, CHANGE, ItemList
from connector.pages.books.words import ITEM_ENTRY
from connector.sync.models import VariantLink
from erp.availability import projected
from erp.errors import CardError, SetupError
from erp.models import Item, ItemEntry, Stock
from erp.money import ZERO
from shops.models import StockLevel

ENTRIES_SHOWN = 10


def item_address(item: Item, name: str = "item") -> str:
    """Where its card is, or the page `name` below it."""
    query = urlencode({"company": item.company.code})
    return f"{reverse(name, args=[item.no])}?{query}"


@require_http_methods(["GET", "HEAD", "POST"])
def card(request: HttpRequest, no: str) -> HttpResponse:
    """Saving needs the right to change items, and a look at what is saved now."""
    item = card_of(Item.objects.all(), no, request)
    may_change = request.user.has_perm(CHANGE)
    if request.method == "POST":
        if not may_change:
            raise PermissionDenied
        form = _saved(request, item)
        if form.is_valid():
            messages.success(request, _("%(no)s is saved.") % {"no": item.no})
            return redirect(item_address(item))
    else:
        form = ItemForm(item.company, instance=item)
    shown = {"form": form, "may_change": may_change, "tabs": form.tabs}
    return render(request, "books/item.html", _about(item) | shown)


@transaction.atomic
def _saved(request: HttpRequest, item: Item) -> ItemForm:
    """The form, with errors where it could not be saved. The row is locked meanwhile."""
    row = Item.objects.select_for_update(of=("self",)).select_related("company").get(pk=item.pk)
    form = ItemForm(row.company, request.POST, instance=row)
    if form.is_valid() and not form.refuse_unseen(request.POST.get("seen", "")):
        try:
            form.save_changes()
        except CardError as refusal:
            form.note(refusal)
    return form


def _about(item: Item) -> dict[str, Any]:
    stock = list(
        Stock.objects.filter(item=item)
        .select_related("variant", "location")
        .order_by("location__code", "variant__code")
    )
    entries = list(
        ItemEntry.objects.filter(item=item)
        .select_related("document__company", "location", "variant")
        .order_by("-pk")[:ENTRIES_SHOWN]
    )
    for entry in entries:
        entry.__dict__["words"] = ITEM_ENTRY[entry.type]
    below = Item.objects.filter(pk=item.pk).values_list(
        Count("variants", distinct=True),
        Count("prices", distinct=True),
        Count("pictures", distinct=True),
    )
    variants, prices, pictures = below.get()
    expected = projected(item.company, [item.pk], day=timezone.localdate())
    return {
        "item": item,
        "stock": stock,
        "on_hand": sum((row.qty for row in stock), ZERO),
        "value": sum((row.value for row in stock), ZERO),
        "projected": sum(expected.values(), ZERO),
        "variants": variants,
        "prices": prices,
        "pictures": pictures,
        "in_shops": in_shops(item),
        "add_address": item_address(item, "item-add"),
        "links": VariantLink.objects.filter(item=item).select_related(
            "variant__shop", "item_variant"
        ),
        "levels": StockLevel.objects.filter(variant__link__item=item)
        .select_related("shop", "location", "variant")
        .order_by("shop__code", "location__name", "variant__title", "pk"),
        "entries": entries,
        "ledger": f"{reverse('item-ledger')}?{urlencode({'item': item.no})}",
        "variants_address": item_address(item, "item-variants"),
        "pictures_address": item_address(item, "item-pictures"),
        "prices_address": item_address(item, "item-prices"),
        "texts_address": item_address(item, "item-texts"),
    }


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """A new item; a company is asked for first where there are several."""
    if not request.user.has_perm(ADD):
        raise PermissionDenied
    company = company_of(request)
    shown: dict[str, Any] = {
        "heading": _("New item"),
        "list": ItemList,
        "list_address": reverse("items"),
    }
    if company is None:
        return choose_company(request, shown)
    item = Item(company=company, vat_prod=company.setting("vat_prod"))
    form = NewItemForm(company, request.POST or None, instance=item)
    if request.method == "POST" and form.is_valid():
        try:
            made = form.create()
        except (CardError, SetupError) as refusal:
            form.note(refusal)
        else:
            messages.success(request, _("%(no)s is created.") % {"no": made})
            return redirect(item_address(made))
    return render(request, "books/new_card.html", shown | {"form": form, "company": company})
