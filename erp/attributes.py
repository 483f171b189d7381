"""What items and their variants are like: reading it for many, setting it for one."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from decimal import Decimal, InvalidOperation

from django.db import transaction
from django.utils.translation import gettext as _

from erp.errors import CardError
from erp.models import Company, Item, ItemAttribute, ItemAttributeValue, ItemVariant
from erp.models.attribute import LONGEST_NAME, LONGEST_VALUE

Key = tuple[int, int | None]  # item, variant (primary keys)


@transaction.atomic
def put_attribute(  # noqa: PLR0913 - one optional argument for each thing that may be said
    company: Company,
    name: str,
    *,
    kind: ItemAttribute.Type = ItemAttribute.Type.TEXT,
    options: Collection[str] = (),
    unit: str = "",
    names: Mapping[str, str] | None = None,
    blocked: bool = False,
) -> ItemAttribute:
    """Create an attribute or change the one of this name. Raises CardError.

    An option that is in use cannot be left out of `options`; nor can the type change then.
    """
    if not name.strip() or len(name.strip()) > LONGEST_NAME:
        raise CardError("name", _("An attribute needs a name of at most 50 characters."))
    if (kind == ItemAttribute.Type.OPTION) != bool(options):
        raise CardError(
            "options", _("List the options of an attribute that has them, and only then.")
        )
    found = ItemAttribute.objects.filter(company=company, name=name.strip()).first()
    row = found or ItemAttribute(company=company, name=name.strip())
    if found and found.values.exists():
        _refuse_loss(found, kind, options)
    row.type, row.options, row.unit = kind, list(options), unit[:10]
    row.names, row.blocked = dict(names or {}), blocked
    row.save()
    return row


@transaction.atomic
def delete_attribute(attribute: ItemAttribute) -> None:
    """Raises CardError when an item has a value of it."""
    value = attribute.values.select_related("item").first()
    if value is not None:
        raise CardError(
            "used",
            _("%(code)s is used by %(user)s and cannot be deleted.")
            % {"code": attribute, "user": value.item},
        )
    attribute.delete()


@transaction.atomic
def set_value(
    item: Item,
    attribute: ItemAttribute,
    value: str,
    *,
    variant: ItemVariant | None = None,
    texts: Mapping[str, str] | None = None,
) -> None:
    """Say what an attribute is for an item or variant; a blank value takes it away.

    `texts` is the value in other languages. Raises CardError.
    """
    rows = ItemAttributeValue.objects.filter(item=item, variant=variant, attribute=attribute)
    if not value.strip():
        rows.delete()
        return
    kept = _checked(attribute, value.strip())
    ItemAttributeValue.objects.update_or_create(
        item=item,
        variant=variant,
        attribute=attribute,
        defaults={"value": kept, "texts": dict(texts or {})},
    )


def values_of(items: Collection[int]) -> dict[Key, list[ItemAttributeValue]]:
    """By item and variant, in the order of the attributes' names, in one query."""
    found: dict[Key, list[ItemAttributeValue]] = {}
    rows = ItemAttributeValue.objects.filter(item__in=items).select_related("attribute")
    for row in rows.order_by("attribute__name"):
        found.setdefault((row.item_id, row.variant_id), []).append(row)
    return found


def shown(value: ItemAttributeValue, language: str) -> tuple[str, str]:
    """(name, value) in a language, else as they are; numbers with their unit."""
    attribute = value.attribute
    text = value.texts.get(language)
    if text is None:
        numbers = {ItemAttribute.Type.INTEGER, ItemAttribute.Type.DECIMAL}
        text = f"{value.value} {attribute.unit}" if attribute.type in numbers else value.value
    return attribute.names.get(language, attribute.name), text.strip()


def _refuse_loss(
    attribute: ItemAttribute, kind: ItemAttribute.Type, options: Collection[str]
) -> None:
    if attribute.type != kind:
        raise CardError("type", _("%s is in use: its type cannot change.") % attribute)
    if kind != ItemAttribute.Type.OPTION:
        return
    lost = attribute.values.exclude(value__in=options).values_list("value", flat=True).first()
    if lost is not None:
        raise CardError("options", _("The option %s is in use and cannot be left out.") % lost)


def _checked(attribute: ItemAttribute, value: str) -> str:
    if len(value) > LONGEST_VALUE:
        raise CardError("value", _("A value has at most 250 characters."))
    if attribute.type == ItemAttribute.Type.OPTION and value not in attribute.options:
        raise CardError(
            "value",
            _("%(name)s is one of: %(options)s.")
            % {"name": attribute, "options": ", ".join(attribute.options)},
        )
    if attribute.type in {ItemAttribute.Type.INTEGER, ItemAttribute.Type.DECIMAL}:
        _refuse_no_number(attribute, value)
    return value


def _refuse_no_number(attribute: ItemAttribute, value: str) -> None:
    try:
        number = Decimal(value)
    except InvalidOperation:
        number = Decimal("NaN")
    whole = attribute.type == ItemAttribute.Type.INTEGER
    if not number.is_finite() or (whole and number != number.to_integral_value()):
        raise CardError(
            "value", _("%(value)s is no number for %(name)s.") % {"value": value, "name": attribute}
        )
