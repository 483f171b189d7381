"""What is needed to create a document, a customer or an item. Plain values: no models, no shop.

Blank texts mean "not said": the books then fill in what the company, customer or item has.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal
from uuid import UUID


@dataclass(frozen=True, slots=True)
class AddressDraft:
    name: str = ""
    name_2: str = ""
    address: str = ""
    address_2: str = ""
    city: str = ""
    post_code: str = ""
    county: str = ""
    country: str = ""  # ISO 3166-1, two letters
    contact: str = ""
    phone: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True)
class LineDraft:
    """Exactly one of `item_no` (type item) and `account_no` (type account) is set; none in comments."""

    type: Literal["item", "account", "comment"] = "item"
    quantity: Decimal = Decimal(1)  # in `uom`; negative on invoices only
    unit_price: Decimal = Decimal(0)  # document currency; includes VAT when its prices do
    item_no: str = ""
    variant_code: str = ""
    account_no: str = ""
    location_code: str = ""  # blank: the company's default
    uom: str = ""  # blank: the item's base unit
    text: str = ""  # blank: the item's description; cut to 100
    line_discount: Decimal = Decimal(0)  # an amount, for the whole line
    tax: Decimal | None = None  # of the whole line; used where the document's tax is given
    vat_prod: str = ""  # blank: the item's; for an account line the company's default
    # The line no. of the corrected invoice; goods that a customer returns get their old cost back.
    corrects_line: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HeadDraft:
    """What sales and purchase documents may say besides who, what and when."""

    no: str = ""  # blank: from the number series; else this number, which must be free
    bill_to_no: str = ""  # who pays, or is paid
    external_no: str = ""  # at most 35 characters; on purchases the vendor's number
    your_ref: str = ""
    order_date: date | None = None
    due_date: date | None = None  # None: by the payment terms
    posting_date: date | None = None  # None: the document date
    prices_incl_vat: bool = False
    tax_mode: Literal["calculated", "given"] = "calculated"
    vat_bus: str = ""  # VAT business group; blank: of who pays, or of the invoice that is corrected
    invoice_discount: Decimal = Decimal(0)  # includes VAT when the prices do
    sell_to: AddressDraft | None = None  # None: the party's
    ship_to: AddressDraft | None = None
    bill_to: AddressDraft | None = None
    shipment_method: str = ""
    agent: str = ""
    payment_terms: str = ""
    payment_method: str = ""
    corrects_no: str = ""  # of credit memos and return orders: the posted invoice
    notes: str = ""
    created_by: str = ""
    request_id: UUID | None = None  # a repeated one returns the first document
    release: bool = False  # released at once, if it has anything to post


TradeKind = Literal["order", "invoice", "credit_memo", "return_order"]


@dataclass(frozen=True, slots=True)
class SalesDocumentDraft(HeadDraft):
    kind: TradeKind
    customer_no: str
    currency: str  # ISO 4217
    document_date: date
    lines: tuple[LineDraft, ...]

    @property
    def party_no(self) -> str:
        return self.customer_no


@dataclass(frozen=True, slots=True)
class PurchaseDocumentDraft(HeadDraft):
    """Unit prices are what the vendor asks; `ship_to` is where the goods are to come."""

    kind: TradeKind
    vendor_no: str
    currency: str  # ISO 4217
    document_date: date
    lines: tuple[LineDraft, ...]

    @property
    def party_no(self) -> str:
        return self.vendor_no


DocumentDraft = SalesDocumentDraft | PurchaseDocumentDraft


@dataclass(frozen=True, slots=True)
class CustomerDraft:
    name: str
    no: str = ""  # blank: from the number series
    address: AddressDraft = field(
        default_factory=AddressDraft
    )  # its name, e-mail and phone do not count
    email: str = ""
    phone: str = ""
    currency: str = ""
    prices_incl_vat: bool = False
    vat_bus: str = ""  # blank: the company's
    payment_terms: str = ""
    payment_method: str = ""
    shipment_method: str = ""
    price_group: str = ""
    vat_registration_no: str = ""


@dataclass(frozen=True, slots=True)
class ItemDraft:
    no: str  # blank: from the number series
    description: str
    unit_price: Decimal  # LCY
    vat_prod: str = ""  # blank: the company's
    base_uom: str = "PCS"
    type: Literal["inventory", "service", "non_inventory"] = "inventory"
    gtin: str = ""
    variants: tuple[tuple[str, str], ...] = ()  # (code, description)
    units: tuple[tuple[str, Decimal], ...] = ()  # besides the base unit: base units in one
    category: str = ""
    vendor_no: str = ""
    vendor_item_no: str = ""
    tariff_no: str = ""
    country_of_origin: str = ""  # ISO 3166-1, two letters
    price_incl_vat: bool = False
    unit_cost: Decimal = Decimal(0)  # LCY; until goods come in
    reserve: Literal["never", "optional", "always"] = "optional"


@dataclass(frozen=True, slots=True)
class PaidDraft:
    """What a payment settles: an open entry, found by the posted number of its document."""

    document_no: str
    kind: Literal["invoice", "credit_memo", "payment"] = "invoice"
    amount: Decimal | None = None  # above 0; None: as much as is open and the payment gives


@dataclass(frozen=True, slots=True)
class PaymentDraft:
    """Money that a customer or vendor pays or gets back; what settles nothing stays open on it."""

    party_no: str
    amount: Decimal  # above 0, in `currency`
    currency: str  # ISO 4217
    posting_date: date
    party_kind: Literal["customer", "vendor"] = "customer"
    refund: bool = False  # money out to a customer, or in from a vendor
    payment_method: str = ""  # blank: the party's; its balancing account is the bank's
    settles: tuple[PaidDraft, ...] = ()
    external_no: str = ""  # at most 35 characters
    notes: str = ""
    created_by: str = ""
    request_id: UUID | None = None  # a repeated one returns the first payment
