"""Many customers without a card at once: whom each may be, with the reason, to be ticked."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from connector.pages.customer import MAP, SEE
from connector.sync.customer_mapping import map_to, suggested
from connector.sync.errors import RecordError
from connector.sync.matching.customers import Suggestion
from connector.sync.models import CustomerLink
from connector.sync.models.links import MappingState
from connector.sync.people import Mirrored, mirrored
from erp.models import Company, Party
from shops.models import Shop

SHOWN = 50


@dataclass(frozen=True, slots=True)
class Row:
    customer: Mirrored
    suggestions: tuple[Suggestion, ...]


@require_http_methods(["GET", "HEAD", "POST"])
def customer_suggestions(request: HttpRequest, code: str) -> HttpResponse:
    """GET shows the first of them; POST maps those that were chosen."""
    shop = get_object_or_404(Shop, code=code)
    if not request.user.has_perms([MAP, SEE]):
        raise PermissionDenied
    books = get_object_or_404(Company, code=shop.company_code)
    waiting = CustomerLink.objects.filter(
        customer__shop=shop, customer__gone_at=None, state=MappingState.UNMAPPED
    ).order_by("customer_id")
    if request.method == "POST":
        _map_chosen(request, books, {link.pk: link for link in waiting[:SHOWN]})
        return redirect("customer-suggestions", code=code)
    people = list(mirrored(waiting.values_list("customer_id", flat=True)[:SHOWN]).values())
    found = suggested(shop, people)
    rows = [Row(one, tuple(found[one.customer.gid])) for one in people]
    shown = {"shop": shop, "rows": rows, "left": max(0, waiting.count() - SHOWN)}
    return render(request, "pages/customer_suggestions.html", shown)


def _map_chosen(request: HttpRequest, books: Company, waiting: dict[int, CustomerLink]) -> None:
    """Each is mapped by itself: what somebody else has mapped meanwhile is said, and left."""
    chosen = {
        pk: value for pk in waiting if (value := request.POST.get(f"link-{pk}", "")).isdigit()
    }
    parties = Party.objects.filter(
        company=books, kind=Party.Kind.CUSTOMER, pk__in=chosen.values()
    ).select_related("company")
    known = {str(party.pk): party for party in parties}
    if set(chosen.values()) - known.keys():
        raise Http404
    count = 0
    for pk, value in chosen.items():
        try:
            map_to(waiting[pk], known[value], None)
        except RecordError as refusal:
            messages.error(request, str(refusal))
        else:
            count += 1
    if not chosen:
        messages.info(request, _("Nothing was chosen."))
    elif count:
        text = ngettext("%(count)d customer is mapped.", "%(count)d customers are mapped.", count)
        messages.success(request, text % {"count": count})
