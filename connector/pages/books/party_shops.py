"""In which shops a customer of the books is, and adding one to a shop."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from connector.pages.books.cards import card_of
from connector.pages.starting import start
from connector.pages.subjects import ReportSubject
from connector.sync.models import CustomerLink
from connector.sync.reports.add_customers import AddCustomers
from erp.models import Party
from jobqueue.errors import Refused
from shops.models import Shop

ADD_TO_SHOPIFY = "sync.change_customerlink"


@dataclass(frozen=True, slots=True)
class InShop:
    shop: Shop
    links: tuple[CustomerLink, ...]
    may_add: bool


def in_shops(party: Party, *, may_add: bool) -> list[InShop]:
    """Each shop of the customer's books, in two queries; none for a vendor."""
    if party.kind != Party.Kind.CUSTOMER:
        return []
    shops = list(Shop.objects.filter(company_code=party.company.code))
    rows = (
        list(CustomerLink.objects.filter(party=party).select_related("customer")) if shops else []
    )
    found = []
    for shop in shops:
        links = tuple(row for row in rows if row.customer.shop_id == shop.pk)
        there = any(row.customer.gone_at is None for row in links)
        allowed = may_add and shop.enabled and shop.allow_outgoing_requests
        found.append(InShop(shop, links, may_add=allowed and not there))
    return found


@require_POST
def add_to_shopify(request: HttpRequest, no: str, code: str) -> HttpResponse:
    """Ask for 30112 for this one customer."""
    if not request.user.has_perm(ADD_TO_SHOPIFY):
        raise PermissionDenied
    party = card_of(Party.objects.filter(kind=Party.Kind.CUSTOMER), no, request)
    shop = get_object_or_404(Shop, code=code, company_code=party.company.code)
    if not shop.allow_outgoing_requests:
        messages.error(
            request,
            _("Shop %s does not allow data to be sent to Shopify: see the shop card.") % shop,
        )
        return redirect("shop", code=code)
    try:
        return start(request, ReportSubject(AddCustomers, shop), filters={"no": f"'{party.no}'"})
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("customers")
