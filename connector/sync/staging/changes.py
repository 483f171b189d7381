"""What an import changes of orders, in words, for a dry run."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from connector.shopify.nodes.order import OrderNode
from connector.sync.mapping.orders import ORDER_COLUMNS, order_values
from connector.sync.report import Outcome, Result
from connector.sync.staging.arrivals import Arrival
from connector.ui.amounts import money
from shops.models import Order, Shop

SILENT = frozenset({"updated_at"})  # moves with everything else
_Values = tuple[Any, ...]


def order_changes(
    shop: Shop, arrivals: Sequence[Arrival]
) -> Callable[[Sequence[Result]], Sequence[str]]:
    """Read what is here of these orders now; the answer compares it with what came."""
    rows = Order.objects.filter(shop=shop, gid__in=[a.gid for a in arrivals])
    before = {gid: values for gid, *values in rows.values_list("gid", *ORDER_COLUMNS)}

    def told(results: Sequence[Result]) -> list[str]:
        notes = dict(rows.filter(conflict=True).values_list("gid", "conflict_note"))
        return [
            _words(arrived, result, tuple(before.get(arrived.gid, ())), notes.get(arrived.gid, ""))
            for arrived, result in zip(arrivals, results, strict=True)
        ]

    return told


def _words(arrived: Arrival, result: Result, before: _Values, conflict: str) -> str:
    if arrived.order is None or result.outcome in {Outcome.SKIPPED, Outcome.REJECTED}:
        return result.reason
    if result.outcome is Outcome.CREATED:
        return _new(arrived.order)
    changes = _changes(before, order_values(arrived.order))
    words = "; ".join(changes) or _("Details that no list shows.")
    return f"{words}. {conflict}" if conflict else words


def _new(order: OrderNode) -> str:
    count = len(order.lines)
    text = ngettext("%(count)d line, %(total)s", "%(count)d lines, %(total)s", count)
    return text % {"count": count, "total": money(order.current_total.shop, order.currency)}


def _changes(before: _Values, after: _Values) -> list[str]:
    changes = []
    for name, old, new in zip(ORDER_COLUMNS, before, after, strict=True):
        if name not in SILENT and old != new:
            field = Order._meta.get_field(name)
            label = field.verbose_name if isinstance(field, models.Field) else name
            changes.append(f"{capfirst(label)}: {_text(old)} → {_text(new)}")
    return changes


def _text(value: Any) -> str:
    if isinstance(value, Decimal):
        return money(value)
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, datetime):
        return value.isoformat(timespec="minutes")
    return str(value) if value not in {None, ""} else "–"
