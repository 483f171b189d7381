"""What the books know of an item that is sold in a shop, and what the shop decides. Values only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

Owner = Literal["books", "shopify"]
ONE = Decimal(1)

PRODUCT_FIELDS = ("title", "description_html", "vendor", "product_type", "status")
VARIANT_FIELDS = (
    *("sku", "barcode", "weight", "hs_code", "country_of_origin"),
    *("inventory_policy", "tracked"),
)
# What Shopify keeps after the product is made, unless the shop's rules say otherwise: a merchant
# who lets one product be oversold is not overruled by every run. Source: BC's documentation of
# "Inventory tracked", not its code.
SHOPIFYS = frozenset({"inventory_policy", "tracked"})


@dataclass(frozen=True, slots=True)
class Trait:
    """One attribute of an item or variant, in the language of the shop."""

    key: int  # of the attribute, whatever it is called
    name: str
    value: str  # a number with its unit


@dataclass(frozen=True, slots=True)
class WareVariant:
    """One variant of an item; of an item without variants the item itself, with a blank code."""

    code: str
    key: int | None = None  # its row in the books
    description: str = ""
    blocked: bool = False
    barcodes: Mapping[str, str] = field(default_factory=dict)  # unit → bar code; "": of any unit
    vendor_item_no: str = ""
    traits: tuple[Trait, ...] = ()


@dataclass(frozen=True, slots=True)
class Ware:
    """One item. Texts are chosen for the language and day; HTML in them is as it was written."""

    key: int
    no: str
    description: str
    title: str = ""  # its name in the language of the shop; blank: the description
    blocked: bool = False
    sales_blocked: bool = False
    vendor: str = ""
    category: str = ""  # its description, else its code
    base_uom: str = ""
    sales_uom: str = ""  # blank: the base unit
    units: Mapping[str, Decimal] = field(default_factory=dict)  # base units in one; all of them
    weight: Decimal = Decimal(0)  # gross, kg, of one base unit
    hs_code: str = ""
    country_of_origin: str = ""  # ISO, two letters
    extended_texts: tuple[str, ...] = ()  # joined to HTML
    marketing_texts: tuple[str, ...] = ()
    itself: WareVariant = field(default_factory=lambda: WareVariant(""))
    variants: tuple[WareVariant, ...] = ()

    def units_in(self, uom: str) -> Decimal:
        """How many base units are in one of `uom`; blank is the unit it is sold in."""
        return self.units.get(uom or self.sales_uom or self.base_uom, ONE)


@dataclass(frozen=True, slots=True)
class FieldRule:
    owner: Owner
    clear: bool = False  # whether what is empty in the books empties it in Shopify


@dataclass(frozen=True, slots=True)
class ShopRules:
    """What one shop decides about its products."""

    sku_mapping: str = (
        "item_no"  # "", item_no, variant_code, item_and_variant, vendor_item_no, barcode
    )
    sku_separator: str = "|"
    extended_text: bool = False
    marketing_text: bool = False
    attributes: bool = False
    attributes_heading: str = "Item Attributes"  # in the language of the shop
    hs_code_and_country: bool = True
    uom_as_variant: bool = False
    option_name_for_uom: str = "Unit of Measure"
    option_attributes: tuple[int, ...] = ()  # keys of the attributes that are options, in order
    created_status: str = "ACTIVE"
    blocked_action: str = ""  # "", ARCHIVED, DRAFT
    restore: bool = False  # whether a product gets its status back with its item
    tracked: bool = True
    inventory_policy: str = "CONTINUE"
    weight_unit: str = "KILOGRAMS"
    fields: Mapping[str, FieldRule] = field(default_factory=dict)

    def rule(self, name: str) -> FieldRule:
        default: Owner = "shopify" if name in SHOPIFYS else "books"
        return self.fields.get(name, FieldRule(default))


@dataclass(frozen=True, slots=True)
class Pricing:
    """What one variant costs, in the shop's currency; None leaves Shopify's alone."""

    price: Decimal | None = None
    compare_at: Decimal | None = None  # before a reduction; counts only above the price
    cost: Decimal | None = None


Stands = tuple[
    int, int | None, str
]  # item, item variant (keys), unit; blank: the one it is sold in


@dataclass(frozen=True, slots=True)
class WantedVariant:
    stands_for: Stands
    options: tuple[str, ...]  # values, in the order of the product's options
    values: Mapping[str, object]  # of VARIANT_FIELDS; None: nothing to say
    weight_unit: str = "KILOGRAMS"


@dataclass(frozen=True, slots=True)
class WantedProduct:
    values: Mapping[str, str | None]  # of PRODUCT_FIELDS; None: nothing to say
    options: tuple[str, ...]  # names; none: it comes in one kind only
    variants: tuple[WantedVariant, ...]
