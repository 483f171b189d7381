"""Which values a metafield of a type may have, in the words in which Shopify says no."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from sandbox.changes import Refused

Path = tuple[str, ...]
Check = Callable[[str], str | None]  # a value → why not
NAMESPACE = (3, 255)  # characters
KEY = (2, 64)
WORD = re.compile(r"[\w-]+$", re.ASCII)
MAX_INTEGER = 2**53 - 1
MAX_TEXT = 65_535  # characters
UNITS = {
    "dimension": {"in", "ft", "yd", "mm", "cm", "m"},
    "weight": {"kg", "g", "lb", "oz"},
    "volume": {
        "ml", "cl", "l", "m3", "us_fl_oz", "us_pt", "us_qt", "us_gal", "imp_fl_oz", "imp_pt",
        "imp_qt", "imp_gal",
    },
}  # fmt: skip
LONG_UNITS = {
    "INCHES": "in", "FEET": "ft", "YARDS": "yd", "MILLIMETERS": "mm", "CENTIMETERS": "cm",
    "METERS": "m", "KILOGRAMS": "kg", "GRAMS": "g", "POUNDS": "lb", "OUNCES": "oz",
    "MILLILITERS": "ml", "CENTILITERS": "cl", "LITERS": "l", "CUBIC_METERS": "m3",
}  # fmt: skip
REFERENCES = {
    "product_reference": ("Product",),
    "variant_reference": ("ProductVariant",),
    "collection_reference": ("Collection",),
    "customer_reference": ("Customer",),
    "company_reference": ("Company",),
    "file_reference": ("GenericFile", "MediaImage", "Video"),
    "page_reference": ("Page", "OnlineStorePage"),
    "article_reference": ("Article", "OnlineStoreArticle"),
    "metaobject_reference": ("Metaobject",),
    "mixed_reference": (),
}
URL = re.compile(r"(https?://\S+|mailto:\S+|sms:\S+|tel:\S+)$", re.IGNORECASE)
COLOR = re.compile(r"#[0-9a-fA-F]{6}$")


def judged(given: Mapping[str, Any], path: Path, currency: str) -> list[Refused]:
    """Return what is wrong with one metafield that has its namespace and its type."""
    problems = []
    for name, (least, most) in (("namespace", NAMESPACE), ("key", KEY)):
        problems += _length(given[name], name, least, most, (*path, name))
        if not WORD.match(given[name]):
            message = f"{name.capitalize()} contains one or more invalid characters."
            problems.append(Refused(message, (*path, name), "INVALID"))
    kind = given.get("type")
    if not kind:
        problems.append(Refused("Type can't be blank", (*path, "type"), "BLANK"))
    elif not known(kind):
        message = f"Type must be one of the following: {', '.join(sorted(PLAIN))}."
        problems.append(Refused(message, (*path, "type"), "INCLUSION"))
    if problems:
        return problems
    if not given["value"].strip():
        return [Refused("Value can't be blank", (*path, "value"), "BLANK")]
    why = wrong(str(kind), given["value"], currency)
    return [Refused(why, (*path, "value"), "INVALID_VALUE")] if why else []


def _length(text: str, name: str, least: int, most: int, field: Path) -> list[Refused]:
    label = name.capitalize()
    if len(text) < least:
        message = f"{label} is too short (minimum is {least} characters)"
        return [Refused(message, field, "TOO_SHORT")]
    if len(text) > most:
        return [Refused(f"{label} is too long (maximum is {most} characters)", field, "TOO_LONG")]
    return []


def known(kind: str) -> bool:
    return kind.removeprefix("list.") in PLAIN


def wrong(kind: str, value: str, currency: str) -> str | None:
    """Return why the value cannot be one of that type; None when it can."""
    plain = kind.removeprefix("list.")
    if kind == plain:
        return _money(value, currency) if kind == "money" else PLAIN[kind](value)
    entries = _parsed(value)
    if not isinstance(entries, list):
        return "Value must be a list."
    texts = [entry if isinstance(entry, str) else json.dumps(entry) for entry in entries]
    return next((why for text in texts if (why := PLAIN[plain](text))), None)


def _parsed(value: str) -> Any:
    try:
        return json.loads(value)
    except ValueError:
        return None


def _integer(value: str) -> str | None:
    if not re.fullmatch(r"[+-]?\d+", value):
        return "Value must be an integer."
    return None if abs(int(value)) <= MAX_INTEGER else "Value is out of the range of integers."


def _decimal(value: str) -> str | None:
    try:
        number = Decimal(value)
    except InvalidOperation:
        return "Value must be a decimal."
    fits = number.is_finite() and re.fullmatch(r"[+-]?\d{1,13}(\.\d{1,9})?", value)
    return None if fits else "Value must be a decimal with at most 13 digits and 9 decimals."


def _boolean(value: str) -> str | None:
    return None if value in {"true", "false"} else "Value must be true or false."


def _date(value: str) -> str | None:
    try:
        date.fromisoformat(value)
    except ValueError:
        return "Value must be in YYYY-MM-DD format."
    return None


def _moment(value: str) -> str | None:
    try:
        datetime.fromisoformat(value)
    except ValueError:
        return "Value must be in ISO 8601 format."
    return None if "T" in value else "Value must be in ISO 8601 format."


def _json(value: str) -> str | None:
    try:
        json.loads(value)
    except ValueError:
        return "Value is invalid JSON."
    return None


def _one_line(value: str) -> str | None:
    if "\n" in value:
        return "Value can't contain any line breaks."
    return _text(value)


def _text(value: str) -> str | None:
    return "Value is too long." if len(value) > MAX_TEXT else None


def _matching(pattern: re.Pattern[str], message: str) -> Check:
    return lambda value: None if pattern.match(value) else message


def _measure(kind: str) -> Check:
    def check(value: str) -> str | None:
        given = _parsed(value)
        if not isinstance(given, dict) or not {"value", "unit"} <= set(given):
            return 'Value must be a JSON object with "value" and "unit".'
        unit = str(given["unit"])
        if LONG_UNITS.get(unit, unit).lower() not in UNITS[kind]:
            return f"Value has a unit that is not one of: {', '.join(sorted(UNITS[kind]))}."
        return _number(given["value"])

    return check


def _number(value: Any) -> str | None:
    try:
        return None if Decimal(str(value)).is_finite() else "Value must be a number."
    except InvalidOperation:
        return "Value must be a number."


def _money(value: str, currency: str) -> str | None:
    given = _parsed(value)
    if not isinstance(given, dict) or not {"amount", "currency_code"} <= set(given):
        return 'Value must be a JSON object with "amount" and "currency_code".'
    if given["currency_code"] != currency:
        return f"Value must have the shop's currency {currency}."
    return _number(given["amount"])


def _rating(value: str) -> str | None:
    given = _parsed(value)
    if not isinstance(given, dict) or not {"value", "scale_min", "scale_max"} <= set(given):
        return 'Value must be a JSON object with "value", "scale_min" and "scale_max".'
    return next((why for part in given.values() if (why := _number(part))), None)


def _reference(kinds: tuple[str, ...]) -> Check:
    def check(value: str) -> str | None:
        found = re.fullmatch(r"gid://shopify/(\w+)/[\w-]+", value)
        if found and (not kinds or found[1] in kinds):
            return None
        return f"Value must be a valid {' or '.join(kinds) or 'resource'} reference."

    return check


PLAIN: Mapping[str, Check] = {
    "single_line_text_field": _one_line,
    "multi_line_text_field": _text,
    "rich_text_field": _json,
    "number_integer": _integer,
    "number_decimal": _decimal,
    "boolean": _boolean,
    "date": _date,
    "date_time": _moment,
    "json": _json,
    "money": lambda value: _number((_parsed(value) or {}).get("amount")),
    "rating": _rating,
    "color": _matching(COLOR, "Value must be a hex color code."),
    "url": _matching(URL, "Value must be a valid URL."),
    "link": _json,
    "id": _one_line,
    **{kind: _measure(kind) for kind in UNITS},
    **{kind: _reference(kinds) for kind, kinds in REFERENCES.items()},
}
