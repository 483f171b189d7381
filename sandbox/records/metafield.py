"""A value somebody hung onto a record, and the definition of such values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Metafield:
    gid: str
    owner_gid: str
    namespace: str
    key: str
    type: str
    value: str
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class MetafieldDefinition:
    gid: str
    owner_type: str  # PRODUCT, PRODUCTVARIANT, …
    namespace: str
    key: str
    name: str
    type: str
    description: str | None = None
    pinned: int | None = None


# Which owner type the type in an id is.
OWNER_TYPES = {
    "Product": "PRODUCT",
    "ProductVariant": "PRODUCTVARIANT",
    "Customer": "CUSTOMER",
    "Company": "COMPANY",
    "CompanyLocation": "COMPANY_LOCATION",
    "Order": "ORDER",
    "Collection": "COLLECTION",
    "Location": "LOCATION",
    "Shop": "SHOP",
}
