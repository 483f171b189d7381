"""Which goods leave, judged in the order in which Shopify judges them; a service takes a request.

`fulfillmentCreate`: source: recorded answers, Admin API 2026-04; unknown ids first, then the orders they belong to,
then quantities and places.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sandbox.changes import Occasion, Refused
from sandbox.changes.fulfil import FIELD, Parcel, fulfil, number
from sandbox.changes.request import request
from sandbox.gql.execution import Call, Handler
from sandbox.mutations.payload import done, refused
from sandbox.nodes import Node
from sandbox.records.fulfillment import Tracking
from sandbox.records.order import Order
from sandbox.store import Store


def fulfillment_create(store: Store) -> Handler:
    def handler(call: Call) -> Node:
        wanted = call.args["fulfillment"]
        try:
            groups = wanted["lineItemsByFulfillmentOrder"]
            _refuse_non_positive(groups)
            order = _order_of(store, groups)
            occasion = Occasion(store.clock.now(), store.new_gid)
            after = fulfil(order, _parcels(groups), _tracking(wanted), occasion)
        except Refused as refusal:
            return refused(refusal, "fulfillment")
        store.put(after)
        return done(fulfillment=store.nodes[after.fulfillments[-1].gid])

    return handler


def fulfillment_request_accept(store: Store) -> Handler:
    """`fulfillmentOrderAcceptFulfillmentRequest`: a service takes a request in hand."""

    def handler(call: Call) -> Node:
        try:
            order = _order_of(store, [{"fulfillmentOrderId": call.args["id"]}])
            occasion = Occasion(store.clock.now(), store.new_gid)
            after = _accepted(order, call.args["id"], occasion)
        except Refused as refusal:
            return refused(refusal, "fulfillmentOrder")
        store.put(after)
        return done(fulfillmentOrder=store.nodes[call.args["id"]])

    return handler


def _accepted(order: Order, gid: str, occasion: Occasion) -> Order:
    goods = tuple(
        request(one, "accept", occasion) if one.gid == gid else one
        for one in order.fulfillment_orders
    )
    return replace(order, fulfillment_orders=goods, updated_at=occasion.now)


def _refuse_non_positive(groups: Sequence[Mapping[str, Any]]) -> None:
    if not groups:
        raise Refused("Fulfillment order does not exist.", FIELD)
    for g, group in enumerate(groups):
        for index, line in enumerate(group.get("fulfillmentOrderLineItems") or ()):
            if line["quantity"] <= 0:
                place = ("lineItemsByFulfillmentOrder", str(g), "fulfillmentOrderLineItems")
                raise Refused(
                    "Quantity must be greater than 0", (*FIELD, *place, str(index), "quantity")
                )


def _order_of(store: Store, groups: Sequence[Mapping[str, Any]]) -> Order:
    """Return the one order that all the fulfillment orders belong to."""
    goods = store.listed("FulfillmentOrder")
    orders: dict[str, None] = {}
    for group in groups:
        node = goods.get(group["fulfillmentOrderId"])
        if node is None:
            raise Refused("Fulfillment order does not exist.", FIELD)
        orders[node["orderId"]] = None
    if len(orders) > 1:
        raise Refused(
            "All fulfillment orders must belong to the same order. Multiple orders with ids "
            f"[{', '.join(map(number, orders))}] were found.",
            FIELD,
        )
    order = store.order(next(iter(orders)))
    assert order is not None
    return order


def _parcels(groups: Sequence[Mapping[str, Any]]) -> list[Parcel]:
    return [Parcel(group["fulfillmentOrderId"], _units(group)) for group in groups]


def _units(group: Mapping[str, Any]) -> dict[str, int] | None:
    lines = group.get("fulfillmentOrderLineItems")
    return {line["id"]: line["quantity"] for line in lines} if lines else None


def _tracking(wanted: Mapping[str, Any]) -> list[Tracking]:
    given = wanted.get("trackingInfo") or {}
    numbers = given.get("numbers") or [n for n in [given.get("number")] if n]
    urls = given.get("urls") or [u for u in [given.get("url")] if u]
    company = given.get("company")
    if not numbers and not urls:
        return [Tracking(company=company)] if company else []
    size = max(len(numbers), len(urls))
    padded = [list(texts) + [None] * (size - len(texts)) for texts in (numbers, urls)]
    return [Tracking(n, url, company) for n, url in zip(*padded, strict=True)]
