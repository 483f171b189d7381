"""Card of the books → customer of Shopify: what is to be told, and what of it is new. Pure.

Source: BC codeunit 30116 "Customer Export". A bad record is one RecordError; BC stops the whole run.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from connector.shopify.nodes.party import AddressNode
from connector.sync.errors import RecordError
from connector.sync.mapping.customers import CardRules, Person
from connector.sync.mapping.names import Called, called, says_the_same
from connector.sync.mapping.phones import e164

# How some write a country that ISO 3166-1 writes otherwise.
ISO = {"EL": "GR", "UK": "GB"}
CODE = re.compile("[A-Z0-9]{1,5}")
NOTHING_NEW: Mapping[str, Any] = {}


@dataclass(frozen=True, slots=True)
class Card:
    """A customer card, as texts."""

    no: str
    name: str
    name_2: str
    contact: str
    email: str
    phone: str
    address: str
    address_2: str
    post_code: str
    city: str
    county: str
    country: str


@dataclass(frozen=True, slots=True)
class World:
    """What is known of countries."""

    home: str  # the company's own: of cards that name none
    countries: frozenset[str] = frozenset()  # of ISO 3166-1
    # country → (code or name in capitals → code); of the countries that have provinces
    provinces: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Told:
    """What Shopify is to hear: fields of the customer, fields of its default address."""

    customer: Mapping[str, Any]
    address: Mapping[str, Any]

    def __bool__(self) -> bool:
        return bool(self.customer or self.address)


def email_of(text: str) -> str:
    """The first of several addresses."""
    return re.split("[;,]", text)[0].strip()


def wanted(card: Card, rules: CardRules, world: World) -> Told:
    """All of a card in Shopify's words. Raises RecordError for a country or county there is not."""
    person = called(card.name, card.name_2, card.contact, rules.sources)
    country = _country(card, world)
    phone = e164(card.phone, country)
    customer = {
        "firstName": person.first,
        "lastName": person.last,
        "email": email_of(card.email),
        "phone": phone,
    }
    return Told(customer, _address(card, person, country, phone, rules, world))


def new_customer(card: Card, rules: CardRules, world: World) -> dict[str, Any]:
    """The input of a new customer, without what is blank."""
    told = wanted(card, rules, world)
    customer = {name: value for name, value in told.customer.items() if value}
    address = {name: value for name, value in told.address.items() if value}
    return customer | ({"addresses": [address]} if _is_place(address) else {})


def changes(card: Card, known: Person, rules: CardRules, world: World) -> Told:
    """What of the card Shopify does not say yet.

    A name that is the same as a whole stays split as it is; an e-mail is never taken away, nor
    what is blank on the card, unless the shop clears it.
    """
    told = wanted(card, rules, world)
    customer = dict(told.customer)
    person = Called(customer["firstName"], customer["lastName"], "")
    if says_the_same(known.first_name, known.last_name, person):
        del customer["firstName"], customer["lastName"]
    has = {
        "firstName": known.first_name,
        "lastName": known.last_name,
        "email": known.email,
        "phone": e164(known.phone) or known.phone,
    }
    if customer["email"].casefold() == known.email.casefold():
        del customer["email"]
    clear = rules.clear
    return Told(
        _new(customer, has, clear=clear, keep={"email"}),
        _new_address(told.address, known.address, clear=clear),
    )


def _new_address(
    told: Mapping[str, Any], known: AddressNode | None, *, clear: bool
) -> Mapping[str, Any]:
    if known is None:
        given = {name: value for name, value in told.items() if value}
        return given if _is_place(given) else NOTHING_NEW
    has = {
        "firstName": known.first_name,
        "lastName": known.last_name,
        "company": known.company,
        "address1": known.address1,
        "address2": known.address2,
        "zip": known.zip,
        "city": known.city,
        "countryCode": known.country_code,
        "provinceCode": known.province_code,
        "phone": e164(known.phone, known.country_code) or known.phone,
    }
    given = dict(told)
    person = Called(given["firstName"], given["lastName"], "")
    if says_the_same(known.first_name, known.last_name, person):
        del given["firstName"], given["lastName"]
    if not known.phone:
        given.pop("phone", None)  # the customer's own says it
    new = _new(given, has, clear=clear, keep={"countryCode"})
    if "provinceCode" in new:  # means something in its country alone
        new["countryCode"] = told["countryCode"]
    return new


def _new(
    given: Mapping[str, Any], has: Mapping[str, str], *, clear: bool, keep: set[str]
) -> dict[str, Any]:
    return {
        name: value
        for name, value in given.items()
        if value != has[name] and (value or (clear and name not in keep))
    }


def _is_place(address: Mapping[str, Any]) -> bool:
    """A country alone says nothing."""
    return any(address.get(name) for name in ("address1", "zip", "city"))


def _address(
    card: Card, person: Called, country: str, phone: str, rules: CardRules, world: World
) -> dict[str, Any]:
    return {
        "firstName": person.first,
        "lastName": person.last,
        "company": person.company,
        "address1": card.address,
        "address2": card.address_2,
        "zip": card.post_code,
        "city": card.city,
        "countryCode": country,
        "provinceCode": _province(card, country, rules, world),
        "phone": phone,
    }


def _country(card: Card, world: World) -> str:
    code = card.country.strip().upper() or world.home
    code = ISO.get(code, code)
    if code not in world.countries:
        raise RecordError(
            f"Customer {card.no}: “{code}” is no country. Write its two letters, as NO.", "country"
        )
    return code


def _province(card: Card, country: str, rules: CardRules, world: World) -> str:
    """The code of the card's county, in a country that has provinces; else "".

    By name: the whole name counts before the beginning of one.
    """
    known, county = world.provinces.get(country, {}), card.county.strip().upper()
    if not (known and county):
        return ""
    if county in known:
        return known[county]
    codes = {code for name, code in known.items() if name.startswith(county)}
    if rules.county == "name" and len(codes) == 1:
        return codes.pop()
    if rules.county == "code" and CODE.fullmatch(county):
        return county  # Shopify judges it
    raise RecordError(
        f"Customer {card.no}: Shopify knows no county “{card.county}” in {country}.", "county"
    )
