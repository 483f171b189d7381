"""A company, its location, and the buyer of an order that acts for it."""

from __future__ import annotations

from sandbox.nodes import Node
from sandbox.nodes.values import written
from sandbox.records.company import Company


def company_node(record: Company) -> Node:
    return {
        "__typename": "Company",
        "id": record.gid,
        "name": record.name,
        "externalId": record.external_id,
        "note": None,
        "createdAt": written(record.created_at),
        "updatedAt": written(record.updated_at),
    }


def company_location_node(record: Company, company: Node) -> Node:
    return {
        "__typename": "CompanyLocation",
        "id": record.location_gid,
        "name": record.location_name,
        "externalId": None,
        "phone": None,
        "locale": None,
        "note": None,
        "company": company,
        "createdAt": written(record.created_at),
        "updatedAt": written(record.updated_at),
    }


def purchasing_company(company: Node, location: Node) -> Node:
    return {"__typename": "PurchasingCompany", "company": company, "location": location}
