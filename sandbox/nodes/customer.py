"""A customer as Shopify shows it."""

from __future__ import annotations

from sandbox.nodes import Node
from sandbox.nodes.values import legacy_id, mailing, written
from sandbox.records.customer import Customer


def customer_node(record: Customer) -> Node:
    email, phone = record.email, record.phone
    address = mailing(record.address)
    return {
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
        "defaultAddress": address,
        "addresses": [address] if address else [],
        "addressesV2": [address] if address else [],
        "note": record.note,
        "tags": list(record.tags),
        "taxExempt": record.tax_exempt,
        "taxExemptions": [],
        "state": "DISABLED",
        "locale": "en",
        "verifiedEmail": True,
        "canDelete": False,
    }
