"""What can happen to a customer: pure functions from one record to the next, in Shopify's words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from sandbox.changes import Occasion, Refused
from sandbox.records.address import Address
from sandbox.records.customer import Customer

Given = Mapping[str, Any]
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
PHONE = re.compile(r"\+[1-9]\d{6,14}")  # E.164
# The parts of the countries that have any here, by code.
PROVINCES: Mapping[str, Mapping[str, str]] = {
    "CA": {"BC": "British Columbia", "ON": "Ontario", "QC": "Quebec"},
    "GR": {"ATT": "Attica", "KRI": "Crete"},
    "IT": {"MI": "Milano", "RM": "Roma"},
    "US": {"CA": "California", "NY": "New York"},
}
COUNTRIES = {
    "CA": "Canada", "DE": "Germany", "DK": "Denmark", "FI": "Finland", "GR": "Greece",
    "IT": "Italy", "NL": "Netherlands", "NO": "Norway", "SE": "Sweden", "US": "United States",
}  # fmt: skip
WORDS = {
    "firstName": "first_name",
    "lastName": "last_name",
    "email": "email",
    "phone": "phone",
    "note": "note",
    "locale": "locale",
    "taxExempt": "tax_exempt",
}
ADDRESS_WORDS = {
    "firstName": "first_name",
    "lastName": "last_name",
    "company": "company",
    "address1": "address1",
    "address2": "address2",
    "zip": "zip",
    "city": "city",
    "phone": "phone",
}
ADDRESS_GID = "MailingAddress"


def created(given: Given, others: Iterable[Customer], occasion: Occasion) -> Customer:
    """Return the new customer. Raises Refused."""
    if not any(given.get(name) for name in ("firstName", "lastName", "phone", "email")):
        raise Refused("A name, phone number, or email address must be present", ())
    fresh = Customer(occasion.new_gid("Customer"), occasion.now, occasion.now)
    return changed(fresh, given, others, occasion)


def changed(
    customer: Customer, given: Given, others: Iterable[Customer], occasion: Occasion
) -> Customer:
    """Return the customer with what was given; `addresses` take the place of all. Raises Refused."""
    for name in ("emailMarketingConsent", "smsMarketingConsent"):
        if given.get(name):
            raise Refused(f"The sandbox does not keep {name}.", (name,))
    values: dict[str, Any] = {ours: given[name] for name, ours in WORDS.items() if name in given}
    for name in ("email", "phone"):
        if name in values:
            values[name] = _unique(customer, name, values[name] or None, others)
    if "tags" in given:
        values["tags"] = tuple(sorted(given["tags"] or ()))
    after = replace(customer, **values, updated_at=occasion.now)
    wanted = given.get("addresses")
    return after if wanted is None else _with_all(after, wanted, occasion)


def _with_all(customer: Customer, wanted: Iterable[Given], occasion: Occasion) -> Customer:
    """Return the customer with these addresses and no others; doubles are kept once, as recorded."""
    kept = replace(customer, addresses=(), default_gid=None)
    for index, one in enumerate(wanted):
        where = ("addresses", str(index))
        made = address(_blank(kept, occasion), one, where)
        if not any(same(made, known) for known in kept.addresses):
            kept = _with(kept, made, as_default=False)
    return kept


def _unique(
    customer: Customer, name: str, value: str | None, others: Iterable[Customer]
) -> str | None:
    if value is None:
        return None
    plain = value.strip() if name == "email" else re.sub(r"[\s()-]", "", value)
    if not (EMAIL if name == "email" else PHONE).fullmatch(plain):
        raise Refused(f"{name.capitalize()} is invalid", (name,))
    for other in others:
        if other.gid != customer.gid and (getattr(other, name) or "").lower() == plain.lower():
            raise Refused(f"{name.capitalize()} has already been taken", (name,))
    return plain


def with_address(
    customer: Customer, given: Given, occasion: Occasion, *, as_default: bool
) -> Customer:
    """Return the customer with one address more; the first is the default. Raises Refused."""
    made = address(_blank(customer, occasion), given, ("address",))
    if any(same(made, known) for known in customer.addresses):
        raise Refused("Address already exists", ("address",))
    return replace(_with(customer, made, as_default=as_default), updated_at=occasion.now)


def with_changed_address(
    customer: Customer, gid: str, given: Given, occasion: Occasion, *, as_default: bool
) -> Customer:
    known = {one.gid: one for one in customer.addresses}
    if gid not in known:
        raise Refused("Address does not exist", ("addressId",))
    known[gid] = address(known[gid], given, ("address",))
    default = gid if as_default else customer.default_gid
    return replace(
        customer, addresses=tuple(known.values()), default_gid=default, updated_at=occasion.now
    )


def _blank(customer: Customer, occasion: Occasion) -> Address:
    """An address without a name is the customer's, as recorded."""
    gid = occasion.new_gid(ADDRESS_GID) + "?model_name=CustomerAddress"
    return Address(gid, first_name=customer.first_name, last_name=customer.last_name)


def _with(customer: Customer, made: Address, *, as_default: bool) -> Customer:
    first = as_default or not customer.addresses
    default = made.gid if first else customer.default_gid
    return replace(customer, addresses=(*customer.addresses, made), default_gid=default)


def address(before: Address, given: Given, where: tuple[str, ...]) -> Address:
    """Return the address with what was given. Raises Refused for a province there is not."""
    values = {ours: given[name] for name, ours in ADDRESS_WORDS.items() if name in given}
    code = given.get("countryCode", before.country_code)
    values |= {"country_code": code, "country": COUNTRIES.get(code or "", code)}
    province = given.get("provinceCode", before.province_code)
    parts = PROVINCES.get(code or "", {})
    if province and parts and province not in parts:
        raise Refused("Province is invalid", (*where, "province"))
    known = province if province in parts else None
    return replace(before, **values, province_code=known, province=parts[known] if known else None)


def same(one: Address, other: Address) -> bool:
    return replace(one, gid="") == replace(other, gid="")
