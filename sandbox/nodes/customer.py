"""A customer as Shopify shows it."""

from __future__ import annotations

from sandbox.nodes import Node
from sandbox.nodes.values import address, legacy_id, mailing, written
from sandbox.records.customer import Customer

# What an app without access to protected customer data gets.
WITHHELD: Node = {
    "firstName": None,
    "lastName": None,
    "displayName": "",
    "email": None,
    "phone": None,
    "defaultEmailAddress": None,
    "defaultPhoneNumber": None,
    "defaultAddress": None,
    "addresses": [],
    "addressesV2": [],
    "note": None,
}


def customer_node(record: Customer) -> Node:
    email, phone = record.email, record.phone
    addresses = [address(one) for one in record.addresses]
    node = {
        "__typename": "Customer",
        "id": record.gid,
        "legacyResourceId": legacy_id(record.gid),
        "createdAt": written(record.created_at),
        "updatedAt": written(record.updated_at),
        "firstName": record.first_name,
        "lastName": record.last_name,
        "displayName": record.display_name,
        "email": email,
        "phone": phone,
        "defaultEmailAddress": {"emailAddress": email} if email else None,
        "defaultPhoneNumber": {"phoneNumber": phone} if phone else None,
        "defaultAddress": mailing(record.address),
        "addresses": addresses,
        "addressesV2": addresses,
        "note": record.note,
        "tags": list(record.tags),
        "taxExempt": record.tax_exempt,
        "taxExemptions": [],
        "state": record.state,
        "locale": record.locale,
        "verifiedEmail": record.verified_email,
        "canDelete": False,
    }
    return node | WITHHELD if record.withheld else node
