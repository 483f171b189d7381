"""Moving goods: item entries with their cost, and what that does to inventory.

Costs follow a moving average over all variants and locations of an item. An issue that empties
the item takes all the value that is left, so that no cent stays behind. A receipt while less than
nothing is on hand sets the average to its own cost: what was sold before it came is not costed
anew.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

from django.db import connection
from django.utils.translation import gettext as _

from erp.errors import PostingError
from erp.models import Document, Item, ItemEntry, Location, Stock
from erp.money import UNIT_COST, ZERO, rounded
from erp.posting.ledger import Ledger

# The role of the account that stands against inventory, by type of entry.
CONTRA = {
    ItemEntry.Type.SALE: "cogs",
    ItemEntry.Type.PURCHASE: "accrual",
    ItemEntry.Type.POSITIVE: "inventory_adj",
    ItemEntry.Type.NEGATIVE: "inventory_adj",
}
SAVE_COST = "UPDATE erp_item SET unit_cost = %s WHERE id = %s"


class Move(NamedTuple):
    """Goods of one document line that go in (+) or out (−), in base units."""

    line_id: int
    item_id: int
    variant_id: int | None
    location_id: int
    quantity: Decimal
    unit_cost: Decimal | None = None  # LCY; None: the average

    @property
    def key(self) -> tuple[int, int | None, int]:
        return self.item_id, self.variant_id, self.location_id


@dataclass(slots=True)
class Holding:
    """What is on hand of the items that move, and what it is worth. All of it is locked."""

    items: dict[int, Item]
    on_hand: dict[tuple[int, int | None, int], Decimal]
    quantity: dict[int, Decimal]  # by item
    value: dict[int, Decimal]  # by item
    costed: set[int] = field(default_factory=set)  # items whose average changed

    @classmethod
    def lock(cls, item_ids: Iterable[int]) -> Holding:
        """Items first, then stock, both in the order of their keys, so that posters never cross."""
        ids = set(item_ids)
        rows = Item.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk")
        items = {item.pk: item for item in rows}
        held = cls(items, defaultdict(Decimal), defaultdict(Decimal), defaultdict(Decimal))
        stock = (
            Stock.objects.select_for_update(no_key=True)
            .filter(item__in=ids)
            .order_by("item_id", "variant_id", "location_id")
        )
        for item, variant, location, qty, value in stock.values_list(
            "item_id", "variant_id", "location_id", "qty", "value"
        ):
            held.on_hand[item, variant, location] = qty
            held.quantity[item] += qty
            held.value[item] += value
        return held

    def cost_of(self, move: Move, precision: Decimal) -> Decimal:
        """The value that goes in or out with `move`; what is held follows."""
        item = self.items[move.item_id]
        before, value = self.quantity[item.pk], self.value[item.pk]
        after = before + move.quantity
        unit_cost = item.unit_cost if move.unit_cost is None else move.unit_cost
        if move.quantity < 0:
            emptied = after == 0
            cost = -value if emptied else rounded(move.quantity * item.unit_cost, precision)
        else:
            cost = rounded(move.quantity * unit_cost, precision)
            if after > 0:
                average = (value + cost) / after if before >= 0 else unit_cost
                item.unit_cost = rounded(average, UNIT_COST)
                self.costed.add(item.pk)
        self.on_hand[move.key] += move.quantity
        self.quantity[item.pk] = after
        self.value[item.pk] = value + cost
        return cost


def move_goods(
    ledger: Ledger, document: Document, kind: ItemEntry.Type, moves: Sequence[Move]
) -> None:
    """Write the item entries of `document` and note their cost in `ledger`. Raises PostingError."""
    if not moves:
        return
    held = Holding.lock(move.item_id for move in moves)
    entries = []
    for move in moves:
        item = held.items[move.item_id]
        _refuse_blocked(document, item)
        if item.type != Item.Type.INVENTORY:
            continue
        cost = held.cost_of(move, ledger.precision)
        _refuse_negative(document, held, move)
        entries.append(_entry(ledger, document, kind, move, cost))
    ItemEntry.objects.bulk_create(entries, 500)
    _save_costs(held)
    _book(ledger, document, kind, entries)


def _refuse_blocked(document: Document, item: Item) -> None:
    if item.blocked:
        raise PostingError(
            "item_blocked", _("Item %(no)s is blocked.") % {"no": item.no}, document.asked_no
        )


def _refuse_negative(document: Document, held: Holding, move: Move) -> None:
    item = held.items[move.item_id]
    own = {Item.PreventNegative.YES: True, Item.PreventNegative.NO: False}
    prevent = own.get(
        Item.PreventNegative(item.prevent_negative), document.company.setting("prevent_negative")
    )
    if prevent and move.quantity < 0 and held.on_hand[move.key] < 0:
        raise PostingError(
            "negative",
            _("You have insufficient quantity of item %(no)s on inventory at %(location)s.")
            % {"no": item.no, "location": Location.objects.get(pk=move.location_id).code},
            document.asked_no,
        )


def _entry(
    ledger: Ledger, document: Document, kind: ItemEntry.Type, move: Move, cost: Decimal
) -> ItemEntry:
    return ItemEntry(
        transaction_no=ledger.transaction_no,
        posting_date=ledger.posting_date,
        document=document,
        line_id=move.line_id,
        type=kind,
        item_id=move.item_id,
        variant_id=move.variant_id,
        location_id=move.location_id,
        quantity=move.quantity,
        cost_amount=cost,
    )


def _save_costs(held: Holding) -> None:
    changed = [(held.items[key].unit_cost, key) for key in sorted(held.costed)]
    if changed:
        with connection.cursor() as cursor:
            cursor.executemany(SAVE_COST, changed)


def _book(
    ledger: Ledger, document: Document, kind: ItemEntry.Type, entries: Sequence[ItemEntry]
) -> None:
    cost = sum((entry.cost_amount for entry in entries), ZERO)
    ledger.add(document, ledger.company.account("inventory"), cost)
    ledger.add(document, ledger.company.account(CONTRA[kind]), -cost)
