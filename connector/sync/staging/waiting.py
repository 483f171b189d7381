"""Keeps what was seen in Shopify and not taken: raw, with the reason, until it comes in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from connector.sync.issues import pause
from connector.sync.models import StagedOrder
from connector.sync.report import Outcome, Result
from connector.sync.staging.arrivals import Arrival
from shops.models import Shop

# Then it waits for a person, or for a change of the order in Shopify. Some four days have passed.
MOST_TRIES = 12


def put_waiting(shop: Shop, waiting: Sequence[tuple[Arrival, Result]], now: datetime) -> None:
    """Write or refresh the rows of arrivals that do not come in now."""
    if not waiting:
        return
    here = {
        row.gid: row
        for row in StagedOrder.objects.filter(shop=shop, gid__in=[a.gid for a, _r in waiting])
    }
    rows = [_row(here.get(a.gid), shop, a, result, now) for a, result in waiting]
    StagedOrder.objects.bulk_create([row for row in rows if row._state.adding])
    StagedOrder.objects.bulk_update([row for row in rows if not row._state.adding], _REFRESHED)


_REFRESHED = [
    "name",
    "created_at",
    "updated_at",
    "total",
    "state",
    "code",
    "reason",
    "trace",
    "raw",
    "attempts",
    "next_try",
]


def _row(
    row: StagedOrder | None, shop: Shop, arrived: Arrival, result: Result, now: datetime
) -> StagedOrder:
    row = row or StagedOrder(shop=shop, gid=arrived.gid, staged_at=now)
    rejected = result.outcome is Outcome.REJECTED
    row.name, row.raw = arrived.name[:50], arrived.raw
    row.created_at, row.updated_at = (
        moment(arrived.node, "createdAt"),
        moment(arrived.node, "updatedAt"),
    )
    row.total = arrived.order.total.shop.to_eng_string() if arrived.order else ""
    row.state = StagedOrder.State.REJECTED if rejected else StagedOrder.State.WAITING
    row.code, row.reason, row.trace = result.code, result.reason, result.trace
    row.attempts += 1
    tried_again = rejected and row.attempts < MOST_TRIES
    row.next_try = now + pause(row.attempts) if tried_again else None
    return row


def moment(node: dict[str, Any], field: str) -> datetime | None:
    """A time of a node that may be unreadable in other ways; None when it has none."""
    try:
        return datetime.fromisoformat(node[field])
    except (KeyError, TypeError, ValueError):
        return None
