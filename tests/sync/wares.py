"""Items as the mappings see them, for tests of what is sent to Shopify."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from connector.sync.mapping.wares import Trait, Ware, WareVariant

COLOUR, SIZE, CLOTH, FIT = (
    Trait(key, name, "") for key, name in enumerate(("Colour", "Size", "Cloth", "Fit"), start=1)
)


def is_(trait: Trait, value: str) -> Trait:
    return Trait(trait.key, trait.name, value)


def ware(**fields: Any) -> Ware:
    """A shirt, sold by the piece, without variants unless some are given."""
    values: dict[str, Any] = {
        "key": 7,
        "no": "1000",
        "description": "Shirt",
        "base_uom": "PCS",
        "units": {"PCS": Decimal(1)},
        "weight": Decimal("0.25"),
        "itself": WareVariant("", barcodes={"PCS": "7038010000003"}, vendor_item_no="V-1"),
    }
    return Ware(**(values | fields))


def variant(code: str, *traits: Trait, **fields: Any) -> WareVariant:
    return WareVariant(code, key=int(code) if code.isdigit() else 1, traits=traits, **fields)
