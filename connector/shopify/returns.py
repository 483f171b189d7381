"""The questions about returns: added to orders that have any, complete."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any

from connector.shopify.client import Client
from connector.shopify.connections import complete
from connector.shopify.search import one_of

NAMED = 50  # orders that are asked for by their ids in one search
NONE = "NO_RETURN"
PARTS = {
    "returnLineItems": "return_lines",
    "exchangeLineItems": "return_exchanges",
    "refunds": "return_refunds",
}


def add_returns(
    client: Client, orders: Sequence[dict[str, Any]], known: Collection[str] = ()
) -> int:
    """Add their returns to raw orders that have any; return the points.

    `known` are ids of orders of which a return was seen before: one that was declined or called
    off since no longer shows in what an order says of its returns. Takes the right read_returns.
    Raises as Client.execute.
    """
    returned = {o["id"]: o for o in orders if o["returnStatus"] != NONE or o["id"] in known}
    gids, cost = list(returned), 0
    for start in range(0, len(gids), NAMED):
        named = gids[start : start + NAMED]
        for page in client.pages(
            "orders_returns", ("orders",), dict, first=len(named), query=one_of(named)
        ):
            cost += page.cost
            for found in page.nodes:
                order = returned[found["id"]]
                cost += complete(client, found, "returns", document="order_returns", root="order")
                order["returns"] = found["returns"]["nodes"]
                cost += sum(_complete(client, order, back) for back in order["returns"])
    return cost


def _complete(client: Client, order: dict[str, Any], back: dict[str, Any]) -> int:
    cost = sum(
        complete(client, back, part, document=document, root="return")
        for part, document in PARTS.items()
    )
    if any(_says_no_place(refund) for refund in _refunds(order, back)):
        cost += _add_arrivals(client, back)
    return cost


def _refunds(order: dict[str, Any], back: dict[str, Any]) -> Iterator[dict[str, Any]]:
    gids = {refund["id"] for refund in back["refunds"]["nodes"]}
    return (refund for refund in order.get("refunds", ()) if refund["id"] in gids)


def _says_no_place(refund: dict[str, Any]) -> bool:
    lines = refund["refundLineItems"]["nodes"]
    return any(line["restockType"] == "RETURN" and not line["location"] for line in lines)


def _add_arrivals(client: Client, back: dict[str, Any]) -> int:
    """Add where the goods came back to; return the points."""
    cost, arrivals = 0, []
    for page in client.pages(
        "return_arrivals", ("return", "reverseFulfillmentOrders"), dict, first=10, id=back["id"]
    ):
        cost += page.cost
        for goods in page.nodes:
            document = "reverse_fulfillment_order_lines"
            cost += complete(
                client, goods, "lineItems", document=document, root="reverseFulfillmentOrder"
            )
            arrivals += goods["lineItems"]["nodes"]
    back["arrivals"] = arrivals
    return cost
