"""What buying adds to a posting: what goods cost, and the account between receipt and invoice.

A receipt puts goods into inventory at the net price of their order and owes it to "goods received,
not invoiced". The invoice takes from there just what the pieces it invoices were received for;
where it asks for more or less, by another price, rate or a cent, the rest goes to inventory
adjustments. So that account holds nothing of what is received and invoiced.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from erp import vat
from erp.models import Document, DocumentLine, Item, ItemEntry
from erp.money import ZERO, part, rounded
from erp.posting.plan import Posting


class Received(NamedTuple):
    """Goods of one order line, both without sign: base units and LCY."""

    quantity: Decimal
    value: Decimal


@dataclass(frozen=True, slots=True)
class Buying:
    """What purchases among the documents need, read once; empty where there are none."""

    stocked: frozenset[int]  # items that are kept in stock
    reverse: Mapping[str, Decimal]  # percentages by VAT code
    received: Mapping[int, list[Received]]  # by order line, in the order they came

    @classmethod
    def of(cls, postings: Iterable[Posting]) -> Buying:
        bought = [one for one in postings if one.document.side == Document.Side.PURCHASE]
        if not bought:
            return cls(frozenset(), {}, {})
        lines = [line for posting in bought for line in posting.lines]
        items = {line.item_id for line in lines if line.item_id}
        stocked = Item.objects.filter(pk__in=items, type=Item.Type.INVENTORY)
        orders = [line.pk for line in lines if line.qty_shipped]
        return cls(
            frozenset(stocked.values_list("pk", flat=True)),
            vat.reverse_percentages(bought[0].document.company),
            _received(orders) if orders else {},
        )

    def account(self, document: Document, line: DocumentLine) -> str:
        """Where a line is booked; blank for goods."""
        if line.account or document.side == Document.Side.SALE or line.item_id in self.stocked:
            return line.account
        return document.company.account("purchases")

    def settle(self, posting: Posting) -> None:
        """Balance the account of goods received once it is known what they cost."""
        document = posting.document
        if document.side != Document.Side.PURCHASE or posting.party_entry is None:
            return
        taken = self._of_order(posting) if document.is_order else _of_document(posting)
        rest = posting.goods_lcy + document.sign * taken
        company, invoice = document.company, posting.posted[-1]
        posting.ledger.add(invoice, company.account("accrual"), -rest)
        posting.ledger.add(invoice, company.account("inventory_adj"), rest)

    def _of_order(self, posting: Posting) -> Decimal:
        """What the pieces that are invoiced now were received for, now or before."""
        moved: dict[int | None, list[Received]] = defaultdict(list)
        for entry in posting.item_entries:
            moved[entry.line_id].append(_without_sign(entry.quantity, entry.cost_amount))
        taken, precision = ZERO, posting.ledger.precision
        for line in posting.lines:
            if line.item_id in self.stocked:
                came = [*self.received.get(line.pk, []), *moved[line.pk]]
                before = line.qty_invoiced * line.qty_per_uom
                after = before + line.qty_to_invoice * line.qty_per_uom
                taken += _value_of(came, after, precision) - _value_of(came, before, precision)
        return taken


def receipt_value(order: Document, line: DocumentLine, precision: Decimal) -> Decimal:
    """What the pieces of `line` that come now are worth in LCY: the order's net price."""
    worth = rounded(line.amount * order.rate, precision)
    return part(
        worth, line.quantity, (line.qty_shipped, line.qty_shipped + line.qty_to_ship), precision
    )


def _of_document(posting: Posting) -> Decimal:
    """What all goods of a document that is posted in place were worth."""
    worth = sum((entry.cost_amount for entry in posting.item_entries), ZERO)
    return -posting.document.sign * worth


def _received(order_lines: Sequence[int]) -> dict[int, list[Received]]:
    entries = ItemEntry.objects.filter(line__source_line__in=order_lines).order_by("pk")
    found: dict[int, list[Received]] = defaultdict(list)
    for line, quantity, cost in entries.values_list("line__source_line", "quantity", "cost_amount"):
        assert line is not None
        found[line].append(_without_sign(quantity, cost))
    return found


def _without_sign(quantity: Decimal, cost: Decimal) -> Received:
    return Received(quantity, cost) if quantity > 0 else Received(-quantity, -cost)


def _value_of(came: Iterable[Received], quantity: Decimal, precision: Decimal) -> Decimal:
    """The value of the first pieces, to the cent whatever comes after them."""
    value, left = ZERO, quantity
    for one in came:
        if left < one.quantity:
            return value + rounded(one.value * left / one.quantity, precision)
        value += one.value
        left -= one.quantity
    return value
