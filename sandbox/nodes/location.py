"""A place the shop ships from, as Shopify shows it."""

from __future__ import annotations

from sandbox.nodes import Node
from sandbox.nodes.values import legacy_id
from sandbox.records.location import Location


def location_node(record: Location) -> Node:
    service = record.service_name
    return {
        "__typename": "Location",
        "id": record.gid,
        "legacyResourceId": legacy_id(record.gid),
        "name": record.name,
        "isActive": record.active,
        "isFulfillmentService": service is not None,
        "fulfillmentService": {"serviceName": service, "handle": service} if service else None,
        "fulfillsOnlineOrders": record.active,
        "shipsInventory": record.active,
        "hasActiveInventory": record.active,
        "address": {
            "countryCode": record.country_code,
            "address1": None,
            "address2": None,
            "city": None,
            "zip": None,
            "phone": None,
        },
    }
