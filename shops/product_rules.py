"""What the product settings of a shop may be together, wherever they are changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shops.models import ProductSettings

# The fields of an item that may follow Shopify, each with what a shop may say of it.
FIELDS: Mapping[str, Promise] = {
    "description": gettext_lazy("Description"),
    "category": gettext_lazy("Item category"),
    "vendor": gettext_lazy("Vendor"),
    "tariff_no": gettext_lazy("Tariff no."),
    "country_of_origin": gettext_lazy("Country of origin"),
    "variant_description": gettext_lazy("Descriptions of variants"),
    "barcode": gettext_lazy("Bar codes"),
    "vendor_item_no": gettext_lazy("Vendor item no."),
}
# Those that are sent besides: they may be left to Shopify, or be the books' own, by the command.
SENT = ("body", "sku", "weight", "inventory_policy", "tracked")
CLEARABLE = ("category", "vendor", "tariff_no", "country_of_origin", "variant_description")
CHOICES: Mapping[str, tuple[str, ...]] = {
    "owner": ("shopify", "books"),
    "empty": ("keep", "clear"),
}


def refusals(settings: ProductSettings) -> dict[str, str]:
    """Field → sentence, for what these settings cannot be together."""
    found: dict[str, str] = {}
    if settings.shopify_can_update_items and settings.can_update_shopify_products:
        found["can_update_shopify_products"] = _(
            "Choose one direction: Shopify can update items already."
        )
    if settings.sku_mapping == "item_and_variant" and not settings.sku_separator.strip():
        found["sku_separator"] = _("Enter what stands between item number and variant code.")
    if settings.uom_as_variant and not settings.option_name_for_uom.strip():
        found["option_name_for_uom"] = _(
            "Enter what the option with the unit is called in Shopify."
        )
    if not settings.variant_prefix.strip():
        found["variant_prefix"] = _("Enter what the codes of new variants begin with.")
    if sentence := _unreadable(settings.field_rules):
        found["field_rules"] = sentence
    return found


def field_rules(books: Any, cleared: Any) -> dict[str, dict[str, str]]:
    """The rules as they are kept: fields that are the books' own, and those that may be emptied."""
    rules: dict[str, dict[str, str]] = {}
    for name in books:
        rules.setdefault(name, {})["owner"] = "books"
    for name in cleared:
        rules.setdefault(name, {})["empty"] = "clear"
    return rules


def _unreadable(rules: Any) -> str:
    """Why these are no rules of fields; "" when they are."""
    if not isinstance(rules, dict):
        return _('Write {"description": {"owner": "books"}}.')
    for name, rule in rules.items():
        if name not in (*FIELDS, *SENT):
            known = ", ".join((*FIELDS, *SENT))
            return str(
                _("There is no field %(name)s. There are: %(known)s.")
                % {"name": name, "known": known}
            )
        if not isinstance(rule, dict) or not all(
            value in CHOICES.get(key, ()) for key, value in rule.items()
        ):
            return str(_('Of %s say {"owner": "books"} or {"empty": "clear"}.') % name)
    return ""
