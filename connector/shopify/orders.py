"""The questions about orders: page after page of whole raw orders, and how many there are."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any

from connector.shopify.client import Client
from connector.shopify.connections import complete
from connector.shopify.nodes.order_brief import OrderBrief
from connector.shopify.paging import Page
from connector.shopify.returns import add_returns
from connector.shopify.search import one_of

NAMED = 50  # orders that are asked for by their ids in one search
PLACED = 100  # orders whose places are asked for in one call


def order_pages(
    client: Client,
    *,
    query: str,
    first: int = 250,
    lines: int = 100,
    places: bool = False,
    returned: Collection[str] | None = None,
) -> Iterator[Page[dict[str, Any]]]:
    """Yield raw orders that match `query` (see `search`), those that changed first coming first.

    Each has all its lines, shipping lines and refunds, so OrderNode.from_node finds it complete.
    `lines` is how many of an order come with the page: the few orders with more cost a call each.
    The refunds of a page cost one call for each 50 orders that have any, and so do their returns,
    where `returned` names the orders of which one is known; None leaves returns alone. `places`,
    from where they are to be shipped, cost one for each 100 orders.
    Raises as Client.execute.
    """
    pages = client.pages("orders_page", ("orders",), dict, first=first, query=query, lines=lines)
    for page in pages:
        extra = sum(_complete(client, order) for order in page.nodes)
        extra += _add_refunds(client, page.nodes)
        extra += _add_places(client, page.nodes) if places else 0
        if returned is not None:
            extra += add_returns(client, page.nodes, returned)
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


def _add_refunds(client: Client, orders: Sequence[dict[str, Any]]) -> int:
    """Add what was paid back to the orders that have refunds; return the points."""
    refunded = {order["id"]: order for order in orders if order["refundIds"]}
    gids, cost = list(refunded), 0
    for start in range(0, len(gids), NAMED):
        named = gids[start : start + NAMED]
        for page in client.pages(
            "orders_refunds", ("orders",), dict, first=len(named), query=one_of(named)
        ):
            cost += page.cost
            for found in page.nodes:
                cost += sum(_complete_refund(client, refund) for refund in found["refunds"])
                refunded[found["id"]]["refunds"] = found["refunds"]
    return cost


def _complete_refund(client: Client, refund: dict[str, Any]) -> int:
    return complete(client, refund, "refundLineItems", document="refund_lines", root="refund")


def _add_places(client: Client, orders: Sequence[dict[str, Any]]) -> int:
    """Add to each order what each location is to ship of it; return the points."""
    known, cost = {order["id"]: order for order in orders}, 0
    gids = list(known)
    for start in range(0, len(gids), PLACED):
        answer = client.run("orders_places", {"ids": gids[start : start + PLACED]})
        cost += answer.cost
        for found in filter(None, answer.data["nodes"]):  # None: deleted meanwhile
            cost += _complete_places(client, found)
            known[found["id"]]["fulfillmentOrders"] = found["fulfillmentOrders"]
    return cost


def _complete_places(client: Client, order: dict[str, Any]) -> int:
    cost = complete(
        client, order, "fulfillmentOrders", document="order_fulfillment_orders", root="order"
    )
    for each in order["fulfillmentOrders"]["nodes"]:
        cost += complete(
            client, each, "lineItems", document="fulfillment_order_lines", root="fulfillmentOrder"
        )
    return cost
