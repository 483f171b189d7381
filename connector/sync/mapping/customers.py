"""Customer of Shopify → card of the books: what a new one says, what of one has changed. Pure.

Source: BC codeunits 30117 "Create Customer" and 30124 "Update Customer".
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from connector.shopify.nodes.party import AddressNode
from connector.sync.mapping.addresses import dialled
from connector.sync.mapping.names import NameSources, names_of
from erp.drafts import AddressDraft, CustomerDraft

# How much of each a card can hold; an e-mail or a country cut short would be another one.
LENGTHS = {
    "name": 100, "name_2": 50, "contact": 100, "address": 100, "address_2": 50, "post_code": 20,
    "city": 30, "county": 30, "phone": 30,
}  # fmt: skip
# What an empty text of Shopify never takes away, whatever the shop says of what is blank.
KEPT = frozenset({"name", "email", "country"})


@dataclass(frozen=True, slots=True)
class Template:
    """What new cards of a country have; "" leaves it to the books."""

    vat_bus: str = ""
    currency: str = ""
    payment_terms: str = ""
    payment_method: str = ""
    price_group: str = ""


@dataclass(frozen=True, slots=True)
class CardRules:
    """What a shop has decided about the cards of its customers."""

    sources: NameSources = field(default_factory=NameSources)
    county: str = "code"  # or "name"
    clear: bool = False  # what is blank in Shopify is cleared on the card
    templates: Mapping[str, Template] = field(default_factory=dict)  # by country
    # (country, county in capitals; "" for the rest) → VAT business group
    vat_groups: Mapping[tuple[str, str], str] = field(default_factory=dict)

    def vat_bus(self, country: str, *counties: str) -> str:
        """Of the tax area, else of the country's template; "" for the books' own."""
        for county in (*counties, ""):
            if group := self.vat_groups.get((country.upper(), county.upper())):
                return group
        return self.templates.get(country.upper(), Template()).vat_bus


@dataclass(frozen=True, slots=True)
class Person:
    """As much of a customer of Shopify as a card takes."""

    first_name: str
    last_name: str
    email: str
    phone: str
    address: AddressNode | None  # the default one, else the first


def card_values(person: Person, rules: CardRules) -> dict[str, str]:
    """What the card's fields are to say. Texts too long are cut; an e-mail is whole."""
    address = person.address
    company = address.company if address else ""
    names = names_of(company, person.first_name, person.last_name, rules.sources)
    values = {
        "name": names.name or person.email or person.phone,
        "name_2": names.name_2,
        "contact": names.contact,
        "email": person.email,
        "phone": dialled((address.phone if address else "") or person.phone),
    }
    if address:
        values |= {
            "address": address.address1,
            "address_2": address.address2,
            "post_code": address.zip,
            "city": address.city,
            "county": address.province_code if rules.county == "code" else address.province,
            "country": address.country_code,
        }
    return {name: text[: LENGTHS.get(name, len(text))] for name, text in values.items()}


def card_draft(person: Person, rules: CardRules) -> CustomerDraft:
    """What a new card needs."""
    values = card_values(person, rules)
    name, email, phone = (values.pop(key) for key in ("name", "email", "phone"))
    draft = CustomerDraft(
        name=name, address=AddressDraft(name=name, **values), email=email, phone=phone
    )
    return with_template(draft, person.address, rules)


def with_template(
    draft: CustomerDraft, address: AddressNode | None, rules: CardRules
) -> CustomerDraft:
    """The draft with what its country and its tax area say."""
    country = draft.address.country.upper()
    template = rules.templates.get(country, Template())
    counties = (address.province_code, address.province) if address else ()
    return replace(
        draft,
        vat_bus=rules.vat_bus(country, *counties),
        currency=template.currency,
        payment_terms=template.payment_terms,
        payment_method=template.payment_method,
        price_group=template.price_group,
    )


def card_changes(card: Mapping[str, str], person: Person, rules: CardRules) -> dict[str, str]:
    """The fields of an existing card that are to say something else.

    What Shopify leaves blank stays, unless the shop clears it. Name 2 is left alone where it would
    only repeat the name.
    """
    wanted = card_values(person, rules)
    blank_name_2 = not wanted["name_2"]
    if blank_name_2 and rules.sources.name_2 != "company":
        del wanted["name_2"]
    return {
        name: text
        for name, text in wanted.items()
        if text != card[name] and (text or (rules.clear and name not in KEPT))
    }


def block(draft: CustomerDraft) -> str:
    """A digest of name and address in one way of writing; equal ones are the same bill-to."""
    at = draft.address
    return block_of(draft.name, at.address, at.address_2, at.post_code, at.city, at.country)


def block_of(*parts: str) -> str:
    plain = "\n".join(" ".join(part.split()).casefold() for part in parts)
    return hashlib.md5(plain.encode(), usedforsecurity=False).hexdigest()
