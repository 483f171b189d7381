"""What a shop decides about its sales documents, and what its records are mapped to. Values only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal
from zoneinfo import ZoneInfo

from connector.shopify.nodes.order import MoneyBag, OrderNode
from connector.sync.mapping.tax_areas import TaxAreas


@dataclass(frozen=True, slots=True)
class ItemRef:
    item_no: str
    variant_code: str = ""
    units: frozenset[str] = frozenset()  # that the item can be sold in, the base unit among them
    sales_unit: str = ""  # blank: the base unit


@dataclass(frozen=True, slots=True)
class Accounts:
    """Account numbers; "" where the shop has not chosen one."""

    shipping: str = ""
    gift_card: str = ""
    tip: str = ""
    cash_rounding: str = ""
    custom_line: str = ""
    fees: str = ""
    refund: str = ""  # of cancelled goods, and of what nothing else explains
    not_restocked: str = ""  # of goods that do not come back


@dataclass(frozen=True, slots=True)
class ShippingTerms:
    """What one way of shipping is in the books; "" where the shop has not chosen."""

    shipment_method: str = ""
    agent: str = ""
    account: str = ""  # of its charges; blank, with a blank item: the shop's account
    item: ItemRef | None = None


@dataclass(frozen=True, slots=True)
class DocumentTerms:
    """One shop's decisions, gathered once a batch."""

    shop_code: str
    zone: ZoneInfo  # in which a moment becomes a day
    accounts: Accounts
    items: Mapping[str, ItemRef]  # variant gid → item
    customers: Mapping[str, str]  # order gid → customer no.
    not_mapped: Mapping[str, str]  # order gid → why it has no customer
    payers: Mapping[str, str] = field(default_factory=dict)  # order gid → no.; else the card's
    shipping: Mapping[str, ShippingTerms] = field(default_factory=dict)  # by the charge's title
    presentment: bool = False  # amounts the buyer saw instead of the shop's
    tax_mode: Literal["given", "calculated"] = "given"
    tax_groups: Mapping[Decimal, str] = field(default_factory=dict)  # percent → VAT product group
    tax_areas: TaxAreas = field(default_factory=TaxAreas)
    # VAT business group → the same; of those that tax areas name
    area_tax_groups: Mapping[str, Mapping[Decimal, str]] = field(default_factory=dict)
    vat_bus: str = ""  # of the documents; "": the customers' own
    precision: Decimal = Decimal("0.01")  # smallest amount of the document's currency
    tolerance: Decimal = Decimal(0)  # in document currency
    location_code: str = ""  # of what no location of Shopify decides
    locations: Mapping[str, str] = field(default_factory=dict)  # location gid → the books' code
    unit_option: int = 0  # which option of a variant, from 1, is its unit of measure; 0: none
    create_invoices: bool = True
    release: bool = True
    use_shopify_order_no: bool = False
    order_no_line: bool = False
    block_test: bool = True
    block_high_risk: bool = True

    def of_area(self, order: OrderNode) -> DocumentTerms:
        """The same, with the groups of the order's tax area where it has one."""
        group = self.tax_areas.group(order)
        if not group:
            return self
        return replace(self, vat_bus=group, tax_groups=self.area_tax_groups.get(group, {}))

    def pick(self, bag: MoneyBag) -> Decimal:
        """The amount in the document's currency."""
        return bag.presentment if self.presentment else bag.shop

    def rounded(self, amount: Decimal) -> Decimal:
        """To the currency's precision, halves away from zero."""
        units = (amount / self.precision).quantize(Decimal(1), ROUND_HALF_UP)
        return units * self.precision
