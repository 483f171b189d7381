"""A product and what of it is sold."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Variant:
    gid: str
    inventory_item_gid: str
    title: str
    price: Decimal  # in the shop's currency
    options: tuple[tuple[str, str], ...] = ()  # (name, value)
    sku: str | None = None
    barcode: str | None = None
    compare_at_price: Decimal | None = None
    taxable: bool = True
    requires_shipping: bool = True
    inventory_quantity: int = 0  # may be negative: oversold


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
