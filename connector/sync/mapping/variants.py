"""What is wanted of each variant of a product: SKU, bar code, weight, customs, stock rules. Pure."""

from __future__ import annotations

from decimal import Decimal

from connector.sync.mapping.options import Kind
from connector.sync.mapping.wares import ShopRules, WantedVariant, Ware, WareVariant

LONGEST = 255  # characters of a SKU or a bar code
GRAMS_IN = {
    "GRAMS": Decimal(1),
    "KILOGRAMS": Decimal(1000),
    "OUNCES": Decimal("28.349523125"),
    "POUNDS": Decimal("453.59237"),
}
_PLACES = Decimal("0.0001")


def wanted_variant(ware: Ware, kind: Kind, rules: ShopRules) -> WantedVariant:
    code = barcode(ware, kind.variant, kind.uom)
    customs = rules.hs_code_and_country
    return WantedVariant(
        stands_for=(ware.key, kind.variant.key, kind.uom),
        options=kind.values,
        values={
            "sku": sku(ware, kind, rules),
            "barcode": code,
            "weight": weight(ware, kind.uom, rules.weight_unit),
            "hs_code": ware.hs_code.strip() if customs else None,
            "country_of_origin": ware.country_of_origin.strip().upper() if customs else None,
            "inventory_policy": rules.inventory_policy,
            "tracked": rules.tracked,
        },
        weight_unit=rules.weight_unit,
    )


def sku(ware: Ware, kind: Kind, rules: ShopRules) -> str | None:
    """By the shop's SKU mapping; None where SKUs are none of the books' business.

    Creating and changing resolve it alike. Source: BC's five mappings.
    """
    code = kind.variant.code
    both = f"{ware.no}{rules.sku_separator}{code}" if code else ware.no
    found = {
        "item_no": ware.no,
        "variant_code": code,
        "item_and_variant": both,
        "vendor_item_no": kind.variant.vendor_item_no or ware.itself.vendor_item_no,
        "barcode": barcode(ware, kind.variant, kind.uom),
    }.get(rules.sku_mapping)
    return None if found is None else found.strip()[:LONGEST]


def barcode(ware: Ware, variant: WareVariant, uom: str) -> str:
    """Of this unit, else of any; of a unit that is a variant only its own, for a box is no piece."""
    own = variant.barcodes.get(uom or ware.sales_uom or ware.base_uom, "")
    of_any = "" if uom and uom != ware.base_uom else variant.barcodes.get("", "")
    return (own or of_any).strip()[:LONGEST]


def weight(ware: Ware, uom: str, unit: str) -> Decimal:
    """Gross, of one of `uom`, in the shop's unit of weight."""
    grams = ware.weight * GRAMS_IN["KILOGRAMS"] * ware.units_in(uom)
    return (grams / GRAMS_IN[unit]).quantize(_PLACES).normalize() + 0
