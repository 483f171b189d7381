"""The price lines of an item, and what it costs a customer on a day, with the reason."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from connector.pages.books.cards import AmountField, card_of
from connector.pages.books.finding import FindingInput, find_party
from connector.pages.books.item import item_address
from connector.pages.books.items import CHANGE
from erp.errors import CardError
from erp.models import Item, Party, Price
from erp.money import ONE, ZERO
from erp.price_lines import PriceDraft, put_price
from erp.prices import Asking, Found, Wanted, best_price

ISO = "%Y-%m-%d"


def date_field(label: Any, *, required: bool = False) -> forms.DateField:
    widget = forms.DateInput({"type": "date"}, format=ISO)
    return forms.DateField(
        label=label, required=required, widget=widget, input_formats=[ISO], localize=False
    )


class PriceForm(forms.Form):
    """A new price line; one for the same buyer, quantity and days takes the place of the old one."""

    use_required_attribute = False
    of_code = {
        "no_variant": "variant_code",
        "no_uom": "uom",
        "no_currency": "currency",
        "price": "unit_price",
        "discount": "line_discount_pct",
        "dates": "ends",
        "source": "source_no",
    }

    source_type = forms.ChoiceField(choices=Price.Source.choices, label=gettext_lazy("Applies to"))
    source_no = forms.CharField(
        required=False,
        max_length=20,
        label=gettext_lazy("Customer no. or price group"),
    )
    unit_price = AmountField(min_value=0, label=gettext_lazy("Unit price"))
    currency = forms.CharField(required=False, max_length=3, label=gettext_lazy("Currency"))
    line_discount_pct = AmountField(
        required=False, min_value=0, max_value=100, label=gettext_lazy("Discount %")
    )
    min_qty = AmountField(required=False, min_value=0, label=gettext_lazy("Minimum quantity"))
    variant_code = forms.CharField(required=False, max_length=10, label=gettext_lazy("Variant"))
    uom = forms.CharField(required=False, max_length=10, label=gettext_lazy("Unit of measure"))
    starts = date_field(gettext_lazy("First day"))
    ends = date_field(gettext_lazy("Last day"))
    incl_vat = forms.BooleanField(required=False, label=gettext_lazy("Price includes VAT"))
    allow_invoice_disc = forms.BooleanField(
        required=False, initial=True, label=gettext_lazy("Allow invoice discount")
    )

    def put(self, item: Item) -> Price:
        """Raises CardError. Only of a valid form."""
        values = dict(self.cleaned_data)
        for name in ("currency", "uom"):
            values[name] = values[name].strip().upper()
        for name in ("line_discount_pct", "min_qty"):
            values[name] = values[name] or ZERO
        values["source_type"] = Price.Source(values["source_type"])
        return put_price(item.company, PriceDraft(item_no=item.no, **values))


class AskForm(forms.Form):
    """For whom, when and how many."""

    use_required_attribute = False

    customer = forms.CharField(required=False, max_length=100, label=gettext_lazy("Customer"))
    day = date_field(gettext_lazy("Date"))
    quantity = AmountField(required=False, min_value=0, label=gettext_lazy("Quantity"))
    currency = forms.CharField(required=False, max_length=3, label=gettext_lazy("Currency"))
    variant = forms.CharField(required=False, max_length=10, label=gettext_lazy("Variant"))

    def __init__(self, item: Item, *args: Any) -> None:
        super().__init__(*args)
        self.item = item
        self.fields["customer"].widget = FindingInput(item.company, "customers")

    def clean_customer(self) -> Party | None:
        if not self.cleaned_data["customer"].strip():
            return None
        return find_party(self, "customer", self.item.company, Party.Kind.CUSTOMER)

    def clean_variant(self) -> Any:
        code = self.cleaned_data["variant"].strip().upper()
        found = self.item.variants.filter(code=code).first()
        if code and found is None:
            raise ValidationError(
                _("Item %(no)s has no variant %(code)s.") % {"no": self.item.no, "code": code}
            )
        return found

    def answer(self) -> Found:
        """Raises CardError. Only of a valid form."""
        asked = self.cleaned_data
        day = asked["day"] or timezone.localdate()
        currency = asked["currency"].strip().upper()
        company = self.item.company
        asking = (
            Asking.of(asked["customer"], day, currency)
            if asked["customer"]
            else Asking(company, day, currency or company.lcy)
        )
        wanted = Wanted(self.item, asked["variant"], asked["quantity"] or ONE)
        return best_price(asking, wanted)


@require_http_methods(["GET", "HEAD", "POST"])
def prices(request: HttpRequest, no: str) -> HttpResponse:
    """GET with ?ask asks for a price; POST adds a line or deletes one."""
    item = card_of(Item.objects.all(), no, request)
    may_change = request.user.has_perm(CHANGE)
    form = PriceForm(request.POST or None)
    if request.method == "POST":
        if not may_change:
            raise PermissionDenied
        if "delete" in request.POST:
            return _deleted(request, item)
        if form.is_valid() and _put(form, item):
            messages.success(request, _("The price is saved."))
            return redirect(item_address(item, "item-prices"))
    lines = item.prices.select_related("variant").order_by("source_type", "source_no", "min_qty")
    shown = {"item": item, "form": form, "may_change": may_change, "lines": lines}
    shown |= _asked(request, item) | {"card_address": item_address(item)}
    return render(request, "books/prices.html", shown)


def _put(form: PriceForm, item: Item) -> bool:
    try:
        form.put(item)
    except CardError as refusal:
        name = form.of_code.get(refusal.code)
        form.add_error(name, refusal.sentence)
        return False
    return True


def _deleted(request: HttpRequest, item: Item) -> HttpResponse:
    key = request.POST["delete"]
    line = get_object_or_404(Price, item=item, pk=key if key.isdigit() else 0)
    line.delete()
    messages.success(request, _("The price is deleted."))
    return redirect(item_address(item, "item-prices"))


def _asked(request: HttpRequest, item: Item) -> dict[str, Any]:
    ask = AskForm(item, request.GET if "ask" in request.GET else None)
    if not ask.is_bound or not ask.is_valid():
        return {"ask": ask, "found": None}
    try:
        return {"ask": ask, "found": ask.answer()}
    except CardError as refusal:
        ask.add_error(None, refusal.sentence)
        return {"ask": ask, "found": None}
