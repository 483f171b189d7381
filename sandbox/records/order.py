"""An order with all that hangs on it. Amounts only as given; sums are made in `totals`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sandbox.money import NOTHING, Bag, Currencies
from sandbox.records.address import Address
from sandbox.records.fulfillment import Fulfillment, FulfillmentOrder
from sandbox.records.returned import Return


@dataclass(frozen=True, slots=True)
class Tax:
    """One tax of a line, on its original quantity."""

    title: str
    rate: Decimal  # 0.25 is 25 %
    amount: Bag
    channel_liable: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    gid: str
    title: str
    quantity: int  # as ordered, before edits and refunds
    unit_price: Bag  # before discounts; includes tax where the order says so
    variant_title: str | None = None
    sku: str | None = None
    product_gid: str | None = None
    variant_gid: str | None = None
    vendor: str | None = None
    requires_shipping: bool = True
    taxable: bool = True
    gift_card: bool = False
    attributes: tuple[tuple[str, str], ...] = ()
    discounts: tuple[Bag, ...] = ()  # allocations, on the original quantity
    taxes: tuple[Tax, ...] = ()
    removed: int = 0  # units taken out by an edit
    refunded: int = 0  # units given back
    exchange: bool = False  # came onto the order in exchange for what was sent back

    @property
    def current_quantity(self) -> int:
        return self.quantity - self.removed - self.refunded

    @property
    def name(self) -> str:
        return f"{self.title} - {self.variant_title}" if self.variant_title else self.title


@dataclass(frozen=True, slots=True)
class ShippingLine:
    gid: str
    title: str
    price: Bag  # before discounts
    code: str | None = None
    discounts: tuple[Bag, ...] = ()
    taxes: tuple[Tax, ...] = ()
    refunded: Bag = NOTHING  # without tax unless the order's prices include it


@dataclass(frozen=True, slots=True)
class Transaction:
    gid: str
    kind: str  # AUTHORIZATION, SALE, CAPTURE, REFUND, VOID
    status: str  # SUCCESS, PENDING, FAILURE
    gateway: str
    amount: Bag  # before cash rounding
    processed_at: datetime
    rounding: Bag = NOTHING


@dataclass(frozen=True, slots=True)
class RefundLine:
    gid: str
    line_gid: str
    quantity: int
    subtotal: Bag
    tax: Bag
    restocked: bool = True
    sent: bool = False  # the units had left, so they come back
    location_gid: str | None = None  # where they were put back; None: nowhere, or at several places


@dataclass(frozen=True, slots=True)
class RefundShipping:
    gid: str
    line_gid: str
    title: str
    subtotal: Bag  # without tax
    tax: Bag


@dataclass(frozen=True, slots=True)
class Refund:
    gid: str
    created_at: datetime
    lines: tuple[RefundLine, ...] = ()
    amount: Bag = NOTHING  # paid back
    discrepancy: Bag = NOTHING  # paid back beyond what lines and shipping explain
    note: str | None = None
    shipping: tuple[RefundShipping, ...] = ()
    transactions: tuple[str, ...] = ()  # ids of those that paid back


@dataclass(frozen=True, slots=True)
class PaymentTerms:
    gid: str
    schedule_gid: str
    name: str  # "Net 30"
    kind: str  # PaymentTermsType
    due_at: datetime | None = None
    days: int | None = None


@dataclass(frozen=True, slots=True)
class Order:
    gid: str
    number: int
    name: str
    money: Currencies
    created_at: datetime
    processed_at: datetime
    updated_at: datetime
    lines: tuple[Line, ...]
    taxes_included: bool = False
    tax_exempt: bool = False
    email: str | None = None
    phone: str | None = None
    note: str | None = None
    po_number: str | None = None
    source_name: str = "web"
    tags: tuple[str, ...] = ()
    attributes: tuple[tuple[str, str], ...] = ()
    discount_codes: tuple[str, ...] = ()
    customer_gid: str | None = None
    company_gid: str | None = None
    company_location_gid: str | None = None
    retail_location_gid: str | None = None
    shipping_address: Address | None = None
    billing_address: Address | None = None
    shipping: tuple[ShippingLine, ...] = ()
    tip: Bag = NOTHING
    transactions: tuple[Transaction, ...] = ()
    refunds: tuple[Refund, ...] = ()
    returns: tuple[Return, ...] = ()
    payment_terms: PaymentTerms | None = None
    risk_level: str | None = None  # RiskAssessmentResult
    fulfillment_orders: tuple[FulfillmentOrder, ...] = ()
    fulfillments: tuple[Fulfillment, ...] = ()
    closed_at: datetime | None = None
    cancelled_at: datetime | None = None
    cancel_reason: str | None = None
    edited: bool = False
    test: bool = False

    def line(self, gid: str) -> Line:
        """Return the line with that id. Raises KeyError."""
        for line in self.lines:
            if line.gid == gid:
                return line
        raise KeyError(gid)
