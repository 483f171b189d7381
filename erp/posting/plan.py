"""What is to be posted of a document, gathered before anything is written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

from erp.currencies import Currencies
from erp.errors import Refused
from erp.models import Document, DocumentLine, ItemEntry, PartyEntry
from erp.money import ZERO
from erp.posting.ledger import Ledger

if TYPE_CHECKING:
    from erp.posting.buying import Buying


class Asked(NamedTuple):
    """One document of a group, as `post_order` and `post_document` take it."""

    document_id: UUID
    expected_version: int | None = None
    request_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How all documents of a group are posted: the request page of BC's batch reports."""

    today: date
    posting_date: date | None = None  # None: each document's own
    document_date: date | None = None  # None: each document's own
    ship: bool = True  # orders only; receive, on the other side
    invoice: bool = True  # orders only


@dataclass(frozen=True, slots=True)
class Setup:
    """What all documents of a group need, read once."""

    currencies: Currencies
    vat_percentages: dict[str, Decimal]  # of open documents alone: they are computed anew
    payment_terms: dict[str, dict[str, Any]]  # of new document dates alone
    buying: Buying


class Move(NamedTuple):
    """Goods of one document line that go in (+) or out (−), in base units.

    `line_id` is that of the document that was asked for: a shipment's lines are not there yet.
    """

    line_id: int
    item_id: int
    variant_id: int | None
    location_id: int
    quantity: Decimal
    unit_cost: Decimal | None = None  # LCY; None: the average
    value: Decimal | None = None  # LCY, of all that comes in; instead of the unit cost

    @property
    def key(self) -> tuple[int, int | None, int]:
        return self.item_id, self.variant_id, self.location_id


@dataclass(slots=True)
class ItemRow:
    """An `ItemEntry` to be written: its columns, without the cost of a model's instance."""

    transaction_no: int
    posting_date: date
    document_id: UUID
    line_id: int
    type: str
    item_id: int
    variant_id: int | None
    location_id: int
    quantity: Decimal
    cost_amount: Decimal


class Goods(NamedTuple):
    """What a document moves by entries of one type."""

    document: Document  # that the entries name: the shipment of an order, or the receipt
    kind: ItemEntry.Type
    moves: Sequence[Move]


@dataclass(slots=True)
class Posting:
    """One document on its way to the ledgers."""

    asked: Asked
    document: Document  # locked
    lines: Sequence[DocumentLine]  # locked; without comments
    transaction_no: int
    shipment: Document | None = None  # or receipt
    invoice: Document | None = None  # or credit memo
    repeated: bool = False  # an earlier call with the same request posted it
    refusal: Refused | None = None
    # To be written:
    computed: Sequence[DocumentLine] = ()  # lines of the document whose amounts have changed
    sliced: Sequence[DocumentLine] = ()  # order lines with the amounts of the part invoiced now
    goods: Sequence[Goods] = ()
    item_entries: list[ItemRow] = field(default_factory=list)
    party_entry: PartyEntry | None = None
    goods_lcy: Decimal = ZERO  # what the invoice's goods came to, signed as in the G/L
    gl: Ledger | None = None

    @property
    def accepted(self) -> bool:
        return self.refusal is None and not self.repeated

    @property
    def ledger(self) -> Ledger:
        assert self.gl is not None, "the plan of a posting opens its ledger"
        return self.gl

    @property
    def posted(self) -> list[Document]:
        """What gets a number: what is made from an order, or the document itself."""
        made = [document for document in (self.shipment, self.invoice) if document is not None]
        return made or [self.document]

    @property
    def moves(self) -> list[Move]:
        return [move for goods in self.goods for move in goods.moves]
