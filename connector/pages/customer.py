"""One customer of Shopify: who it is there, whom it stands for in the books, and deciding that."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from connector.pages.books.finding import FindingInput, find_party
from connector.sync.card_rules import card_rules
from connector.sync.customer_mapping import create_card, map_to, read_again, suggested, unmap
from connector.sync.errors import RecordError
from connector.sync.mapping.customers import card_values
from connector.sync.models import CustomerLink, Issue
from connector.sync.people import Mirrored, mirrored
from erp.models import Company, Party
from jobqueue.errors import Refused

SEE = "shops.view_customer"  # the permission to see what names or reaches a person
MAP = "sync.change_customerlink"
ADD = "erp.add_party"
FIELDS: tuple[tuple[str, Promise], ...] = (
    ("name", gettext_lazy("Name")),
    ("name_2", gettext_lazy("Name 2")),
    ("contact", gettext_lazy("Contact")),
    ("address", gettext_lazy("Address")),
    ("address_2", gettext_lazy("Address 2")),
    ("post_code", gettext_lazy("Post code")),
    ("city", gettext_lazy("City")),
    ("county", gettext_lazy("County")),
    ("country", gettext_lazy("Country")),
    ("email", gettext_lazy("E-mail")),
    ("phone", gettext_lazy("Phone")),
)


@dataclass(frozen=True, slots=True)
class Compared:
    """A field as the card would say it after Shopify, and as it says it."""

    label: str
    shopify: str
    card: str

    @property
    def differs(self) -> bool:
        return self.shopify != self.card


class MapForm(forms.Form):
    use_required_attribute = False

    party = forms.CharField(label=gettext_lazy("Customer of the books"), max_length=100)

    def __init__(self, company: Company, data: QueryDict | None) -> None:
        super().__init__(data)
        self.company = company
        self.fields["party"].widget = FindingInput(company, "customers")

    def clean_party(self) -> Party:
        return find_party(self, "party", self.company, Party.Kind.CUSTOMER)


@require_safe
def customer(request: HttpRequest, customer_id: int) -> HttpResponse:
    link = _link(customer_id)
    return _shown(request, link, _form(link))


def _shown(request: HttpRequest, link: CustomerLink, form: MapForm | None) -> HttpResponse:
    row = mirrored([link.customer_id])[link.customer.gid]
    shop, may = link.customer.shop, request.user.has_perm
    sees = may(SEE)
    open_one = sees and link.party is None and form is not None
    shown = {
        "customer": link.customer,
        "shop": shop,
        "link": link,
        "form": form,
        "sees": sees,
        "may_map": may(MAP),
        "may_create": may(MAP) and may(ADD),
        "addresses": link.customer.addresses.all() if sees else (),
        "compared": _compared(row) if sees else (),
        "tags": [tag.strip("[]") for tag in link.customer.tags.split("] [") if tag.strip("[]")],
        "suggestions": suggested(shop, [row])[link.customer.gid] if open_one else (),
        "issue": Issue.objects.open().filter(shop=shop, gid=link.customer.gid).first(),
        "admin_url": f"{shop.url}/admin/customers/{link.customer.gid.rsplit('/', 1)[-1]}",
    }
    return render(request, "pages/customer.html", shown)


def _compared(row: Mirrored) -> list[Compared]:
    values = card_values(row.person, card_rules(row.customer.shop))
    party = row.link.party
    return [
        Compared(str(label), values.get(name, ""), getattr(party, name) if party else "")
        for name, label in FIELDS
    ]


@require_POST
def act(request: HttpRequest, customer_id: int, action: str) -> HttpResponse:
    """Map by hand, create a card, take the mapping off, or read it again."""
    link = _link(customer_id)
    if not request.user.has_perm(MAP) or (action == "create" and not request.user.has_perm(ADD)):
        raise PermissionDenied
    acts: dict[str, Callable[[HttpRequest, CustomerLink], HttpResponse]] = {
        "map": _map,
        "create": _create,
        "unmap": _unmap,
        "again": _again,
    }
    if action not in acts:
        raise Http404
    try:
        return acts[action](request, link)
    except (RecordError, Refused) as refusal:
        messages.error(request, str(refusal))
        return _back(link)


def _map(request: HttpRequest, link: CustomerLink) -> HttpResponse:
    form = _form(link, request)
    if form is None or not form.is_valid():
        return _shown(request, link, form)
    map_to(link, form.cleaned_data["party"], seen_party(request))
    messages.success(request, _("Mapped to %s.") % form.cleaned_data["party"])
    return _back(link)


def _create(request: HttpRequest, link: CustomerLink) -> HttpResponse:
    party = create_card(link, seen_party(request))
    messages.success(request, _("%(no)s is created.") % {"no": party})
    return _back(link)


def _unmap(request: HttpRequest, link: CustomerLink) -> HttpResponse:
    unmap(link, seen_party(request))
    messages.success(request, _("The mapping is taken off."))
    return _back(link)


def _again(request: HttpRequest, link: CustomerLink) -> HttpResponse:
    return redirect("job", entry_id=read_again(link, request.user.pk).pk)


def seen_party(request: HttpRequest) -> int | None:
    """Which customer of the books the page showed. Raises Http404 for nonsense."""
    text = request.POST.get("seen", "")
    if text and not text.isdigit():
        raise Http404
    return int(text) if text else None


def _form(link: CustomerLink, request: HttpRequest | None = None) -> MapForm | None:
    company = Company.objects.filter(code=link.customer.shop.company_code).first()
    return MapForm(company, request.POST if request else None) if company else None


def _link(customer_id: int) -> CustomerLink:
    rows = CustomerLink.objects.select_related("customer__shop", "party__company")
    return get_object_or_404(rows, customer=customer_id)


def _back(link: CustomerLink) -> HttpResponse:
    return redirect("shopify-customer", customer_id=link.customer_id)
