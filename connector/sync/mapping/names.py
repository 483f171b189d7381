"""Names on a card ↔ first name, last name and company of a customer of Shopify. Pure.

Source: BC codeunits 30118 "Customer Import Name" and 30116 "Customer Export", name sources.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Source = Literal["company", "first_last", "last_first", "none"]


@dataclass(frozen=True, slots=True)
class NameSources:
    name: str = "company"
    name_2: str = "first_last"
    contact: str = "first_last"


@dataclass(frozen=True, slots=True)
class Names:
    name: str
    name_2: str  # "" where the name says it already, or nothing does
    contact: str


def names_of(company: str, first: str, last: str, sources: NameSources) -> Names:
    """What a card is called. A blank name takes what name 2 would say, then the contact, then either."""
    said = {
        "company": company.strip(),
        "first_last": f"{first} {last}".strip(),
        "last_first": f"{last} {first}".strip(),
        "none": "",
    }
    name_2, contact = said[sources.name_2], said[sources.contact]
    name = said[sources.name] or name_2 or contact or said["first_last"] or said["company"]
    return Names(name, name_2 if name_2 != name else "", contact)


@dataclass(frozen=True, slots=True)
class Called:
    """How Shopify calls a person."""

    first: str
    last: str
    company: str


def called(name: str, name_2: str, contact: str, sources: NameSources) -> Called:
    """How a card's customer is called in Shopify; the person is the contact, else name 2, else name."""
    text, order = _person(name, name_2, contact, sources)
    first, last = _split(text, order)
    company = ""
    if sources.name == "company" and name != text:
        company = name
    elif sources.name_2 == "company" and name_2 != text:
        company = name_2
    return Called(first, last, company)


def says_the_same(first: str, last: str, person: Called) -> bool:
    """Whether both are called the same as a whole: Shopify knows better where a name is to be split."""
    whole = {_plain(first, last), _plain(last, first)}
    return _plain(person.first, person.last) in whole


def _person(name: str, name_2: str, contact: str, sources: NameSources) -> tuple[str, str]:
    if contact.strip() and sources.contact != "none":
        return contact.strip(), sources.contact
    if name_2.strip() and sources.name_2 in {"first_last", "last_first"}:
        return name_2.strip(), sources.name_2
    return name.strip(), sources.name


def _split(text: str, order: str) -> tuple[str, str]:
    words = text.split()
    if len(words) < 2 or order not in {"first_last", "last_first"}:  # noqa: PLR2004 - two names
        return " ".join(words), ""
    if order == "first_last":
        return words[0], " ".join(words[1:])
    return words[-1], " ".join(words[:-1])


def _plain(*parts: str) -> str:
    return _squeezed(parts).casefold()


def _squeezed(parts: Iterable[str]) -> str:
    return " ".join(" ".join(parts).split())
