"""The lines of an order beside the items they stand for."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from connector.sync.models import VariantLink
from erp.models import Item
from shops.models import Order, OrderLine


@dataclass(frozen=True, slots=True)
class Line:
    line: OrderLine
    item: Item | None
    needs_item: bool  # a product that no item stands for yet

    @property
    def removed(self) -> int:
        return self.line.quantity - self.line.current_quantity

    @property
    def amount(self) -> Decimal:
        """As ordered, before tax is added where prices do not include it."""
        return self.line.unit_price * self.line.quantity - self.line.discount


def lines_of(order: Order) -> list[Line]:
    lines = list(order.lines.all())
    gids = {line.variant_gid for line in lines if line.variant_gid}
    links = VariantLink.objects.filter(variant__shop=order.shop, variant__gid__in=gids)
    items = {link.variant.gid: link.item for link in links.select_related("variant", "item")}
    return [
        Line(
            line=line,
            item=items.get(line.variant_gid),
            needs_item=bool(line.variant_gid) and items.get(line.variant_gid) is None,
        )
        for line in lines
    ]
