"""/__sandbox/orders/…: what others do about shipping an order, behind the back of who asks the API.

Each names an order, and which of its fulfillment orders is meant: {"name": "#1001", "goods": 1}; else
the first that has something left. Units are named by the line's place or SKU: {"lines": {"0": 2}}.

hold {"reason": "AWAITING_PAYMENT"}, release, move {"to": "West", "lines": …}, split {"lines": …},
request {"word": "submit" | "accept" | "reject" | "cancel"}, fulfill {"lines": …, "tracking": "T1"}
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sandbox.changes import Occasion
from sandbox.changes.fulfil import Parcel, fulfil
from sandbox.changes.hold import hold, release
from sandbox.changes.move import move, split
from sandbox.changes.request import ANSWERS, request
from sandbox.draft import Rejected
from sandbox.records.fulfillment import FulfillmentOrder, Tracking
from sandbox.records.location import Location
from sandbox.records.order import Order
from sandbox.store import Store

Given = Mapping[str, Any]
Units = Mapping[str, int]  # by order line
Change = Callable[[FulfillmentOrder, Given, Units, Occasion], Sequence[FulfillmentOrder]]


def shipping_changes(store: Store) -> dict[str, Callable[[Order, Given, Units, Occasion], Order]]:
    """Return what each door does to an order, by its name. They raise Rejected and Refused."""
    return {
        "orders/hold": _to_goods(_hold),
        "orders/release": _to_goods(lambda goods, _given, _units, now: [release(goods, now)]),
        "orders/move": _to_goods(
            lambda goods, given, units, now: move(goods, _place(store, given), units, now)
        ),
        "orders/split": _to_goods(lambda goods, _given, units, now: split(goods, units, now)),
        "orders/request": _to_goods(_request),
        "orders/fulfill": _fulfill,
    }


def add_location(store: Store, given: Given) -> dict[str, str]:
    """Open a place: {"name": "West", "service": "Depot"}; with a service it is that one's."""
    place = Location(
        store.new_gid("Location"), str(given["name"]), service_name=given.get("service")
    )
    store.put(place)
    return {"id": place.gid, "name": place.name}


def _to_goods(change: Change) -> Callable[[Order, Given, Units, Occasion], Order]:
    def changed(order: Order, given: Given, units: Units, occasion: Occasion) -> Order:
        chosen = _chosen(order, given)
        after = change(chosen, given, units, occasion)
        goods = [g for one in order.fulfillment_orders for g in (after if one is chosen else [one])]
        return replace(order, fulfillment_orders=tuple(goods), updated_at=occasion.now)

    return changed


def _chosen(order: Order, given: Given) -> FulfillmentOrder:
    found = order.fulfillment_orders
    if "goods" in given:
        found = found[int(given["goods"]) :][:1]
    else:
        found = tuple(goods for goods in found if goods.pending and goods.remaining)
    if not found:
        raise Rejected("The order has no such fulfillment order.")
    return found[0]


def _hold(
    goods: FulfillmentOrder, given: Given, _units: Units, occasion: Occasion
) -> list[FulfillmentOrder]:
    return [hold(goods, str(given.get("reason", "OTHER")), occasion)]


def _request(
    goods: FulfillmentOrder, given: Given, _units: Units, occasion: Occasion
) -> list[FulfillmentOrder]:
    word = str(given.get("word", "submit"))
    if word not in ANSWERS:
        raise Rejected(f"A request knows these words: {', '.join(ANSWERS)}.")
    return [request(goods, word, occasion)]


def _fulfill(order: Order, given: Given, units: Units, occasion: Occasion) -> Order:
    chosen = _chosen(order, given)
    wanted = {line.gid: units[line.line_gid] for line in chosen.lines if line.line_gid in units}
    number = given.get("tracking")
    tracking = [Tracking(str(number))] if number else []
    return fulfil(order, [Parcel(chosen.gid, wanted or None)], tracking, occasion)


def _place(store: Store, given: Given) -> str:
    for place in store.locations():
        if place.name == given.get("to"):
            return place.gid
    raise Rejected(f"There is no location called {given.get('to')}.")
