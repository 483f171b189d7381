"""Posted shipment → what to tell Shopify. Pure.

Where goods are fulfilled from is Shopify's decision: quantities go to the fulfillment orders that
still wait for them, whatever location the books shipped from. Source: BC codeunit 30190 "Export
Shipments".
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from connector.shopify.nodes.fulfillment_order import (
    FulfillmentNode,
    FulfillmentOrderNode,
    OrderFulfillmentState,
)
from connector.shopify.nodes.status import FulfillmentOrderStatus
from connector.shopify.words import gettext as _

MOST_LINES = 250  # of one call
# A service that was asked and has declined, or is asked to stop, sends nothing.
DECLINED = frozenset({"REJECTED", "CANCELLATION_REQUESTED", "CANCELLATION_ACCEPTED"})
SHIPPABLE = frozenset({FulfillmentOrderStatus.OPEN, FulfillmentOrderStatus.IN_PROGRESS})


@dataclass(frozen=True, slots=True)
class Parcel:
    """One call: goods that leave one location, by fulfillment order and its line."""

    location_gid: str | None  # None: the location was deleted in Shopify
    lines: Mapping[str, Mapping[str, int]]  # fulfillment order gid → its line gid → units
    goods: tuple[tuple[str, int], ...]  # (order line gid, units), sorted: how to recognise it
    requests: tuple[str, ...] = ()  # fulfillment orders that have to be accepted before


@dataclass(frozen=True, slots=True)
class Plan:
    parcels: tuple[Parcel, ...]
    left_over: Mapping[str, int]  # order line gid → units that Shopify does not wait for
    reason: str = ""  # why something is left over


def plan(
    goods: Mapping[str, int],
    state: OrderFulfillmentState,
    *,
    extras: Mapping[str, int] | None = None,
    own: Collection[str] = (),
) -> Plan:
    """Spread `goods` (order line gid → units) over what Shopify still waits for.

    `extras` are lines that are no items of ours, such as a line without a product: they go along
    where Shopify waits for them, and are not missed where it does not. `own` are the locations of
    our own fulfillment services. Fulfillment orders that are closed, on hold or at somebody else's
    warehouse take nothing.
    """
    left = Counter({**(extras or {}), **goods})
    picked: dict[str | None, list[tuple[str, str, str, int]]] = {}
    ours = [part for part in state.fulfillment_orders if _ours(part, own)]
    for part in sorted(ours, key=_place):
        for line in part.lines:
            units = min(line.remaining, left[line.line_gid])
            if units > 0:
                left[line.line_gid] -= units
                row = (part.gid, line.gid, line.line_gid, units)
                picked.setdefault(part.location_gid, []).append(row)
    asked = {part.gid for part in ours if part.request_status == "SUBMITTED"}
    parcels = [
        replace(parcel, requests=tuple(gid for gid in parcel.lines if gid in asked))
        for place, rows in picked.items()
        for parcel in _parcels(place, rows)
    ]
    left_over = {gid: left[gid] for gid in goods if left[gid] > 0}
    return Plan(tuple(parcels), left_over, _why(state, left_over, own) if left_over else "")


def _ours(part: FulfillmentOrderNode, own: Collection[str]) -> bool:
    if part.status not in SHIPPABLE or part.request_status in DECLINED:
        return False
    return not part.fulfillment_service or part.location_gid in own


def _place(part: FulfillmentOrderNode) -> tuple[str, str]:
    return part.location_gid or "", part.gid


def _parcels(location_gid: str | None, rows: list[tuple[str, str, str, int]]) -> Iterator[Parcel]:
    """One call a location, and of at most MOST_LINES lines."""
    for start in range(0, len(rows), MOST_LINES):
        lines: dict[str, dict[str, int]] = {}
        goods: Counter[str] = Counter()
        for order_gid, gid, line_gid, units in rows[start : start + MOST_LINES]:
            lines.setdefault(order_gid, {})[gid] = units
            goods[line_gid] += units
        yield Parcel(location_gid, lines, tuple(sorted(goods.items())))


def without(state: OrderFulfillmentState, parcels: Iterable[Parcel]) -> OrderFulfillmentState:
    """The state as it would be once these parcels had been sent."""
    gone = Counter[tuple[str, str]]()
    for parcel in parcels:
        for order_gid, lines in parcel.lines.items():
            for gid, units in lines.items():
                gone[order_gid, gid] += units
    parts = tuple(
        replace(
            part,
            lines=tuple(
                replace(line, remaining=line.remaining - gone[part.gid, line.gid])
                for line in part.lines
            ),
        )
        for part in state.fulfillment_orders
    )
    return replace(state, fulfillment_orders=parts)


def _why(state: OrderFulfillmentState, left: Collection[str], own: Collection[str]) -> str:
    """The most telling reason why Shopify does not wait for more, and what to do about it."""
    waiting = [
        part
        for part in state.fulfillment_orders
        if any(line.remaining and line.line_gid in left for line in part.lines)
    ]
    if service := next((p for p in waiting if _elsewhere(p, own)), None):
        return _(
            "%(place)s is a fulfillment service: it fulfils by itself. "
            "If it is yours, mark it as fulfilled by us on the shop's locations."
        ) % {"place": service.location_name}
    if stopped := next((p for p in waiting if p.request_status in DECLINED), None):
        return _(
            "The request to %(place)s is %(status)s. "
            "Answer it in Shopify, or move the goods to a location of yours."
        ) % {"place": stopped.location_name, "status": _status(stopped.request_status)}
    if held := next((p for p in waiting if p.status not in SHIPPABLE), None):
        return _held(held)
    if any(gid in left for sent in state.fulfillments for gid, _units in sent.lines):
        return _(
            "Shopify has nothing left to fulfil: it was fulfilled or removed there. "
            "If that is right, dismiss this."
        )
    return _(
        "Shopify has nothing left to fulfil: it was fulfilled or removed there. "
        "Take it off the order in the books, or add it to the order in Shopify."
    )


def _elsewhere(part: FulfillmentOrderNode, own: Collection[str]) -> bool:
    return part.fulfillment_service and part.location_gid not in own


def _held(part: FulfillmentOrderNode) -> str:
    if part.status != FulfillmentOrderStatus.ON_HOLD:
        return _("The fulfillment order is %(status)s in Shopify. It is tried again by itself.") % {
            "status": _status(part.status)
        }
    because = f" ({', '.join(part.holds)})" if part.holds else ""
    return _(
        "The fulfillment order is on hold in Shopify%(because)s. "
        "Release it there; it is then sent by itself."
    ) % {"because": because}


def _status(status: str) -> str:
    """In people's words; one that nobody knows in Shopify's."""
    known = {
        "REJECTED": _("rejected"),
        "CANCELLATION_REQUESTED": _("to be cancelled"),
        "CANCELLATION_ACCEPTED": _("cancelled"),
        "SCHEDULED": _("scheduled"),
        "CANCELLED": _("cancelled"),
        "CLOSED": _("closed"),
        "INCOMPLETE": _("incomplete"),
    }
    return known.get(str(status)) or str(status).replace("_", " ").lower()


def shipped_already(fulfillments: Iterable[FulfillmentNode], gids: Iterable[str]) -> Counter[str]:
    """Units by order line in the fulfillments that are known to be of one shipment."""
    known, units = set(gids), Counter[str]()
    for fulfillment in fulfillments:
        if fulfillment.gid in known:
            units.update(dict(fulfillment.lines))
    return units


def recognised(
    fulfillments: Iterable[FulfillmentNode], goods: tuple[tuple[str, int], ...], known: set[str]
) -> str:
    """The fulfillment that a call in flight made, if it arrived: ours by its goods, and unknown.

    Returns its gid, or "" when the call had no effect.
    """
    for fulfillment in fulfillments:
        if fulfillment.gid not in known and tuple(sorted(fulfillment.lines)) == goods:
            return fulfillment.gid
    return ""
