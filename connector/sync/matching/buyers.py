"""The customers and companies that orders name → customers of the books."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from connector.shopify.nodes.order import OrderNode
from connector.sync.mapping.addresses import address_draft
from connector.sync.mapping.customers import CardRules, with_template
from connector.sync.mapping.names import names_of
from connector.sync.matching.customers import Match, Strategy, matched_or_created
from connector.sync.models import CompanyLink, CustomerLink
from connector.sync.models.links import MappingState
from erp.drafts import CustomerDraft
from erp.models import Company, Party
from shops import bulk

Link = CustomerLink | CompanyLink

_FIELDS = ("party_id", "state", "how", "reason")


@dataclass(frozen=True, slots=True)
class Buyer:
    """A link that is not mapped, and what is known of who it stands for."""

    link: Link
    draft: CustomerDraft


def customer_draft(order: OrderNode, rules: CardRules) -> CustomerDraft:
    """What a customer card needs, from the newest order that names the customer."""
    place = order.billing_address or order.shipping_address
    address = address_draft(place, order)
    if place and not order.company:
        names = names_of(place.company, place.first_name, place.last_name, rules.sources)
        if names.name:
            parts = {"name": names.name, "name_2": names.name_2, "contact": names.contact}
            address = replace(address, **parts)
    if place and rules.county == "name":
        address = replace(address, county=place.province)
    draft = CustomerDraft(
        name=address.name[:100],
        address=replace(address, name=address.name[:100]),
        email=(order.customer.email if order.customer else order.email)[:80] or order.email[:80],
        phone=address.phone[:30],
        prices_incl_vat=order.taxes_included,
    )
    return with_template(draft, place, rules)


def match(
    books: Company,
    buyers: Sequence[Buyer],
    *,
    create: bool,
    strategy: str = Strategy.EMAIL_PHONE,
) -> list[Match]:
    """Map each link to the one customer that fits; else create it. What stays as it is is not written.

    Two that fit are none that fits: the link then names them both and waits for a person.
    """
    drafts = [buyer.draft for buyer in buyers]
    answers = matched_or_created(books, drafts, strategy, create=create)
    changed = []
    for buyer, answer in zip(buyers, answers, strict=True):
        before = _values(buyer.link)
        if answer.party:
            assign(buyer.link, answer.party, answer.how)
        else:
            buyer.link.reason = answer.reason
        if _values(buyer.link) != before:
            changed.append(buyer.link)
    save(changed)
    return answers


def assign(link: Link, party: Party, how: str) -> None:
    """Map the link; the caller saves it."""
    link.party, link.state, link.how, link.reason = party, MappingState.MAPPED, how[:40], ""


def save(links: Sequence[Link]) -> None:
    customers = [link for link in links if isinstance(link, CustomerLink)]
    companies = [link for link in links if isinstance(link, CompanyLink)]
    bulk.update(CustomerLink, _FIELDS, [_values(link) for link in customers])
    bulk.update(CompanyLink, _FIELDS, [_values(link) for link in companies])


def _values(link: Link) -> bulk.Row:
    return (link.party_id, link.state, link.how, link.reason, link.pk)
