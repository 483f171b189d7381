"""Puts a page of orders down: in a few statements, however many there are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from connector.sync.mapping.conflicts import conflict
from connector.sync.mapping.exchanges import exchanged
from connector.sync.mapping.orders import LINE_COLUMNS, ORDER_COLUMNS, line_values, order_values
from connector.sync.models import StagedOrder
from connector.sync.report import Outcome
from connector.sync.staging.arrivals import Arrival
from connector.sync.staging.company_locations import put_company_locations
from connector.sync.staging.parties import put_companies, put_customers
from connector.sync.staging.refunds import put_refunds
from connector.sync.staging.returns import put_returns
from connector.sync.staging.shipment_methods import put_shipment_methods
from connector.sync.staging.variants import put_variants
from connector.sync.under_way import seen_done
from shops import bulk
from shops.models import Order, OrderLine, OrderPayload, Shop


@dataclass(frozen=True, slots=True)
class Known:
    """What is already here of an order that arrives."""

    id: int
    digest: str
    state: str


def known_orders(shop: Shop, gids: Iterable[str]) -> dict[str, Known]:
    """Return what is here, by gid."""
    rows = Order.objects.filter(shop=shop, gid__in=list(gids)).values_list(
        "gid", "id", "payload__digest", "state"
    )
    return {gid: Known(pk, digest or "", state) for gid, pk, digest, state in rows}


def put_orders(
    shop: Shop, arrivals: Sequence[Arrival], known: dict[str, Known], now: datetime
) -> list[Outcome]:
    """Write readable arrivals, each gid once, and say of each what it was.

    One that is here already with the same content writes nothing.
    """
    fresh = [a for a in arrivals if a.gid not in known]
    changed = [a for a in arrivals if a.gid in known and known[a.gid].digest != a.digest]
    _put_related(shop, [*fresh, *changed])
    ids = {gid: k.id for gid, k in known.items()} | _insert(shop, fresh, now)
    _update(changed, known)
    OrderLine.objects.filter(order__in=[known[a.gid].id for a in changed]).delete()
    _insert_lines([*fresh, *changed], ids)
    _put_payloads([*fresh, *changed], known, ids)
    put_returns([*fresh, *changed], ids)
    put_refunds([*fresh, *changed], ids)
    seen_done([a.order for a in changed if a.order], shop, now)
    StagedOrder.objects.filter(shop=shop, gid__in=[a.gid for a in arrivals]).delete()
    outcomes = dict.fromkeys([a.gid for a in fresh], Outcome.CREATED)
    outcomes.update(dict.fromkeys([a.gid for a in changed], Outcome.UPDATED))
    return [outcomes.get(a.gid, Outcome.UNCHANGED) for a in arrivals]


def _put_related(shop: Shop, arrivals: Sequence[Arrival]) -> None:
    orders = [a.order for a in arrivals if a.order]
    put_customers(shop, orders)
    put_companies(shop, orders)
    put_company_locations(shop, orders)
    put_variants(shop, orders)
    put_shipment_methods(shop, orders)


def _insert(shop: Shop, fresh: Sequence[Arrival], now: datetime) -> dict[str, int]:
    columns = ("shop_id", "gid", "imported_at", *_EMPTY, *ORDER_COLUMNS)
    start = (shop.pk, now, *_EMPTY.values())
    bulk.insert(
        Order,
        columns,
        [(start[0], a.gid, *start[1:], *order_values(a.order)) for a in fresh if a.order],
    )
    found = Order.objects.filter(shop=shop, gid__in=[a.gid for a in fresh])
    return dict(found.values_list("gid", "id"))


_EMPTY = {
    "state": Order.State.UNPROCESSED.value,
    "reason_code": "",
    "reason": "",
    "conflict": False,
    "conflict_note": "",
    "conflict_answer": "",
    "conflict_resolved_by": "",
}


def _update(changed: Sequence[Arrival], known: dict[str, Known]) -> None:
    bulk.update(
        Order,
        ORDER_COLUMNS,
        [(*order_values(a.order), known[a.gid].id) for a in changed if a.order],
    )
    _note_conflicts(changed, known)
    _look_again(changed, known)


def _look_again(changed: Sequence[Arrival], known: dict[str, Known]) -> None:
    """An order that needed no document may need one, now that it changed."""
    done = [known[a.gid].id for a in changed if known[a.gid].state == Order.State.NO_DOCUMENT]
    Order.objects.filter(pk__in=done).update(state=Order.State.UNPROCESSED)


def _note_conflicts(changed: Sequence[Arrival], known: dict[str, Known]) -> None:
    """Flag processed orders whose change the books do not know of.

    What is flagged already keeps what was noted before; what was resolved is open again.
    """
    processed = [known[a.gid].id for a in changed if known[a.gid].state == Order.State.PROCESSED]
    before = dict(OrderPayload.objects.filter(pk__in=processed).values_list("pk", "raw"))
    open_ = Order.objects.filter(pk__in=processed, conflict=True)
    noted = dict(open_.values_list("pk", "conflict_note"))
    notes = [
        (True, f"{noted.get(pk, '')} {text}".strip(), "", "", None, pk)
        for a in changed
        if a.order
        and (raw := before.get(pk := known[a.gid].id))
        and (text := conflict(raw, a.order))
    ]
    answer = ("conflict_answer", "conflict_resolved_by", "conflict_resolved_at")
    bulk.update(Order, ("conflict", "conflict_note", *answer), notes)


def _insert_lines(arrivals: Sequence[Arrival], ids: dict[str, int]) -> None:
    bulk.insert(
        OrderLine,
        ("order_id", *LINE_COLUMNS),
        [
            (ids[a.gid], *line_values(line, position, exchange=line.gid in taken))
            for a in arrivals
            if a.order
            for taken in [exchanged(a.order)]
            for position, line in enumerate(a.order.lines)
        ],
    )


def _put_payloads(
    arrivals: Sequence[Arrival], known: dict[str, Known], ids: dict[str, int]
) -> None:
    """An order that is known without a content gets one: it was made here, not imported."""
    kept = {gid for gid, here in known.items() if here.digest}
    bulk.insert(
        OrderPayload,
        ("order_id", "raw", "digest"),
        [(ids[a.gid], a.raw, a.digest) for a in arrivals if a.gid not in kept],
    )
    bulk.update(
        OrderPayload,
        ("raw", "digest"),
        [(a.raw, a.digest, ids[a.gid]) for a in arrivals if a.gid in kept],
        key="order_id",
    )
