"""The returns of orders that arrive: each gets a row, refreshed with its order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from connector.sync.mapping.orders import RETURN_COLUMNS, return_values
from connector.sync.staging.arrivals import Arrival
from shops import bulk
from shops.models import Return, Shop


def put_returns(arrivals: Sequence[Arrival], ids: Mapping[str, int]) -> None:
    """Write the returns of these orders. `ids` are those of the orders, by gid."""
    wanted = {(ids[a.gid], back.gid): back for a in arrivals if a.order for back in a.order.returns}
    if not wanted:
        return
    orders = {order for order, _gid in wanted}
    rows = Return.objects.filter(order__in=orders).values_list("order_id", "gid", "pk")
    here = {(order, gid): pk for order, gid, pk in rows}
    bulk.insert(
        Return,
        ("order_id", "gid", *RETURN_COLUMNS),
        [(*key, *return_values(back)) for key, back in wanted.items() if key not in here],
    )
    bulk.update(
        Return,
        RETURN_COLUMNS,
        [(*return_values(back), here[key]) for key, back in wanted.items() if key in here],
    )


def not_ended(shop: Shop) -> frozenset[str]:
    """Ids of orders with a return that may still be declined or called off.

    Then the order itself no longer says that it has one.
    """
    live = [Return.Status.REQUESTED, Return.Status.OPEN]
    rows = Return.objects.filter(order__shop=shop, status__in=live)
    return frozenset(rows.values_list("order__gid", flat=True))
