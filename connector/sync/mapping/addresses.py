"""Shopify address → address of a document or a customer. Pure."""

from __future__ import annotations

from connector.shopify.nodes.order import AddressNode, OrderNode
from connector.sync.mapping.orders import buyer_name, joined
from erp.drafts import AddressDraft


def address_draft(address: AddressNode | None, order: OrderNode) -> AddressDraft:
    """Company first, then the person, as on an envelope; e-mail and phone are the order's.

    Source: BC's name source "Company Name", name 2 source and contact source "First and Last".
    """
    if address is None:
        return AddressDraft(name=buyer_name(order, None), email=order.email, phone=order.phone)
    person = joined(address.first_name, address.last_name)
    company = address.company or (order.company.name if order.company else "")
    name = company or person or buyer_name(order, address)
    return AddressDraft(
        name=name,
        name_2=person if person != name else "",
        address=address.address1,
        address_2=address.address2,
        city=address.city,
        post_code=address.zip,
        county=address.province_code,
        country=address.country_code,
        contact=person,
        phone=dialled(address.phone or order.phone),
        email=order.email,
    )


def dialled(phone: str) -> str:
    """Only what a document may show of a phone number. Source: BC keeps digits and +()/. ."""
    return "".join(c for c in phone if c.isdigit() or c in " +()/.").strip()
