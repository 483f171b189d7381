"""Orders that a person asked for one by one: they come in whatever the filters say of them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.db.models import Exists, OuterRef, QuerySet

from connector.sync.mapping.missing import FETCHABLE
from connector.sync.models import MissingRecord
from shops.models import Shop

ORDER = MissingRecord.Kind.ORDER


def ask_for(rows: QuerySet[MissingRecord], now: datetime) -> dict[Shop, int]:
    """Note that these missing orders are wanted, and return how many of which shop.

    Of a refund or a fulfillment whose order is not here the order is wanted.
    """
    of_them = rows.order_by().filter(shop=OuterRef("shop"), order_gid=OuterRef("order_gid"))
    orders = MissingRecord.objects.filter(Exists(of_them), kind=ORDER, why__in=list(FETCHABLE))
    wanted: dict[Shop, int] = {}
    for record in orders.select_related("shop"):
        wanted[record.shop] = wanted.get(record.shop, 0) + 1
    orders.update(asked_at=now)
    return wanted


def asked_for(shop: Shop) -> list[tuple[str, date]]:
    """The ids of orders that are wanted, each with its day."""
    rows = MissingRecord.objects.filter(shop=shop, kind=ORDER, asked_at__isnull=False)
    return list(rows.order_by("pk").values_list("gid", "day"))


def answered(shop: Shop, gids: Iterable[str]) -> None:
    """They came; what became of them, the next comparison tells."""
    MissingRecord.objects.filter(shop=shop, gid__in=list(gids)).update(asked_at=None)
