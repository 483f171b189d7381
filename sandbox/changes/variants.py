"""A variant as a call gives it: what it changes, and what Shopify would not take."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from sandbox.changes import Refused

Path = tuple[str, ...]
MAX_SKU = 255  # characters
MAX_PRICE = Decimal(10) ** 18
HS_CODE = re.compile(r"\d{6,13}$")
MAX_WEIGHT = 2_000_000_000  # grams, about
DIRECT = {
    "barcode": "barcode",
    "taxable": "taxable",
    "inventoryPolicy": "inventory_policy",
}
ITEM = {
    "sku": "sku",
    "tracked": "tracked",
    "requiresShipping": "requires_shipping",
    "countryCodeOfOrigin": "origin_country",
    "provinceCodeOfOrigin": "origin_province",
}
REQUIRED = frozenset({"taxable", "inventory_policy", "tracked", "requires_shipping"})
# What the sandbox would have to pretend to have understood.
UNSERVED = (
    "quantityAdjustments", "requiresComponents", "showUnitPrice", "taxCode",
    "unitPriceMeasurement", "published",
)  # fmt: skip


def given_variant(given: Mapping[str, Any], path: Path) -> tuple[dict[str, Any], list[Refused]]:
    """Return what the input changes of a variant, but for options, stock and pictures."""
    changes = {ours: given[name] or None for name, ours in DIRECT.items() if name in given}
    if "sku" in given:
        changes["sku"] = (given["sku"] or "").strip() or None
    changes |= _flags(given, DIRECT)
    problems = [
        Refused(f"The sandbox does not serve {name}.", (*path, name), "INVALID_INPUT")
        for name in UNSERVED
        if given.get(name) is not None
    ]
    for name, ours, label in (
        ("price", "price", "Price"),
        ("compareAtPrice", "compare_at_price", "Compare at price"),
    ):
        if name in given:
            amount = _amount(given[name])
            changes[ours] = amount
            problems += _price_problems(amount, label, (*path, name))
    if changes.get("price", Decimal(0)) is None:
        problems.append(Refused("Price can't be blank", (*path, "price"), "INVALID"))
    item = given.get("inventoryItem")
    if item:
        more, wrong = given_item(item, (*path, "inventoryItem"))
        changes |= more
        problems += wrong
    if len(changes.get("barcode") or "") > MAX_SKU:
        problems.append(_too_long("Barcode", (*path, "barcode")))
    if len(changes.get("sku") or "") > MAX_SKU and "sku" in given:
        problems.append(_too_long("SKU", (*path, "sku")))
    return changes, problems


def given_item(given: Mapping[str, Any], path: Path) -> tuple[dict[str, Any], list[Refused]]:
    """Return what the input changes of an inventory item."""
    changes = {ours: given[name] or None for name, ours in ITEM.items() if name in given}
    changes |= _flags(given, ITEM)
    problems = []
    if len(changes.get("sku") or "") > MAX_SKU:
        problems.append(_too_long("SKU", (*path, "sku")))
    if "cost" in given:
        changes["unit_cost"] = cost = _amount(given["cost"])
        problems += _price_problems(cost, "Unit cost", (*path, "cost"))
    if "harmonizedSystemCode" in given:
        code = re.sub(r"[.\s]", "", given["harmonizedSystemCode"] or "")
        changes["hs_code"] = code or None
        if code and not HS_CODE.match(code):
            problems.append(
                Refused(
                    "Harmonized system code must be a number between 6 and 13 digits",
                    (*path, "harmonizedSystemCode"),
                    "INVALID_INPUT",
                )
            )
    weight = (given.get("measurement") or {}).get("weight")
    if weight:
        changes |= {"weight": Decimal(str(weight["value"])), "weight_unit": weight["unit"]}
        if not 0 <= weight["value"] < MAX_WEIGHT:
            field = (*path, "measurement", "weight", "value")
            message = "Weight must be greater than or equal to 0"
            problems.append(Refused(message, field, "GREATER_THAN_OR_EQUAL_TO"))
    return changes, problems


def _flags(given: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    """Return what may not be empty; null leaves it as it was, which `_kept` then takes out."""
    return {
        ours: given[name]
        for name, ours in names.items()
        if ours in REQUIRED and given.get(name) is not None
    }


def without_nothing(changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return the changes without nulls for what cannot be null."""
    return {
        name: value
        for name, value in changes.items()
        if value is not None or name not in REQUIRED | {"price"}
    }


def _amount(value: Any) -> Decimal | None:
    return None if value is None else Decimal(str(value))


def _price_problems(amount: Decimal | None, label: str, field: Path) -> list[Refused]:
    if amount is None:
        return []
    if amount < 0:
        message = f"{label} must be greater than or equal to 0"
        return [Refused(message, field, "GREATER_THAN_OR_EQUAL_TO")]
    if amount >= MAX_PRICE:
        return [Refused(f"{label} must be less than {MAX_PRICE}", field, "INVALID_INPUT")]
    return []


def _too_long(label: str, field: Path) -> Refused:
    return Refused(f"{label} is too long (maximum is {MAX_SKU} characters)", field, "INVALID_INPUT")
