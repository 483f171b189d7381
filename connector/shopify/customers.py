"""The questions about customers: what changed, who has this e-mail or phone, and writing them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from connector.shopify.client import Client
from connector.shopify.connections import complete
from connector.shopify.nodes.customer import CustomerAddressNode, CustomerRecord
from connector.shopify.paging import Page

NAMED = 100  # customers of one call by their ids


def customer_pages(client: Client, *, query: str, first: int) -> Iterator[Page[dict[str, Any]]]:
    """Yield pages of nodes, oldest change first, each with all of its addresses. Raises as Client."""
    for page in client.pages("customers_page", ("customers",), dict, first=first, query=query):
        cost = page.cost + sum(_complete(client, node) for node in page.nodes)
        yield replace(page, cost=cost)


def customers_named(client: Client, gids: Sequence[str]) -> dict[str, dict[str, Any] | None]:
    """Return gid → node as it is now; None for one that is gone. At most NAMED at once."""
    if not gids:
        return {}
    nodes = client.execute("customers_named", {"ids": list(gids)})["nodes"]
    for node in nodes:
        if node:
            _complete(client, node)
    return dict(zip(gids, nodes, strict=True))


def find_customer(client: Client, kind: str, value: str) -> CustomerRecord | None:
    """Return the one customer with this `emailAddress` or `phoneNumber` (E.164); None for none.

    The hit is compared once more, whatever Shopify takes for the same.
    """
    data = client.execute("customer_find", {"identifier": {kind: value}})
    node = data["customerByIdentifier"]
    if not node:
        return None
    _complete(client, node)
    found = CustomerRecord.from_node(node)
    has = found.email if kind == "emailAddress" else found.phone
    return found if has.casefold() == value.casefold() else None


def create_customer(client: Client, wanted: Mapping[str, Any]) -> CustomerRecord:
    """Create a customer; look before with `find_customer`. Raises UserErrors if Shopify refuses."""
    data = client.execute("customer_set", {"input": dict(wanted)})
    return CustomerRecord.from_node(data["customerSet"]["customer"])


def update_customer(client: Client, gid: str, changes: Mapping[str, Any]) -> CustomerRecord:
    """Change fields of a customer, never the addresses. Raises UserErrors if Shopify refuses."""
    data = client.execute("customer_update", {"input": {"id": gid, **changes}})
    node = data["customerUpdate"]["customer"]
    _complete(client, node)
    return CustomerRecord.from_node(node)


def update_address(
    client: Client, gid: str, address_gid: str, changes: Mapping[str, Any]
) -> CustomerAddressNode:
    """Change fields of one address. Raises UserErrors if Shopify refuses."""
    given = {"customerId": gid, "addressId": address_gid, "address": dict(changes)}
    data = client.execute("customer_address_update", given)
    return CustomerAddressNode.from_node(data["customerAddressUpdate"]["address"])


def create_address(client: Client, gid: str, wanted: Mapping[str, Any]) -> CustomerAddressNode:
    """Give a customer without an address one. Raises UserErrors if Shopify refuses."""
    given = {"customerId": gid, "address": dict(wanted)}
    data = client.execute("customer_address_create", given)
    return CustomerAddressNode.from_node(data["customerAddressCreate"]["address"])


def ship_to_countries(client: Client) -> list[str]:
    """Return the codes of the countries the shop sells to. Raises as Client.execute."""
    return list(client.execute("ship_to_countries")["shop"]["shipsToCountries"])


def _complete(client: Client, node: dict[str, Any]) -> int:
    return complete(client, node, "addressesV2", document="customer_addresses", root="customer")
