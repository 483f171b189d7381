"""What a shop decides about its products, as the mappings take it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from connector.sync.mapping.wares import FieldRule, ShopRules
from connector.sync.models import OptionAttribute
from shops.models import ProductSettings


def rules_of(settings: ProductSettings) -> ShopRules:
    """One query, for the attributes that are options."""
    options = OptionAttribute.objects.filter(shop=settings.shop).values_list("attribute", flat=True)
    return ShopRules(
        sku_mapping=settings.sku_mapping,
        sku_separator=settings.sku_separator,
        extended_text=settings.sync_item_extended_text,
        marketing_text=settings.sync_item_marketing_text,
        attributes=settings.sync_item_attributes,
        attributes_heading=_heading(settings.language),
        hs_code_and_country=settings.sync_hs_code_and_country,
        uom_as_variant=settings.uom_as_variant,
        option_name_for_uom=settings.option_name_for_uom,
        option_attributes=tuple(options),
        created_status=settings.status_for_created_products,
        blocked_action=settings.action_for_removed_products,
        restore=settings.restore_unblocked_products,
        tracked=settings.inventory_tracked,
        inventory_policy=settings.default_inventory_policy,
        weight_unit=settings.weight_unit,
        fields=_field_rules(settings.field_rules),
    )


# The fields of an item that a shop may decide about → those of its product and variants.
_OF_PRODUCT = {"description": "title", "category": "product_type", "tariff_no": "hs_code"}
_OF_PRODUCT |= {"body": "description_html"}


def _field_rules(kept: Mapping[str, Mapping[str, Any]]) -> dict[str, FieldRule]:
    """A field without an owner has the default one, so only what is decided is taken over."""
    default = ShopRules()
    found = {}
    for name, rule in ((_OF_PRODUCT.get(name, name), rule) for name, rule in kept.items()):
        owner = rule.get("owner") or default.rule(name).owner
        found[name] = FieldRule(owner, clear=rule.get("empty") == "clear")
    return found


def _heading(language: str) -> str:
    """In the language of the shop's texts, else in English."""
    with translation.override(language or "en"):
        return _("Item Attributes")
