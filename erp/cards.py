"""Changing and deleting the cards of customers, vendors and items.

What an item's entries were counted in stays: with entries, or on a document, it keeps its type and
its base unit, and cannot be deleted.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Model, ProtectedError
from django.utils.translation import gettext as _

from erp.errors import CardError
from erp.models import Company, DocumentLine, Item, ItemEntry, ItemVariant, Lookup, Party, Price

Row = TypeVar("Row", bound=Model)
Kind = Lookup.Kind
ITEM_FIELDS = frozenset(
    {
        *("description", "type", "base_uom", "units", "sales_uom", "category", "gtin"),
        *("vendor_item_no", "vat_prod", "unit_price", "price_incl_vat", "unit_volume"),
        *("unit_weight", "blocked", "sales_blocked", "reserve", "prevent_negative"),
        *("vendor", "tariff_no", "country_of_origin"),
    }
)
VARIANT_FIELDS = frozenset({"description", "gtin", "blocked"})
PARTY_FIELDS = frozenset(
    {
        *("name", "name_2", "address", "address_2", "city", "post_code", "county", "country"),
        *("contact", "email", "phone", "vat_registration_no", "currency", "vat_bus"),
        *("prices_incl_vat", "price_group", "payment_terms", "payment_method"),
        *("shipment_method", "reserve", "salesperson", "blocked", "bill_to"),
    }
)
# Fields that name a row of a small list.
LISTED = {
    "category": Kind.CATEGORY,
    "payment_terms": Kind.PAYMENT_TERMS,
    "payment_method": Kind.PAYMENT_METHOD,
    "shipment_method": Kind.SHIPMENT_METHOD,
    "salesperson": Kind.SALESPERSON,
    "price_group": Kind.PRICE_GROUP,
    "currency": Kind.CURRENCY,
}
VENDOR = Party.Kind.VENDOR
VAT_GROUPS = {"vat_bus": 0, "vat_prod": 1}  # the half of the VAT rates' codes that has them


@transaction.atomic
def change_item(item: Item, **changes: Any) -> Item:
    """Change fields of an item, all or none. Raises CardError (I19)."""
    row = Item.objects.select_for_update().select_related("company").get(pk=item.pk)
    _refuse_unknown(ITEM_FIELDS, changes)
    _refuse_unlisted(row.company, changes)
    vendor = changes.get("vendor")
    if vendor is not None and (vendor.kind, vendor.company_id) != (VENDOR, row.company_id):
        raise CardError("vendor", _("%(no)s is no vendor of these books.") % {"no": vendor})
    fixed = [
        name
        for name in ("type", "base_uom")
        if changes.get(name, getattr(row, name)) != getattr(row, name)
    ]
    if fixed and (moved := _moved(row)):
        raise CardError(
            "has_entries",
            _("Item %(no)s stands on %(where)s: its type and base unit cannot change.")
            % {"no": row.no, "where": moved},
        )
    if "units" in changes:
        changes["units"] = _units(changes.get("base_uom", row.base_uom), changes["units"])
    changed = _changed(row, changes)
    if changed.sales_uom and changed.sales_uom not in {changed.base_uom, *changed.units}:
        raise CardError(
            "no_uom",
            _("Item %(no)s has no unit %(uom)s.") % {"no": row.no, "uom": changed.sales_uom},
        )
    changed.save(update_fields=list(changes))
    return changed


@transaction.atomic
def delete_item(item: Item) -> None:
    """Delete an item with its variants and prices. Raises CardError when it is used (I19)."""
    row = Item.objects.select_for_update().get(pk=item.pk)
    if moved := _moved(row):
        raise CardError(
            "has_entries",
            _("Item %(no)s stands on %(where)s and cannot be deleted. Block it instead.")
            % {"no": row.no, "where": moved},
        )
    Price.objects.filter(item=row).delete()
    _delete(row, row.variants.all())


@transaction.atomic
def put_variant(item: Item, code: str, **changes: Any) -> ItemVariant:
    """Create a variant of an item or change the one with this code. Raises CardError."""
    kept = code.strip().upper()
    _refuse_unknown(VARIANT_FIELDS, changes)
    if not kept:
        raise CardError("no_code", _("Give it a code."))
    found = ItemVariant.objects.filter(item=item, code=kept).first()
    row = _changed(found or ItemVariant(item=item, code=kept), {"code": kept} | changes)
    row.save()
    return row


@transaction.atomic
def delete_variant(variant: ItemVariant) -> None:
    """Raises CardError when it is used."""
    Price.objects.filter(variant=variant).delete()
    _delete(variant)


@transaction.atomic
def change_party(party: Party, **changes: Any) -> Party:
    """Change fields of a customer or vendor, all or none. Raises CardError."""
    row = Party.objects.select_for_update(of=("self",)).select_related("company").get(pk=party.pk)
    _refuse_unknown(PARTY_FIELDS, changes)
    _refuse_unlisted(row.company, changes)
    payer = changes.get("bill_to")
    if payer is not None and (payer.kind, payer.company_id) != (row.kind, row.company_id):
        raise CardError(
            "bill_to", _("%(no)s cannot pay for %(other)s.") % {"no": payer, "other": row}
        )
    changed = _changed(row, changes)
    changed.save(update_fields=list(changes))
    return changed


@transaction.atomic
def delete_party(party: Party) -> None:
    """Raises CardError when there are documents or entries of it."""
    _delete(party)


def _moved(item: Item) -> str:
    """A document that names the item; blank when none does."""
    entry = ItemEntry.objects.filter(item=item).select_related("document").first()
    line = entry or DocumentLine.objects.filter(item=item).select_related("document").first()
    return str(line.document) if line else ""


def _delete(row: Model, *before: Any) -> None:
    try:
        for rows in before:
            rows.delete()
        row.delete()
    except ProtectedError as error:
        user = next(iter(error.protected_objects))
        raise CardError(
            "used",
            _("%(code)s is used by %(user)s and cannot be deleted.")
            % {"code": row, "user": user._meta.verbose_name},
        ) from None


def _changed(row: Row, changes: Mapping[str, Any]) -> Row:
    """Set the fields and let Django check each. Raises CardError with the first sentence."""
    for name, value in changes.items():
        setattr(row, name, value)
    others = [field.name for field in row._meta.concrete_fields if field.name not in changes]
    try:
        row.clean_fields(exclude=others)
    except ValidationError as error:
        name, sentences = next(iter(error.message_dict.items()))
        raise CardError(name, f"{name}: {' '.join(sentences)}") from None
    return row


def _refuse_unknown(fields: frozenset[str], changes: Mapping[str, Any]) -> None:
    if unknown := sorted(changes.keys() - fields):
        raise CardError(
            "field", _("There is no field %(name)s to change.") % {"name": ", ".join(unknown)}
        )


def _refuse_unlisted(company: Company, changes: Mapping[str, Any]) -> None:
    rates = Lookup.objects.filter(company=company, kind=Kind.VAT_RATE)
    for name, place in VAT_GROUPS.items():
        group = changes.get(name)
        pairs = rates.values_list("code", flat=True) if group else ()
        if group and group not in {pair.split("|")[place] for pair in pairs}:
            raise CardError(name, _("%(no)s does not exist.") % {"no": group})
    for name, kind in LISTED.items():
        code = changes.get(name)
        if code and not Lookup.objects.filter(company=company, kind=kind, code=code).exists():
            raise CardError(name, _("%(no)s does not exist.") % {"no": code})


def _units(base_uom: str, units: Mapping[str, Any]) -> dict[str, str]:
    """{unit: base units in one} as text; the base unit itself is always one."""
    kept = {}
    for code, number in units.items():
        size = Decimal(str(number))
        if not size.is_finite() or size <= 0 or code == base_uom:
            raise CardError(
                "units", _("Unit %(uom)s needs a number of base units above zero.") % {"uom": code}
            )
        kept[code.strip().upper()] = str(size)
    return kept
