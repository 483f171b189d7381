"""The addresses to which a customer wants goods sent: which there are, a new one, changing one."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from connector.pages.books.address_fields import ADDRESS_LABELS, country_code, email_address
from connector.pages.books.cards import CardForm, card_of
from connector.pages.books.parties import CHANGE
from connector.pages.books.party import party_address
from erp.errors import CardError
from erp.models import Party, ShipToAddress
from erp.ship_to_addresses import put_ship_to


class AddressForm(CardForm):
    """An address that is there keeps its code."""

    code = forms.CharField(max_length=10, label=gettext_lazy("Code"))

    class Meta:
        model = ShipToAddress
        fields = list(ADDRESS_LABELS)
        labels = ADDRESS_LABELS

    field_order = ["code"]

    def __init__(self, row: ShipToAddress, data: QueryDict | None = None) -> None:
        super().__init__(data, instance=row)
        if row.pk:
            del self.fields["code"]

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"].strip().upper()
        if ShipToAddress.objects.filter(party=self.instance.party_id, code=code).exists():
            raise forms.ValidationError(_("There is an address %s already.") % code)
        return code

    def clean_country(self) -> str:
        return country_code(self.cleaned_data["country"])

    def clean_email(self) -> str:
        return email_address(self.cleaned_data["email"])

    def save_changes(self) -> ShipToAddress:
        """Raises CardError; then nothing is saved."""
        changes = self.changes()
        code = changes.pop("code", self.instance.code)
        return put_ship_to(self.instance.party, code, **changes)


@require_http_methods(["GET", "HEAD", "POST"])
def ship_to_addresses(request: HttpRequest, no: str) -> HttpResponse:
    """?code= opens one, else the form is for a new one. POST with do=delete deletes the one open."""
    party = card_of(Party.objects.filter(kind=Party.Kind.CUSTOMER), no, request)
    may_change = request.user.has_perm(CHANGE)
    if request.method == "POST" and not may_change:
        raise PermissionDenied
    form, done = _sent(request, party)
    if done:
        query = urlencode({"company": party.company.code})
        return redirect(f"{reverse('ship-to-addresses', args=[party.no])}?{query}")
    shown = {
        "party": party,
        "card_address": party_address(party),
        "addresses": ShipToAddress.objects.filter(party=party).order_by("code"),
        "form": form,
        "may_change": may_change,
    }
    return render(request, "books/ship_to_addresses.html", shown)


@transaction.atomic
def _sent(request: HttpRequest, party: Party) -> tuple[AddressForm, bool]:
    """The form, and whether what it asks for was done. The row is locked meanwhile."""
    row = ShipToAddress(party=party)
    if code := request.GET.get("code"):
        rows = ShipToAddress.objects.select_for_update()
        row = get_object_or_404(rows, party=party, code=code)
        row.party = party
    if request.method != "POST":
        return AddressForm(row), False
    if request.POST.get("do") == "delete":
        return AddressForm(row), _deleted(request, row)
    form = AddressForm(row, request.POST)
    if not form.is_valid() or form.refuse_unseen(request.POST.get("seen", "")):
        return form, False
    try:
        kept = form.save_changes()
    except CardError as refusal:
        form.note(refusal)
        return form, False
    messages.success(request, _("%(no)s is saved.") % {"no": kept.code})
    return form, True


def _deleted(request: HttpRequest, row: ShipToAddress) -> bool:
    if row.pk:
        row.delete()
        messages.success(request, _("Address %s is deleted.") % row.code)
    return True


def ship_to_choices(party: Party) -> list[tuple[str, Any]]:
    """What a document of the customer can be sent to; = is the customer's own address."""
    rows = ShipToAddress.objects.filter(party=party).order_by("code")
    kept = [(row.code, str(row)) for row in rows]
    return [("", "–"), ("=", _("The customer's own address")), *kept]
