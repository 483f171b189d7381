"""What a person decides about one customer of Shopify: whom they stand for, a card, another look."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from connector.sync.card_rules import card_rules
from connector.sync.customer_filters import DIRECTION, FROM
from connector.sync.errors import RecordError
from connector.sync.jobs import request_report
from connector.sync.lookups import books_of
from connector.sync.mapping.customers import card_draft
from connector.sync.matching.buyers import assign, save
from connector.sync.matching.customers import CREATED, Suggestion, suggestions
from connector.sync.models import BillToLink, CustomerLink, Issue
from connector.sync.models.links import MappingState
from connector.sync.people import Mirrored, mirrored
from erp.customers import create_customer
from erp.errors import CardError, SetupError
from erp.models import Party
from jobqueue.models import JobQueueEntry
from shops.models import Shop

BY_HAND = "by hand"


@transaction.atomic
def map_to(link: CustomerLink, party: Party, seen: int | None) -> None:
    """Raises RecordError when somebody has mapped it otherwise since `seen`, or it is of other books."""
    row = _locked(link, seen)
    if party.company.code != row.customer.shop.company_code or party.kind != Party.Kind.CUSTOMER:
        raise RecordError(_("%s is no customer of these books.") % party, "books")
    assign(row, party, BY_HAND)
    save([row])
    _settled(row)


@transaction.atomic
def unmap(link: CustomerLink, seen: int | None) -> None:
    """Take the mapping off, and what was decided for single addresses. Raises RecordError."""
    row = _locked(link, seen)
    row.party, row.state, row.how = None, MappingState.UNMAPPED, ""
    row.reason = _("A person has taken the mapping off.")
    save([row])
    BillToLink.objects.filter(customer=row.customer_id).delete()


@transaction.atomic
def create_card(link: CustomerLink, seen: int | None) -> Party:
    """Make a card of what is known. Raises RecordError; then nothing is written."""
    row = _locked(link, seen)
    shop = row.customer.shop
    person = mirrored([row.customer_id])[row.customer.gid].person
    try:
        party = create_customer(books_of(shop), card_draft(person, card_rules(shop)))
    except (CardError, SetupError) as refusal:
        raise RecordError(refusal.sentence, refusal.code) from refusal
    assign(row, party, CREATED)
    save([row])
    _settled(row)
    return party


def read_again(link: CustomerLink, owner_id: int | None) -> JobQueueEntry:
    """Ask for a run that reads just this customer from Shopify and matches it anew."""
    customer = link.customer
    entry, _created = request_report(
        "customers",
        customer.shop,
        owner_id=owner_id,
        filters={"gid": f"'{customer.gid}'"},
        options={DIRECTION: FROM},
    )
    return entry


def suggested(shop: Shop, rows: Sequence[Mirrored]) -> Mapping[str, Sequence[Suggestion]]:
    """By gid whom each may be in the books, the best first, each with its reason. Two queries."""
    rules = card_rules(shop)
    drafts = [card_draft(row.person, rules) for row in rows]
    found = suggestions(books_of(shop), drafts)
    return {row.customer.gid: one for row, one in zip(rows, found, strict=True)}


def _locked(link: CustomerLink, seen: int | None) -> CustomerLink:
    rows = CustomerLink.objects.select_for_update(of=("self",)).select_related("customer__shop")
    row = rows.get(pk=link.pk)
    if row.party_id != seen:
        raise RecordError(
            _("Somebody has mapped this customer meanwhile. Look again."), "meanwhile"
        )
    return row


def _settled(row: CustomerLink) -> None:
    issues = Issue.objects.open().filter(
        shop=row.customer.shop_id, report="customers", gid=row.customer.gid
    )
    issues.update(state=Issue.State.RESOLVED, next_try=None)
