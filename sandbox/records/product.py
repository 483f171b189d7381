"""A product and what of it is sold."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

DEFAULT_TITLE = "Default Title"  # of the only variant of a product without options


@dataclass(frozen=True, slots=True)
class OptionValue:
    gid: str
    name: str


@dataclass(frozen=True, slots=True)
class Option:
    gid: str
    name: str
    values: tuple[OptionValue, ...]


@dataclass(frozen=True, slots=True)
class Variant:
    gid: str
    inventory_item_gid: str
    title: str
    price: Decimal  # in the shop's currency
    options: tuple[tuple[str, str], ...] = ()  # (name, value); none: the product has no options
    sku: str | None = None
    barcode: str | None = None
    compare_at_price: Decimal | None = None
    taxable: bool = True
    requires_shipping: bool = True
    inventory_quantity: int = 0  # may be negative: oversold
    inventory_policy: str = "DENY"
    tracked: bool = True
    unit_cost: Decimal | None = None  # in the shop's currency
    weight: Decimal = Decimal(0)
    weight_unit: str = "KILOGRAMS"
    hs_code: str | None = None
    origin_country: str | None = None
    origin_province: str | None = None
    media_gids: tuple[str, ...] = ()
    created_at: datetime | None = None  # None: as the product
    updated_at: datetime | None = None  # None: as the product
    item_updated_at: datetime | None = None  # of its inventory item; None: as the variant


@dataclass(frozen=True, slots=True)
class Product:
    gid: str
    handle: str
    title: str
    variants: tuple[Variant, ...]
    created_at: datetime
    updated_at: datetime
    description_html: str = ""
    vendor: str = ""
    product_type: str = ""
    tags: tuple[str, ...] = ()
    status: str = "ACTIVE"
    is_gift_card: bool = False
    options: tuple[Option, ...] = ()  # in order; a product without any shows "Title"
    seo_title: str | None = None
    seo_description: str | None = None
    category_gid: str | None = None
    template_suffix: str | None = None
    media_gids: tuple[str, ...] = ()
    published: tuple[tuple[str, datetime], ...] = ()  # (publication, since when)
