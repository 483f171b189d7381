"""What a refund's document is made of besides the refund: what was sold, and the shop's decisions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from zoneinfo import ZoneInfo

from connector.shopify.nodes.order import MoneyBag
from connector.sync.mapping.terms import Accounts, DocumentTerms
from erp.drafts import LineDraft


@dataclass(frozen=True, slots=True)
class SoldLine:
    """A line of a posted invoice; exactly one of `item_no` and `account` is set."""

    invoice: str  # its posted number
    line_no: int
    left: Decimal  # pieces that nothing credits yet
    item_no: str = ""
    variant_code: str = ""
    uom: str = ""
    account: str = ""
    location_code: str = ""
    vat_prod: str = ""


@dataclass(frozen=True, slots=True)
class Sold:
    """What the books made of the order."""

    document: str  # number of its sales document
    customer_no: str
    bill_to_no: str
    currency: str
    presentment: bool  # whether the document counts in the buyer's currency
    invoices: tuple[str, ...]  # posted numbers, oldest first
    lines: Mapping[str, Sequence[SoldLine]]  # by id of the order's line or shipping line
    not_invoiced: frozenset[str] = frozenset()  # ids of lines that are on the document alone

    def pick(self, bag: MoneyBag) -> Decimal:
        """The amount in the document's currency."""
        return bag.presentment if self.presentment else bag.shop


@dataclass(frozen=True, slots=True)
class RefundTerms:
    """One shop's decisions."""

    shop_code: str
    zone: ZoneInfo  # in which a moment becomes a day
    accounts: Accounts
    return_location: str = ""  # blank: none is chosen
    locations: Mapping[str, str] = field(default_factory=dict)  # location gid → the books' code
    original_first: bool = False  # where Shopify restocked it goes before the return location
    return_orders: bool = False  # a refund becomes a return order
    exchange: DocumentTerms | None = None  # for what was taken in exchange; None: nothing was
    order_no_line: bool = False
    tax_groups: Mapping[Decimal, str] = field(default_factory=dict)  # percent → VAT product group
    precision: Decimal = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Part:
    """A line of the refund's document, and what it corrects."""

    draft: LineDraft
    total: Decimal  # with tax
    sold: Sequence[SoldLine] = ()
    missing: str = ""  # what has to be mapped before this line can be made
    exchange_gid: str = ""  # the order's line, where it was taken in exchange
