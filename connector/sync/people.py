"""Customers as they are here, with their links and addresses: what is matched, and what is compared."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from connector.shopify.nodes.party import AddressNode
from connector.sync.mapping.customers import Person
from connector.sync.models import CustomerLink
from shops.models import Customer, CustomerAddress, Shop


@dataclass(frozen=True, slots=True)
class Mirrored:
    """One customer, as last read."""

    customer: Customer
    link: CustomerLink  # with its party
    person: Person
    address_gid: str  # of the address that counts; "" without one


def mirrored(ids: Iterable[int]) -> dict[str, Mirrored]:
    """By gid, in two queries."""
    links = CustomerLink.objects.filter(customer__in=list(ids))
    rows = list(links.select_related("customer", "party").order_by("customer_id"))
    addresses: dict[int, list[CustomerAddress]] = defaultdict(list)
    owners = [row.customer_id for row in rows]
    for address in CustomerAddress.objects.filter(customer__in=owners).order_by("position"):
        addresses[address.customer_id].append(address)
    return {row.customer.gid: _mirrored(row, addresses[row.customer_id]) for row in rows}


def _mirrored(link: CustomerLink, addresses: Sequence[CustomerAddress]) -> Mirrored:
    main = next((a for a in addresses if a.is_default), addresses[0] if addresses else None)
    customer = link.customer
    person = Person(
        customer.first_name,
        customer.last_name,
        customer.email,
        customer.phone,
        node_of(main) if main else None,
    )
    return Mirrored(customer, link, person, main.gid if main else "")


def node_of(address: CustomerAddress) -> AddressNode:
    return AddressNode(
        first_name=address.first_name,
        last_name=address.last_name,
        company=address.company,
        address1=address.address1,
        address2=address.address2,
        zip=address.zip,
        city=address.city,
        province_code=address.province_code,
        province=address.province,
        country_code=address.country_code,
        phone=address.phone,
    )


def provinces_of(shop: Shop) -> Mapping[str, Mapping[str, str]]:
    """Country → (code or name in capitals → code), as the addresses of customers show them."""
    rows = CustomerAddress.objects.filter(customer__shop=shop).exclude(province_code="")
    seen = rows.values_list("country_code", "province_code", "province").order_by().distinct()
    known: dict[str, dict[str, str]] = defaultdict(dict)
    for country, code, name in seen:
        known[country][code.upper()] = code
        if name:
            known[country][name.upper()] = code
    return known
