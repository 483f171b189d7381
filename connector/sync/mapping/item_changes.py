"""What of a mapped item follows its product in Shopify: only what differs, field by field. Pure.

Prices, cost, marketing text and units never do. Source: BC's "Shopify can update items".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

Rule = Mapping[str, str]  # {"owner": "books" | "shopify", "empty": "keep" | "clear"}
FIELDS = (
    "description",
    "category",
    "vendor",
    "tariff_no",
    "country_of_origin",
    "variant_description",
    "barcode",
    "vendor_item_no",
)
OWNERS = ("shopify", "books")
EMPTY = ("keep", "clear")


@dataclass(frozen=True, slots=True)
class Said:
    """What Shopify says of one field: its text, and what that is in the books.

    A text that the books do not know changes nothing, whatever the rule for empty ones is.
    """

    text: str
    value: Any  # None: the books do not know it


def follows(field: str, rules: Mapping[str, Rule]) -> bool:
    """Whether Shopify may write the field at all."""
    return rules.get(field, {}).get("owner", "shopify") == "shopify"


def differing(
    kept: Mapping[str, Any], said: Mapping[str, Said], rules: Mapping[str, Rule]
) -> dict[str, Any]:
    """The new values of the fields that are to change; `kept` is what the books have."""
    changes: dict[str, Any] = {}
    for field, one in said.items():
        if not follows(field, rules) or (one.text and one.value is None):
            continue
        if not one.text and not _clears(field, rules):
            continue
        new = one.value if one.text else _EMPTY.get(field, "")
        compare = _COMPARED.get(field, str)
        if compare(kept[field] or "") != compare(new or ""):
            changes[field] = new
    return changes


def _clears(field: str, rules: Mapping[str, Rule]) -> bool:
    """A description is never empty."""
    return field != "description" and rules.get(field, {}).get("empty", "keep") == "clear"


def _digits(text: str) -> str:
    return "".join(filter(str.isdecimal, text))


_EMPTY: Mapping[str, Any] = {"vendor": None}  # what "empty" is where it is no text
# "6104.43" and "610443" are one number.
_COMPARED: Mapping[str, Callable[[Any], str]] = {"tariff_no": _digits}
