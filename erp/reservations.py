"""Which goods an open sales order keeps for its customer. They are not free for anybody else.

An order keeps what it still has to ship, also what is not on hand: then less than nothing is free,
and buying more is what is due. Source: BC, Reserve on customer and item card.
"""

from __future__ import annotations

from decimal import Decimal

from erp.models import DocumentLine, Item
from erp.money import ZERO


def to_reserve(line: DocumentLine) -> Decimal:
    """Base units that the line keeps. The item decides; where it leaves it open, the customer does."""
    document, item = line.document, line.item
    sold = document.side == document.Side.SALE and document.kind == document.Kind.ORDER
    if not sold or item is None or item.type != Item.Type.INVENTORY or document.party is None:
        return ZERO
    wish = document.party.reserve if item.reserve == Item.Reserve.OPTIONAL else item.reserve
    if wish != Item.Reserve.ALWAYS:
        return ZERO
    return (line.quantity - line.qty_shipped) * line.qty_per_uom
