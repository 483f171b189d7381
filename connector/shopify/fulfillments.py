"""The questions about shipping: what is left of some orders, and telling Shopify what has left."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from connector.shopify.client import Client
from connector.shopify.connections import complete
from connector.shopify.nodes.fulfillment_order import OrderFulfillmentState

BATCH = 50  # orders a call; `nodes` takes 250, but their answer would take too long


@dataclass(frozen=True, slots=True)
class FulfillmentRequest:
    """Goods of one order that left one location together."""

    lines: dict[str, dict[str, int]]  # fulfillment order gid → its line gid → quantity, above 0
    tracking_company: str = ""  # as Shopify spells the carrier, or it makes no links
    tracking_numbers: tuple[str, ...] = ()
    tracking_urls: tuple[str, ...] = field(default=())
    notify_customer: bool = False

    def variables(self) -> dict[str, Any]:
        """Return the variables of `fulfillment_create`.

        All tracking numbers go in this call: adding them later costs five times as much.
        """
        fulfillment: dict[str, Any] = {
            "lineItemsByFulfillmentOrder": [
                {
                    "fulfillmentOrderId": gid,
                    "fulfillmentOrderLineItems": [
                        {"id": line, "quantity": quantity} for line, quantity in lines.items()
                    ],
                }
                for gid, lines in self.lines.items()
            ],
            "notifyCustomer": self.notify_customer,
        }
        if tracking := self._tracking():
            fulfillment["trackingInfo"] = tracking
        return {"fulfillment": fulfillment}

    def _tracking(self) -> dict[str, Any]:
        parts: dict[str, Any] = {
            "company": self.tracking_company,
            "numbers": list(self.tracking_numbers),
            "urls": list(self.tracking_urls),
        }
        return {name: value for name, value in parts.items() if value}


def fulfillment_orders(
    client: Client, order_gids: Iterable[str]
) -> dict[str, OrderFulfillmentState]:
    """Return order gid → what is left to ship of it; an order that is gone is not in it.

    Raises as Client.execute.
    """
    states: dict[str, OrderFulfillmentState] = {}
    for batch in _batches(order_gids):
        data = client.execute("fulfillment_orders", {"ids": batch})
        for order in data["nodes"]:
            if order:  # None: deleted; {}: a gid of something else
                _complete(client, order)
                states[order["id"]] = OrderFulfillmentState.from_node(order)
    return states


def create_fulfillment(client: Client, request: FulfillmentRequest) -> str:
    """Tell Shopify that goods have left; return the gid of the new fulfillment.

    Raises UserErrors if Shopify refuses, e.g. because less is left to ship. On Unavailable with
    `maybe_done`, look with `fulfillment_orders` before telling it again: Shopify would ship twice.
    """
    data = client.execute("fulfillment_create", request.variables())
    return str(data["fulfillmentCreate"]["fulfillment"]["id"])


def accept_request(client: Client, gid: str) -> None:
    """Take a fulfillment order in hand that our own fulfillment service was asked for.

    Raises UserErrors when there is no request to accept, e.g. because it was accepted before.
    """
    client.execute("fulfillment_order_accept_fulfillment_request", {"id": gid})


def _complete(client: Client, order: dict[str, Any]) -> None:
    """Fetch what did not fit: fulfillment orders first, as they bring lines of their own."""
    complete(client, order, "fulfillmentOrders", document="order_fulfillment_orders", root="order")
    for each in order["fulfillmentOrders"]["nodes"]:
        complete(
            client, each, "lineItems", document="fulfillment_order_lines", root="fulfillmentOrder"
        )
    for each in order["fulfillments"]:
        complete(
            client, each, "fulfillmentLineItems", document="fulfillment_lines", root="fulfillment"
        )


def _batches(gids: Iterable[str]) -> Iterator[Sequence[str]]:
    """Split into lists of at most BATCH, each gid once."""
    rest = iter(dict.fromkeys(gids))
    while batch := list(islice(rest, BATCH)):
        yield batch
