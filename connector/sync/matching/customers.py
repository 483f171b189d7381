"""Finds the one customer of the books that somebody is. Explains every match; guesses none."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.db.models import Q
from django.db.models.functions import Upper
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from connector.sync.mapping.customers import block, block_of
from connector.sync.mapping.phones import phone_key
from erp.customers import create_customers
from erp.drafts import CustomerDraft
from erp.errors import CardError
from erp.models import Company, Party
from erp.phones import phone_tail, tail_of

BY_EMAIL, BY_PHONE, BY_BLOCK = "e-mail", "phone", "bill-to name, address and city"
BY_NAME = "name"
CREATED = "created"
SUGGESTED = 5
# By the kind of the key that several have.
SAME = {
    BY_EMAIL: gettext_lazy("Customers %s have the same e-mail: map one by hand."),
    BY_PHONE: gettext_lazy("Customers %s have the same phone: map one by hand."),
    BY_BLOCK: gettext_lazy("Customers %s have the same name and address: map one by hand."),
    BY_NAME: gettext_lazy("Customers %s have the same name: map one by hand."),
}


class Strategy(StrEnum):
    EMAIL_PHONE = "email_phone"
    BILL_TO = "bill_to"


@dataclass(frozen=True, slots=True)
class Match:
    """Who it is and how that is known; else why nobody is, with those it may be."""

    party: Party | None = None
    how: str = ""
    reason: str = ""
    candidates: tuple[Party, ...] = ()


@dataclass(frozen=True, slots=True)
class _Key:
    """What one card may be known by: kind, value, and the value in words."""

    kind: str
    value: str

    @property
    def how(self) -> str:
        return f"{self.kind} {self.value}" if self.kind == BY_PHONE else self.kind


def matches(
    books: Company, drafts: Sequence[CustomerDraft], strategy: str = Strategy.EMAIL_PHONE
) -> list[Match]:
    """The match of each draft, in two queries at most, however many there are.

    The first key that any card has decides: two cards with it are none that fits.
    """
    home = home_of(books)
    keys = [_keys(draft, strategy, home) for draft in drafts]
    wanted = {key for each in keys for key in each}
    found = _by_key(_rows(books, drafts, wanted) if wanted else (), wanted, home)
    return [_match(each, found, draft) for each, draft in zip(keys, drafts, strict=True)]


def matched_or_created(
    books: Company,
    drafts: Sequence[CustomerDraft],
    strategy: str = Strategy.EMAIL_PHONE,
    *,
    create: bool,
) -> list[Match]:
    """As `matches`; whom no card fits gets one, where `create` says so. Equal drafts get one card."""
    answers = matches(books, drafts, strategy)
    if not create:
        return answers
    first: dict[_Key, int] = {}
    twins: dict[int, int] = {}
    home = home_of(books)
    for index, (draft, answer) in enumerate(zip(drafts, answers, strict=True)):
        if answer.party or answer.candidates:
            continue
        known = _keys(draft, strategy, home) or [_Key("draft", str(index))]
        if known[0] in first:
            twins[index] = first[known[0]]
        else:
            first[known[0]] = index
    made = create_customers(books, [drafts[index] for index in first.values()])
    for index, party in zip(first.values(), made, strict=True):
        answers[index] = _made(party)
    for index, other in twins.items():
        answers[index] = answers[other]
    return answers


def _made(party: Party | CardError) -> Match:
    if isinstance(party, CardError):
        return Match(reason=_("The customer could not be created: %s") % party.sentence)
    return Match(party, CREATED)


def home_of(books: Company) -> str:
    """The company's country, of what names none; "" where nobody has said it."""
    information = getattr(books, "information", None)
    return getattr(information, "country", "") or ""


def _keys(draft: CustomerDraft, strategy: str, home: str) -> list[_Key]:
    if strategy == Strategy.BILL_TO and draft.name.strip() and draft.address.address:
        return [_Key(BY_BLOCK, block(draft))]
    phone = phone_key(draft.phone, draft.address.country or home)
    keys = [_Key(BY_EMAIL, draft.email.strip().upper()), _Key(BY_PHONE, phone)]
    return [key for key in keys if key.value]


def _rows(books: Company, drafts: Sequence[CustomerDraft], keys: set[_Key]) -> Sequence[Party]:
    """All customers that one of the keys may be of, in one query."""
    where = Q(upper_email__in=[key.value for key in keys if key.kind == BY_EMAIL])
    where |= Q(tail__in={tail_of(key.value) for key in keys if key.kind == BY_PHONE})
    if any(key.kind in {BY_BLOCK, BY_NAME} for key in keys):
        where |= Q(upper_name__in={name for draft in drafts for name in _capitals(draft.name)})
    customers = Party.objects.filter(company=books, kind=Party.Kind.CUSTOMER)
    marked = customers.annotate(
        upper_email=Upper("email"), upper_name=Upper("name"), tail=phone_tail()
    )
    return list(marked.filter(where).order_by("no"))


def _capitals(name: str) -> tuple[str, str]:
    """As either database writes them: SQLite knows no capitals but those of ASCII."""
    return name.upper(), "".join(sign.upper() if sign.isascii() else sign for sign in name)


def _by_key(parties: Sequence[Party], keys: set[_Key], home: str) -> Mapping[_Key, Sequence[Party]]:
    """Customers by what they are known by."""
    found: dict[_Key, list[Party]] = defaultdict(list)
    for party in parties:
        phone = phone_key(party.phone, party.country or home)
        has = (
            _Key(BY_EMAIL, party.email.strip().upper()),
            _Key(BY_PHONE, phone),
            _Key(BY_BLOCK, _block(party)),
            _Key(BY_NAME, block_of(party.name)),
        )
        for key in has:
            if key in keys:
                found[key].append(party)
    return found


def _block(party: Party) -> str:
    return block_of(
        party.name, party.address, party.address_2, party.post_code, party.city, party.country
    )


def _match(
    keys: Sequence[_Key], found: Mapping[_Key, Sequence[Party]], draft: CustomerDraft
) -> Match:
    for key in keys:
        parties = found.get(key, ())
        if len(parties) == 1:
            return Match(parties[0], key.how)
        if parties:
            numbers = ", ".join(party.no for party in parties)
            reason = SAME[key.kind] % numbers
            return Match(reason=reason, candidates=tuple(parties))
    return Match(reason=_unknown(keys, draft))


def _unknown(keys: Sequence[_Key], draft: CustomerDraft) -> str:
    if keys and keys[0].kind == BY_BLOCK:
        return _(
            "No customer has this name and address: map one, or allow customers to be created."
        )
    if known := draft.email or draft.phone:
        return _("No customer has %s: map one, or allow customers to be created.") % known
    return _(
        "No customer can be found, for neither e-mail nor phone is known: map one, or allow "
        "customers to be created."
    )


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A customer that it may be, and what speaks for it."""

    party: Party
    reason: str


def suggestions(books: Company, drafts: Sequence[CustomerDraft]) -> list[tuple[Suggestion, ...]]:
    """For each draft whom it may be, by e-mail, phone, name and address, or name alone, in this order."""
    home = home_of(books)
    keys = [_all_keys(draft, home) for draft in drafts]
    wanted = {key for each in keys for key in each}
    found = _by_key(_rows(books, drafts, wanted) if wanted else (), wanted, home)
    return [_suggested(each, found) for each in keys]


def _all_keys(draft: CustomerDraft, home: str) -> list[_Key]:
    keys = [*_keys(draft, Strategy.EMAIL_PHONE, home)]
    if draft.name.strip() and draft.address.address:
        keys.append(_Key(BY_BLOCK, block(draft)))
    if draft.name.strip():
        keys.append(_Key(BY_NAME, block_of(draft.name)))
    return keys


def _suggested(
    keys: Sequence[_Key], found: Mapping[_Key, Sequence[Party]]
) -> tuple[Suggestion, ...]:
    first: dict[int, Suggestion] = {}
    for key in keys:
        for party in found.get(key, ()):
            first.setdefault(party.pk, Suggestion(party, key.how))
    return tuple(first.values())[:SUGGESTED]
