"""What becomes of products, in words: why an item is not shown in a shop, and what would be sent."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from connector.sync.errors import RecordError, Skip
from connector.sync.mapping.options import Unfit
from connector.sync.mapping.product_changes import Change

# Nobody's fault: it is so, until somebody changes the item.
_SKIPPED = frozenset({"blocked", "sales_blocked", "no_description", "all_blocked", "too_many"})
_LONGEST = 60  # characters of a value


def as_error(unfit: Unfit) -> RecordError:
    kind = Skip if unfit.code in _SKIPPED else RecordError
    return kind(_sentence(unfit.code) % unfit.values, unfit.code)


def _sentence(code: str) -> str:
    return {
        "blocked": _("Item %(item)s is blocked."),
        "sales_blocked": _("Item %(item)s is blocked for sales."),
        "no_description": _(
            "Item %(item)s has no description, so the product would have no title."
        ),
        "all_blocked": _("All variants of item %(item)s are blocked."),
        "too_many": _(
            "Item %(item)s would have %(count)s variants; Shopify takes %(most)s of a product."
        ),
        "too_many_options": _(
            "Item %(item)s has %(count)s attributes that are options; Shopify takes %(most)s. "
            "Take one away on the shop's page of sales channels and options."
        ),
        "no_value": _(
            "Variant %(variant)s of item %(item)s has no value for %(attribute)s, which is an option."
        ),
        "same_values": _(
            "Variants %(variant)s and %(other)s of item %(item)s have the same options: %(values)s."
        ),
        "taken": _(
            "The product has a variant %(values)s already that stands for nothing or for something "
            "else: map it."
        ),
        "many_options": _(
            "The product has several options in Shopify (%(names)s), and not all of them are "
            "attributes of its item: an item cannot become one of its variants."
        ),
        "one_kind_only": _(
            "The product comes in one kind only in Shopify. "
            "Give it options there before variants of the item can be added."
        ),
        "other_options": _(
            "The product has the options %(names)s in Shopify, its item would have %(wanted)s: "
            "a new variant fits neither."
        ),
    }[code]


def names() -> dict[str, str]:
    """The fields as people call them."""
    return {
        "title": _("title"),
        "description_html": _("description"),
        "vendor": _("vendor"),
        "product_type": _("product type"),
        "status": _("status"),
        "sku": _("SKU"),
        "barcode": _("barcode"),
        "weight": _("weight"),
        "hs_code": _("HS code"),
        "country_of_origin": _("country of origin"),
        "inventory_policy": _("inventory policy"),
        "tracked": _("track inventory"),
        "price": _("price"),
        "compare_at": _("compare-at price"),
        "cost": _("unit cost"),
    }


def in_words(changes: Sequence[Change], of: str = "") -> list[str]:
    """Field by field what would be sent; `of` names a variant."""
    called = names()
    before = f"{of} " if of else ""
    return [
        f"{before}{called[each.field]}: {_short(each.before)} → {_short(each.after)}"
        for each in changes
    ]


def created_in_words(title: str, variants: int, publications: int) -> str:
    text = ngettext(
        "“%(title)s” with %(count)d variant would be created.",
        "“%(title)s” with %(count)d variants would be created.",
        variants,
    )
    return _joined(text % {"title": title, "count": variants}, _offered(publications))


def _offered(publications: int) -> str:
    text = ngettext(
        "It would be offered in %(count)d sales channel.",
        "It would be offered in %(count)d sales channels.",
        publications,
    )
    return text % {"count": publications}


def _joined(*sentences: str) -> str:
    return " ".join(sentences)


def _short(value: object) -> str:
    if value is None or value == "":
        return "–"
    text = str(value)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
