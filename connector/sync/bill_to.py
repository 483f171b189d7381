"""Whom orders are sold to where a shop maps by bill-to information: one customer for each address.

Source: BC codeunit 30165 "Order Mapping" with "By Bill-to Info". Here the block that a card is made
from is asked for, for buyer and payer alike; who pays is the card's to say.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from connector.shopify.nodes.order import OrderNode
from connector.sync.mapping.customers import CardRules, block
from connector.sync.matching.buyers import assign, customer_draft, save
from connector.sync.matching.customers import Match, Strategy, matched_or_created
from connector.sync.models import BillToLink, CustomerLink
from connector.sync.models.links import MappingState
from erp.drafts import CustomerDraft
from erp.models import Company

Place = tuple[int, str]  # customer of Shopify, digest of the block


@dataclass(frozen=True, slots=True)
class _Asked:
    link: CustomerLink
    draft: CustomerDraft


def by_bill_to(
    books: Company,
    orders: Sequence[OrderNode],
    links: Mapping[str, CustomerLink],
    rules: CardRules,
    *,
    create: bool,
) -> dict[str, Match]:
    """Order gid → its customer, or why there is none; of the orders that `links` has."""
    places: dict[str, Place] = {}
    asked: dict[Place, _Asked] = {}
    for order in sorted(orders, key=lambda order: order.updated_at):
        if link := links.get(order.gid):
            draft = customer_draft(order, rules)
            places[order.gid] = place = (link.customer_id, block(draft))
            asked[place] = _Asked(link, draft)
    known = _known(asked)
    new = {place: one for place, one in asked.items() if place not in known}
    known |= _found(books, new, create=create)
    return {gid: known[place] for gid, place in places.items()}


def _known(asked: Mapping[Place, _Asked]) -> dict[Place, Match]:
    rows = BillToLink.objects.filter(customer__in={customer for customer, _digest in asked})
    return {
        (row.customer_id, row.digest): Match(row.party)
        for row in rows.select_related("party")
        if (row.customer_id, row.digest) in asked
    }


def _found(books: Company, new: Mapping[Place, _Asked], *, create: bool) -> dict[Place, Match]:
    drafts = [one.draft for one in new.values()]
    answers = matched_or_created(books, drafts, Strategy.BILL_TO, create=create)
    found = dict(zip(new, answers, strict=True))
    BillToLink.objects.bulk_create(
        BillToLink(customer_id=customer, digest=digest, party=match.party)
        for (customer, digest), match in found.items()
        if match.party
    )
    _note(new, found)
    return found


def _note(new: Mapping[Place, _Asked], found: Mapping[Place, Match]) -> None:
    """The customer as a whole stands for the first of them; a list of customers shows that."""
    changed: dict[int, CustomerLink] = {}
    for place, one in new.items():
        link, match = one.link, found[place]
        if link.state == MappingState.MAPPED:
            continue
        if match.party:
            assign(link, match.party, match.how)
        elif link.reason == match.reason:
            continue
        else:
            link.reason = match.reason
        changed[link.pk] = link
    save(list(changed.values()))
