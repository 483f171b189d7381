"""The questions about orders: page after page of whole raw orders, and how many there are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from connector.shopify.client import Client
from connector.shopify.connections import complete
from connector.shopify.nodes.order_brief import OrderBrief
from connector.shopify.paging import Page


def order_pages(
    client: Client, *, query: str, first: int = 250, lines: int = 100
) -> Iterator[Page[dict[str, Any]]]:
    """Yield raw orders that match `query` (see `search`), those that changed first coming first.

    Each has all its lines and shipping lines, so OrderNode.from_node finds it complete. `lines` is
    how many of an order come with the page: the few orders with more cost a call each.
    Raises as Client.execute.
    """
    pages = client.pages("orders_page", ("orders",), dict, first=first, query=query, lines=lines)
    for page in pages:
        extra = sum(_complete(client, order) for order in page.nodes)
        yield Page(page.nodes, page.cursor, page.cost + extra)


def brief_pages(client: Client, *, query: str, first: int = 250) -> Iterator[Page[OrderBrief]]:
    """Yield the outlines of orders that match `query`, those that changed first coming first.

    Raises as Client.execute.
    """
    yield from client.pages(
        "orders_brief", ("orders",), OrderBrief.from_node, first=first, query=query
    )


def order_count(client: Client, *, query: str) -> int:
    """Return how many orders match `query`; exact, however many. Raises as Client.execute."""
    data = client.execute("orders_count", {"query": query})
    return int(data["ordersCount"]["count"])


def _complete(client: Client, order: dict[str, Any]) -> int:
    lines = complete(client, order, "lineItems", document="order_lines", root="order")
    shipping = complete(
        client, order, "shippingLines", document="order_shipping_lines", root="order"
    )
    return lines + shipping
