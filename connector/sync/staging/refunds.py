"""The refunds of orders that arrive: each gets a row, refreshed with its order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from connector.sync.mapping.exchanges import return_of
from connector.sync.mapping.orders import REFUND_COLUMNS, refund_values
from connector.sync.staging.arrivals import Arrival
from shops import bulk
from shops.models import Refund


def put_refunds(arrivals: Sequence[Arrival], ids: Mapping[str, int]) -> None:
    """Write the refunds of these orders. `ids` are those of the orders, by gid.

    One that needed no credit memo may need one, now that its order changed.
    """
    wanted = {
        (ids[a.gid], refund.gid): refund_values(refund, return_of(refund.gid, a.order))
        for a in arrivals
        if a.order
        for refund in a.order.refunds
    }
    if not wanted:
        return
    orders = {order for order, _gid in wanted}
    rows = Refund.objects.filter(order__in=orders).values_list("order_id", "gid", "pk")
    here = {(order, gid): pk for order, gid, pk in rows}
    start = (Refund.State.UNPROCESSED.value, "", "")
    bulk.insert(
        Refund,
        ("order_id", "gid", "state", "reason_code", "reason", *REFUND_COLUMNS),
        [(*key, *start, *values) for key, values in wanted.items() if key not in here],
    )
    bulk.update(
        Refund,
        REFUND_COLUMNS,
        [(*values, here[key]) for key, values in wanted.items() if key in here],
    )
    done = Refund.objects.filter(order__in=orders, state=Refund.State.NO_DOCUMENT)
    done.update(state=Refund.State.UNPROCESSED)
