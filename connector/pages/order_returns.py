"""What of an order is sent back, as its page tells it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import orjson
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from connector.shopify.nodes.order import OrderNode
from connector.shopify.nodes.returned import ReturnLineNode
from shops.models import Order, OrderPayload, Return

# Source: shopify.dev, ReturnDeclineReason, 2026-10.
DECLINED: dict[str, Promise] = {
    "FINAL_SALE": _("It was a final sale."),
    "RETURN_PERIOD_ENDED": _("The time to return it was over."),
    "OTHER": _("Declined for another reason."),
}


@dataclass(frozen=True, slots=True)
class Taken:
    name: str
    units: int


@dataclass(frozen=True, slots=True)
class Shown:
    row: Return
    lines: Sequence[ReturnLineNode]
    exchanges: Sequence[Taken] = ()

    @property
    def declined(self) -> Promise | str:
        """Why; a reason that this list does not know yet is shown as Shopify writes it."""
        reason = self.row.decline_reason
        return DECLINED.get(reason, reason)


def returns_of(order: Order, rows: Sequence[Return]) -> list[Shown]:
    """These returns of the order with their lines."""
    payload: OrderPayload | None = getattr(order, "payload", None)
    if not rows or payload is None:
        return [Shown(row, ()) for row in rows]
    node = OrderNode.from_node(orjson.loads(payload.raw))
    told = {back.gid: back for back in node.returns}
    lines = {line.gid: line for line in node.lines}
    shown = []
    for row in rows:
        back = told.get(row.gid)
        taken = [lines[gid] for gid in back.exchange_gids if gid in lines] if back else []
        exchanges = [Taken(line.name, line.quantity) for line in taken]
        shown.append(Shown(row, back.lines if back else (), exchanges))
    return shown
