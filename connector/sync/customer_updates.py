"""Brings a batch of customers and their cards together: maps, creates, updates. Says what it did."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from connector.sync.errors import RecordError
from connector.sync.mapping.customers import CardRules, card_changes, card_draft
from connector.sync.matching.buyers import Buyer, match, save
from connector.sync.matching.customers import CREATED, Match, Strategy
from connector.sync.models import CustomerLink
from connector.sync.models.links import MappingState
from connector.sync.people import Mirrored
from erp.customers import TEXTS, change_texts
from erp.models import Company, Party
from shops.models import CustomerSettings, OrderSettings

WITHHELD = (
    "Shopify tells neither name, e-mail nor phone: ask for access to protected customer data."
)


@dataclass(frozen=True, slots=True)
class Policy:
    """What a shop has decided about customers that come in."""

    rules: CardRules
    create: bool
    update: bool
    strategy: str

    @classmethod
    def of(cls, orders: OrderSettings, own: CustomerSettings, rules: CardRules) -> Policy:
        by_block = orders.customer_mapping == OrderSettings.CustomerMapping.BILL_TO
        return cls(
            rules,
            create=orders.auto_create_unknown_customers,
            update=own.shopify_can_update_customers,
            strategy=Strategy.BILL_TO if by_block else Strategy.EMAIL_PHONE,
        )


@dataclass(frozen=True, slots=True)
class Done:
    """What became of one customer; `words` for a person."""

    match: Match | None  # None: it was mapped before
    changes: Mapping[str, str]  # of its card
    words: str

    @property
    def refused(self) -> str:
        """Why no card could be made, where one was to be made."""
        if self.match is None or self.match.party or self.match.candidates:
            return ""
        return self.match.reason if "could not be created" in self.match.reason else ""


def bring_together(
    books: Company, people: Sequence[Mirrored], news: Collection[str], policy: Policy
) -> dict[str, Done]:
    """By gid. `news`: gids of whom something changed, so that a mapped card may follow.

    Raises RecordError when a card cannot take what it is to say; then nothing is to be kept.
    """
    open_ones = [row for row in people if row.link.state == MappingState.UNMAPPED]
    found = _match(books, open_ones, policy)
    changes = _changes(people, found, news, policy) if policy.update else {}
    before = {row.customer.gid: _texts(row.link.party) for row in people if row.link.party}
    _change(
        {
            row.link.party_id: changes[row.customer.gid]
            for row in people
            if row.customer.gid in changes
        }
    )
    return {
        row.customer.gid: Done(
            found.get(row.customer.gid),
            changes.get(row.customer.gid, {}),
            _words(row, found.get(row.customer.gid), changes.get(row.customer.gid, {}), before),
        )
        for row in people
    }


def _match(books: Company, people: Sequence[Mirrored], policy: Policy) -> dict[str, Match]:
    silent = [row for row in people if _silent(row)]
    _say_withheld([row.link for row in silent])
    told = [row for row in people if not _silent(row)]
    if not told:
        return {}
    buyers = [Buyer(row.link, card_draft(row.person, policy.rules)) for row in told]
    answers = match(books, buyers, create=policy.create, strategy=policy.strategy)
    return {row.customer.gid: answer for row, answer in zip(told, answers, strict=True)}


def _silent(row: Mirrored) -> bool:
    person = row.person
    return not (person.first_name or person.last_name or person.email or person.phone)


def _say_withheld(links: Sequence[CustomerLink]) -> None:
    changed = [link for link in links if link.reason != WITHHELD]
    for link in changed:
        link.reason = WITHHELD
    save(changed)


def _changes(
    people: Sequence[Mirrored], found: Mapping[str, Match], news: Collection[str], policy: Policy
) -> dict[str, dict[str, str]]:
    """Of cards that are mapped, new ones left out: they say it all."""
    changes = {}
    for row in people:
        gid, party = row.customer.gid, row.link.party
        fresh = gid in found
        if party is None or not (fresh or gid in news):
            continue
        if fresh and found[gid].how == CREATED:
            continue
        if row.customer.withheld:
            continue
        if new := card_changes(_texts(party), row.person, policy.rules):
            changes[gid] = new
    return changes


def _change(changes: Mapping[int | None, Mapping[str, str]]) -> None:
    wanted = {pk: texts for pk, texts in changes.items() if pk is not None}
    refused = change_texts(wanted) if wanted else {}
    if refused:
        refusal = next(iter(refused.values()))
        raise RecordError(_("The card cannot be changed: %s") % refusal.sentence, refusal.code)


def _texts(party: Party | None) -> dict[str, str]:
    return {name: getattr(party, name) for name in TEXTS} if party else {}


def _words(
    row: Mirrored,
    found: Match | None,
    changes: Mapping[str, str],
    before: Mapping[str, Mapping[str, str]],
) -> str:
    parts = []
    if found and found.party:
        made = found.how == CREATED
        text = _("Customer %(no)s is created.") if made else _("Mapped to %(no)s by %(how)s.")
        parts.append(text % {"no": found.party.no, "how": found.how})
    elif found:
        parts.append(found.reason)
    was = before.get(row.customer.gid, {})
    parts += [f"{name}: {was.get(name) or '–'} → {text or '–'}" for name, text in changes.items()]
    return " ".join(parts)
