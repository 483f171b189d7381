"""Bar codes and vendors' numbers of items: kept, and looked up in a few queries for many at once."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import NamedTuple

from django.db import transaction
from django.utils.translation import gettext as _

from erp.errors import CardError
from erp.models import Company, Item, ItemReference, ItemVariant, Party

LONGEST = 50  # characters of a number


class Known(NamedTuple):
    """One thing that a number stands for."""

    number: str
    item_id: int
    variant_id: int | None
    uom: str  # blank: the unit that is sold
    vendor_id: int | None


class NewReference(NamedTuple):
    item_id: int
    variant_id: int | None
    uom: str
    type: ItemReference.Type
    number: str
    vendor_id: int | None = None


def kept(number: str) -> str:
    """A number as the books keep it; "" when it cannot be one."""
    text = number.strip().upper()
    return text if len(text) <= LONGEST else ""


def barcodes(company: Company, numbers: Collection[str]) -> list[Known]:
    """What these bar codes stand for: GTINs of items and variants, and references; three queries."""
    if not numbers:
        return []
    items = Item.objects.filter(company=company, gtin__in=numbers).values_list("gtin", "pk")
    variants = ItemVariant.objects.filter(item__company=company, gtin__in=numbers)
    found = [Known(number, item, None, "", None) for number, item in items]
    found += [
        Known(number, item, variant, "", None)
        for number, item, variant in variants.values_list("gtin", "item", "pk")
    ]
    return found + _references(company, ItemReference.Type.BARCODE, numbers)


def vendor_numbers(company: Company, numbers: Collection[str]) -> list[Known]:
    """What vendors' numbers stand for: those on item cards, and references; two queries.

    Item cards keep them as they were typed, so `numbers` may name one as it stands and in upper
    case; the answer has it in upper case.
    """
    if not numbers:
        return []
    items = Item.objects.filter(company=company, vendor_item_no__in=numbers)
    rows = items.values_list("vendor_item_no", "pk", "vendor")
    found = [Known(kept(number), item, None, "", vendor) for number, item, vendor in rows]
    return found + _references(company, ItemReference.Type.VENDOR, numbers)


def _references(
    company: Company, type_: ItemReference.Type, numbers: Collection[str]
) -> list[Known]:
    rows = ItemReference.objects.filter(company=company, type=type_, number__in=numbers)
    return [
        Known(*row)
        for row in rows.order_by("pk").values_list("number", "item", "variant", "uom", "vendor")
    ]


@transaction.atomic
def add_references(company: Company, wanted: Iterable[NewReference]) -> list[NewReference]:
    """Write what is not there yet, in two statements; return what was written.

    A number that the item has already, if for another unit, is not written again: it would then
    stand for two things.
    """
    asked = {_but_unit(row): row for row in wanted if row.number}
    if not asked:
        return []
    items = {row.item_id for row in asked.values()}
    rows = ItemReference.objects.filter(company=company, item__in=items)
    there = {
        NewReference(row.item_id, row.variant_id, "", kind, row.number, row.vendor_id)
        for row in rows
        for kind in [ItemReference.Type(row.type)]
    }
    new = [row for key, row in asked.items() if key not in there]
    ItemReference.objects.bulk_create(
        ItemReference(company=company, **row._asdict()) for row in new
    )
    return new


def _but_unit(row: NewReference) -> NewReference:
    return row._replace(uom="")


@transaction.atomic
def put_reference(
    item: Item,
    type_: ItemReference.Type,
    number: str,
    *,
    variant: ItemVariant | None = None,
    uom: str = "",
    vendor: Party | None = None,
) -> None:
    """Give an item one more number. Raises CardError."""
    text = kept(number)
    if not text:
        raise CardError("number", _("Give it a number of at most 50 characters."))
    if variant is not None and variant.item_id != item.pk:
        raise CardError(
            "variant",
            _("Item %(no)s has no variant %(code)s.") % {"no": item.no, "code": variant.code},
        )
    if uom and uom not in {item.base_uom, *item.units}:
        raise CardError(
            "no_uom", _("Item %(no)s has no unit %(uom)s.") % {"no": item.no, "uom": uom}
        )
    if type_ == ItemReference.Type.BARCODE and vendor is not None:
        raise CardError("vendor", _("A bar code belongs to no vendor."))
    row = NewReference(
        item.pk, variant.pk if variant else None, uom, type_, text, vendor.pk if vendor else None
    )
    if not add_references(item.company, [row]):
        raise CardError("exists", _("The item has this number already."))
