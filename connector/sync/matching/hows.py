"""How a variant came to its item: a short mark that is kept, and its words in the reader's language."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

ITEM_NO = "SKU"
VARIANT_CODE = "variant code"
ITEM_AND_VARIANT = "item and variant"
ITEM_AND_VARIANT_REST = "item and variant, rest left aside"
ITEM_WITHOUT_VARIANT = "item, variant unknown"
VENDOR_ITEM_NO = "vendor item no."
SKU_IS_BARCODE = "SKU bar code"
BARCODE = "bar code"
PRODUCT = "product"
VARIANTS = "variants"
BY_HAND = "by hand"
CREATED = "created"
MADE = "made"
AS_VARIANT = "added as variant"
UNIT = " @ "  # stands before the unit that a number is for

WORDS: dict[str, Promise] = {
    ITEM_NO: gettext_lazy("SKU is the item number"),
    VARIANT_CODE: gettext_lazy("SKU is the variant code"),
    ITEM_AND_VARIANT: gettext_lazy("SKU is item number and variant code"),
    ITEM_AND_VARIANT_REST: gettext_lazy(
        "SKU begins with item number and variant code; the rest was left aside"
    ),
    ITEM_WITHOUT_VARIANT: gettext_lazy(
        "SKU begins with the item number; the item has no such variant"
    ),
    VENDOR_ITEM_NO: gettext_lazy("SKU is the vendor's item number"),
    SKU_IS_BARCODE: gettext_lazy("SKU is the bar code"),
    BARCODE: gettext_lazy("Bar code"),
    PRODUCT: gettext_lazy("As the product"),
    VARIANTS: gettext_lazy("As all its variants"),
    BY_HAND: gettext_lazy("By hand"),
    CREATED: gettext_lazy("The item was created for it"),
    MADE: gettext_lazy("It was made of the item"),
    AS_VARIANT: gettext_lazy("The item was added as a variant"),
}
WARNINGS = {ITEM_AND_VARIANT_REST, ITEM_WITHOUT_VARIANT}  # right, but somebody should look


def of_unit(how: str, uom: str) -> str:
    return f"{how}{UNIT}{uom}" if uom else how


def words(how: str) -> str:
    """What is shown of the mark; marks of customers and companies are words already."""
    mark, _sign, uom = how.partition(UNIT)
    text = str(WORDS.get(mark, mark))
    return _("%(how)s, of unit %(uom)s") % {"how": text, "uom": uom} if uom else text
