"""What somebody wants ordered, before Shopify has made an order of it.

All four ways in (plain JSON, order export, Online Retail, our demo) end in an `OrderDraft`.
Amounts are in the shop's currency.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal


class Rejected(Exception):
    """One order cannot be taken; the message is the reason, for a person."""


@dataclass(frozen=True, slots=True)
class DraftTax:
    title: str
    rate: Decimal  # 0.25 is 25 %
    amount: Decimal | None = None  # as given; else reckoned from the rate


@dataclass(frozen=True, slots=True)
class DraftLine:
    title: str
    quantity: int
    price: Decimal
    sku: str | None = None
    variant_title: str | None = None
    vendor: str | None = None
    discount: Decimal = Decimal(0)  # on the whole line
    requires_shipping: bool = True
    taxable: bool = True
    gift_card: bool = False
    custom: bool = False  # a line without product, whatever its SKU
    attributes: tuple[tuple[str, str], ...] = ()
    taxes: tuple[DraftTax, ...] | None = None  # None: the order's
    location: str | None = None  # name of the place it ships from
    removed: int = 0
    refunded: int = 0


@dataclass(frozen=True, slots=True)
class DraftShipping:
    title: str
    price: Decimal
    code: str | None = None
    discount: Decimal = Decimal(0)
    taxes: tuple[DraftTax, ...] | None = None
    refunded: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class DraftPayment:
    gateway: str = "shopify_payments"
    kind: str = "SALE"
    status: str = "SUCCESS"
    amount: Decimal | None = None  # None: what is left to pay
    rounding: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class DraftTerms:
    name: str = "Net 30"
    kind: str = "NET"
    days: int | None = 30


@dataclass(frozen=True, slots=True)
class DraftAddress:
    first_name: str | None = None
    last_name: str | None = None
    company: str | None = None
    address1: str | None = None
    address2: str | None = None
    zip: str | None = None
    city: str | None = None
    province: str | None = None
    province_code: str | None = None
    country: str | None = None
    country_code: str | None = None
    phone: str | None = None


@dataclass(frozen=True, slots=True)
class OrderDraft:
    lines: tuple[DraftLine, ...]
    name: str | None = None  # None: the next number
    created_at: datetime | None = None  # None: now
    updated_at: datetime | None = None  # None: as created
    currency: str | None = None  # presentment; None: the shop's
    taxes_included: bool | None = None  # None: the shop's
    taxes: tuple[DraftTax, ...] = ()
    tax_exempt: bool = False
    email: str | None = None
    phone: str | None = None
    note: str | None = None
    po_number: str | None = None
    source_name: str = "web"
    tags: tuple[str, ...] = ()
    attributes: tuple[tuple[str, str], ...] = ()
    discount_code: str | None = None
    discount: Decimal = Decimal(0)  # on all lines together
    shipping: tuple[DraftShipping, ...] = ()
    shipping_address: DraftAddress | None = None
    billing_address: DraftAddress | None = None
    customer_gid: str | None = None
    company_gid: str | None = None
    retail_location: str | None = None
    payments: tuple[DraftPayment, ...] = (DraftPayment(),)
    tip: Decimal = Decimal(0)
    terms: DraftTerms | None = None
    risk_level: str | None = None
    refund_discrepancy: Decimal = Decimal(0)  # paid back for no line
    fulfilled: bool | tuple[int, ...] = False  # all, or units of each line
    cancelled_at: datetime | None = None
    cancel_reason: str | None = None
    closed: bool = False
    test: bool = False
