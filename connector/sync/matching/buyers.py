"""Customers and companies → customers of the books. Explains every match; guesses none."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.db.models import Q
from django.db.models.functions import Upper
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from connector.shopify.nodes.order import OrderNode
from connector.sync.mapping.addresses import address_draft
from connector.sync.models import CompanyLink, CustomerLink
from connector.sync.models.links import MappingState
from erp.customers import create_customers
from erp.drafts import CustomerDraft
from erp.errors import CardError
from erp.models import Company, Party
from shops import bulk

Link = CustomerLink | CompanyLink

_FIELDS = ("party_id", "state", "how", "reason")


@dataclass(frozen=True, slots=True)
class Buyer:
    """A link that is not mapped, and what is known of who it stands for."""

    link: Link
    draft: CustomerDraft


def customer_draft(order: OrderNode) -> CustomerDraft:
    """What a customer card needs, from the newest order that names the customer."""
    address = address_draft(order.billing_address or order.shipping_address, order)
    return CustomerDraft(
        name=address.name[:100],
        address=replace(address, name=address.name[:100]),
        email=(order.customer.email if order.customer else order.email)[:80] or order.email[:80],
        phone=address.phone[:30],
        prices_incl_vat=order.taxes_included,
    )


def match(books: Company, buyers: Sequence[Buyer], *, create: bool) -> None:
    """Map each link to the one customer with its e-mail, else with its phone; else create it.

    Two that fit are none that fits: the link then names them both and waits for a person.
    """
    found = _candidates(books, buyers)
    left = [buyer for buyer in buyers if not _settle(buyer, found)]
    if create:
        _create(books, [buyer for buyer in left if not buyer.link.reason])
    for buyer in left:
        if not buyer.link.party_id and not buyer.link.reason:
            buyer.link.reason = _unknown(buyer)
    _save([buyer.link for buyer in buyers])


def _candidates(books: Company, buyers: Sequence[Buyer]) -> dict[str, list[Party]]:
    """Customers by upper-cased e-mail and by phone, of all buyers at once."""
    emails = {buyer.draft.email.upper() for buyer in buyers if buyer.draft.email}
    phones = {buyer.draft.phone for buyer in buyers if buyer.draft.phone}
    customers = Party.objects.filter(company=books, kind=Party.Kind.CUSTOMER).annotate(
        upper_email=Upper("email")
    )
    found: dict[str, list[Party]] = defaultdict(list)
    for party in customers.filter(Q(upper_email__in=emails) | Q(phone__in=phones)).order_by("no"):
        found[party.email.upper()].append(party)
        found[party.phone].append(party)
    return found


_SAME = {
    "e-mail": gettext_lazy("Customers %s have the same e-mail: map one by hand."),
    "phone": gettext_lazy("Customers %s have the same phone: map one by hand."),
}


def _settle(buyer: Buyer, found: dict[str, list[Party]]) -> bool:
    """Map the buyer by e-mail or phone, if just one customer has it."""
    buyer.link.reason = ""
    for how, key in (("e-mail", buyer.draft.email.upper()), ("phone", buyer.draft.phone)):
        parties = found.get(key, []) if key else []
        if len(parties) == 1:
            _map(buyer.link, parties[0], how)
            return True
        if parties:
            numbers = ", ".join(party.no for party in parties)
            buyer.link.reason = _SAME[how] % numbers
            return False
    return False


def _create(books: Company, buyers: Sequence[Buyer]) -> None:
    made = create_customers(books, [buyer.draft for buyer in buyers])
    for buyer, party in zip(buyers, made, strict=True):
        if isinstance(party, CardError):
            buyer.link.reason = _("The customer could not be created: %s") % party.sentence
        else:
            _map(buyer.link, party, "created")


def _map(link: Link, party: Party, how: str) -> None:
    link.party, link.state, link.how, link.reason = party, MappingState.MAPPED, how, ""


def _unknown(buyer: Buyer) -> str:
    known = buyer.draft.email or buyer.draft.phone
    if known:
        return _("No customer has %s: map one, or allow customers to be created.") % known
    return _(
        "No customer can be found, for neither e-mail nor phone is known: map one, or allow "
        "customers to be created."
    )


def _save(links: Sequence[Link]) -> None:
    customers = [link for link in links if isinstance(link, CustomerLink)]
    companies = [link for link in links if isinstance(link, CompanyLink)]
    bulk.update(CustomerLink, _FIELDS, [_values(link) for link in customers])
    bulk.update(CompanyLink, _FIELDS, [_values(link) for link in companies])


def _values(link: Link) -> bulk.Row:
    return (link.party_id, link.state, link.how, link.reason, link.pk)
