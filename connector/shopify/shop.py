"""The questions about the shop itself: what it is, what our token may do, where it ships from."""

from __future__ import annotations

from connector.shopify.client import Client
from connector.shopify.nodes.location import LocationNode
from connector.shopify.nodes.shop import ShopNode


def shop_info(client: Client) -> ShopNode:
    """Return what the shop says of itself. Raises as Client.execute."""
    return ShopNode.from_data(client.execute("shop_info"))


def locations(client: Client) -> list[LocationNode]:
    """Return all locations, inactive and foreign ones included. Raises as Client.execute."""
    pages = client.pages("locations_page", ("locations",), LocationNode.from_node, first=100)
    return [location for page in pages for location in page.nodes]
