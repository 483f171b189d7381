"""The card of a customer or vendor: what is kept of them, what they owe, their documents."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from connector.pages.books.cards import card_of, choose_company, company_of
from connector.pages.books.parties import ADD, CHANGE, CustomerList, VendorList
from connector.pages.books.party_form import NewPartyForm, PartyForm
from connector.pages.books.party_shops import ADD_TO_SHOPIFY, in_shops
from connector.pages.books.words import PARTY_ENTRY
from erp.balances import party_balances, still_open
from erp.errors import CardError, SetupError
from erp.ledgers import open_amounts
from erp.models import Document, Party, PartyEntry
from erp.money import ZERO

SHOWN = 10
LISTS = {Party.Kind.CUSTOMER: CustomerList, Party.Kind.VENDOR: VendorList}


def party_address(party: Party) -> str:
    """Where its card is; with the company, since another may use the same number."""
    query = urlencode({"company": party.company.code})
    return f"{reverse(party.kind, args=[party.no])}?{query}"


@require_http_methods(["GET", "HEAD", "POST"])
def card(request: HttpRequest, kind: str, no: str) -> HttpResponse:
    """Saving needs the right to change parties, and a look at what is saved now."""
    party = card_of(Party.objects.filter(kind=kind).select_related("bill_to"), no, request)
    may_change = request.user.has_perm(CHANGE)
    if request.method == "POST":
        if not may_change:
            raise PermissionDenied
        form = _saved(request, party)
        if form.is_valid():
            messages.success(request, _("%(no)s is saved.") % {"no": party.no})
            return redirect(party_address(party))
    else:
        form = PartyForm(party.company, kind, instance=party)
    shown = {"form": form, "may_change": may_change, "tabs": form.tabs}
    return render(request, "books/party.html", _about(request, party) | shown)


@transaction.atomic
def _saved(request: HttpRequest, party: Party) -> PartyForm:
    """The form, with errors where it could not be saved. The row is locked meanwhile."""
    row = (
        Party.objects.select_for_update(of=("self",))
        .select_related("company", "bill_to")
        .get(pk=party.pk)
    )
    form = PartyForm(row.company, row.kind, request.POST, instance=row)
    if form.is_valid() and not form.refuse_unseen(request.POST.get("seen", "")):
        try:
            form.save_changes()
        except CardError as refusal:
            form.note(refusal)
    return form


def _about(request: HttpRequest, party: Party) -> dict[str, Any]:
    entries = PartyEntry.objects.filter(party=party)
    open_ones = list(
        still_open(entries)
        .select_related("document__company")
        .order_by("due_date", "pk")[: SHOWN + 1]
    )
    today = timezone.localdate()
    late = list(still_open(entries.filter(due_date__lt=today)))
    rest = open_amounts([*open_ones, *late])
    for entry in open_ones:
        entry.__dict__ |= {"rest": rest[entry.pk].amount, "words": PARTY_ENTRY[entry.kind]}
    documents = Document.objects.filter(Q(party=party) | Q(bill_to=party))
    return {
        "party": party,
        "list": LISTS[Party.Kind(party.kind)],
        "list_address": reverse(f"{party.kind}s"),
        "ledger": f"{reverse(f'{party.kind}-ledger')}?{urlencode({'party': party.no})}",
        "balance": party_balances([party.pk]).get(party.pk, ZERO),
        "overdue": sum((rest[entry.pk].lcy for entry in late), ZERO),
        "open_entries": open_ones[:SHOWN],
        "more_open": len(open_ones) > SHOWN,
        "documents": documents.select_related("company").order_by("-document_date", "-pk")[:SHOWN],
        "in_shops": in_shops(party, may_add=request.user.has_perm(ADD_TO_SHOPIFY)),
        "may_pay": request.user.has_perm("erp.add_document"),
        "today": today,
    }


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, kind: str) -> HttpResponse:
    """A new customer or vendor; a company is asked for first where there are several."""
    if not request.user.has_perm(ADD):
        raise PermissionDenied
    company = company_of(request)
    heading = _("New vendor") if kind == Party.Kind.VENDOR else _("New customer")
    shown: dict[str, Any] = {
        "heading": heading,
        "list": LISTS[Party.Kind(kind)],
        "list_address": reverse(f"{kind}s"),
    }
    if company is None:
        return choose_company(request, shown)
    party = Party(company=company, kind=kind, vat_bus=company.setting("vat_bus"))
    form = NewPartyForm(company, kind, request.POST or None, instance=party)
    if request.method == "POST" and form.is_valid():
        try:
            made = form.create()
        except (CardError, SetupError) as refusal:
            form.note(refusal)
        else:
            messages.success(request, _("%(no)s is created.") % {"no": made})
            return redirect(party_address(made))
    return render(request, "books/new_card.html", shown | {"form": form, "company": company})
