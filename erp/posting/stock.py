"""Moving goods: item entries with their cost, and what that does to inventory.

Costs follow a moving average over all variants and locations of an item. An issue that empties
the item takes all the value that is left, so that no cent stays behind. A receipt while less than
nothing is on hand sets the average to its own cost: what was sold before it came is not costed
anew.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from django.utils.translation import gettext as _

from erp.errors import PostingError
from erp.models import Company, Document, Item, ItemEntry, Location, Stock
from erp.money import UNIT_COST, ZERO, rounded
from erp.posting.ledger import Ledger
from erp.posting.plan import Goods, ItemRow, Move, Posting

# The role of the account that stands against inventory, by type of entry.
CONTRA = {
    ItemEntry.Type.SALE: "cogs",
    ItemEntry.Type.PURCHASE: "accrual",
    ItemEntry.Type.POSITIVE: "inventory_adj",
    ItemEntry.Type.NEGATIVE: "inventory_adj",
}


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
        held = cls({}, defaultdict(Decimal), defaultdict(Decimal), defaultdict(Decimal))
        ids = set(item_ids)
        if not ids:
            return held
        items = Item.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk")
        held.items = {
            item.pk: item
            for item in items.only("no", "type", "unit_cost", "blocked", "prevent_negative")
        }
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

    def move(self, posting: Posting) -> None:
        """Note the item entries of a posting and their cost. Raises Refused, then nothing moved."""
        self._refuse(posting)
        accounts = [_accounts(posting.document.company, goods.kind) for goods in posting.goods]
        for goods, (inventory, contra) in zip(posting.goods, accounts, strict=True):
            entries = [
                _entry(posting.ledger, goods, move, self._cost(move, posting.ledger.precision))
                for move in goods.moves
                if self.items[move.item_id].type == Item.Type.INVENTORY
            ]
            cost = sum((entry.cost_amount for entry in entries), ZERO)
            posting.ledger.add(goods.document, inventory, cost)
            posting.ledger.add(goods.document, contra, -cost)
            posting.item_entries += entries

    def changed(self) -> list[Item]:
        """Items whose average cost is to be saved."""
        return [self.items[key] for key in sorted(self.costed)]

    def _refuse(self, posting: Posting) -> None:
        """Refuse blocked items, and what would leave less than nothing where that is prevented."""
        document = posting.document
        after: dict[tuple[int, int | None, int], Decimal] = {}
        for move in posting.moves:
            item = self.items[move.item_id]
            if item.blocked:
                raise PostingError(
                    "item_blocked", _("Item %(no)s is blocked.") % {"no": item.no}, document.no
                )
            if item.type != Item.Type.INVENTORY:
                continue
            after[move.key] = after.get(move.key, self.on_hand[move.key]) + move.quantity
            if move.quantity < 0 and after[move.key] < 0 and _prevented(document.company, item):
                raise _insufficient(document, item, move)

    def _cost(self, move: Move, precision: Decimal) -> Decimal:
        """The value that goes in or out with `move`; what is held follows."""
        item = self.items[move.item_id]
        before, value = self.quantity[item.pk], self.value[item.pk]
        after = before + move.quantity
        if move.quantity < 0:
            emptied = after == 0
            cost = -value if emptied else rounded(move.quantity * item.unit_cost, precision)
        else:
            cost = _worth(move, item, precision)
            if after > 0:
                average = (value + cost) / after if before >= 0 else _unit_cost(move, item)
                item.unit_cost = rounded(average, UNIT_COST)
                self.costed.add(item.pk)
        self.on_hand[move.key] += move.quantity
        self.quantity[item.pk] = after
        self.value[item.pk] = value + cost
        return cost


def _worth(move: Move, item: Item, precision: Decimal) -> Decimal:
    """What comes in is worth."""
    if move.value is not None:
        return move.value
    return rounded(move.quantity * _unit_cost(move, item), precision)


def _unit_cost(move: Move, item: Item) -> Decimal:
    if move.value is not None and move.quantity:
        return move.value / move.quantity
    return item.unit_cost if move.unit_cost is None else move.unit_cost


def _accounts(company: Company, kind: ItemEntry.Type) -> tuple[str, str]:
    return company.account("inventory"), company.account(CONTRA[kind])


def _prevented(company: Company, item: Item) -> bool:
    if item.prevent_negative == Item.PreventNegative.DEFAULT:
        return bool(company.setting("prevent_negative"))
    return item.prevent_negative == Item.PreventNegative.YES


def _insufficient(document: Document, item: Item, move: Move) -> PostingError:
    return PostingError(
        "negative",
        _("You have insufficient quantity of item %(no)s on inventory at %(location)s.")
        % {"no": item.no, "location": Location.objects.get(pk=move.location_id).code},
        document.no,
    )


def _entry(ledger: Ledger, goods: Goods, move: Move, cost: Decimal) -> ItemRow:
    return ItemRow(
        transaction_no=ledger.transaction_no,
        posting_date=ledger.posting_date,
        document_id=goods.document.pk,
        line_id=move.line_id,
        type=goods.kind,
        item_id=move.item_id,
        variant_id=move.variant_id,
        location_id=move.location_id,
        quantity=move.quantity,
        cost_amount=cost,
    )
