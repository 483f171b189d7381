"""What may stand in a metafield of each type, with a sample of it. Pure.

Types that are not known here, and ratings, links, rich texts and lists, are taken as they are as
long as they are JSON where Shopify wants JSON. Source: BC's connector, "Shpfy Metafield Type".
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

LARGEST = 9_007_199_254_740_991  # whole numbers that JSON keeps exactly
LEGACY = {"string": "single_line_text_field", "integer": "number_integer"}

_COLOR = re.compile(r"#[0-9A-Fa-f]{6}")
_DECIMAL = re.compile(r"[+-]?\d{1,13}(\.\d{1,9})?")
_INTEGER = re.compile(r"[+-]?\d{1,17}")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})?")
_CURRENCY = re.compile(r"[A-Z]{3}")
_GID = re.compile(r"gid://shopify/([A-Za-z]+)/[\w-]+")
_SHORT = re.compile(r"([+-]?\d+(?:[.,]\d+)?)\s*([^\d\s.,].*)?")
_TO_CALL = re.compile(r"[+\d(][\d\s().-]*")
_TO_WRITE = re.compile(r"[^@\s]+@[^@\s]+")

# Unit → as Shopify may spell it when it answers.
UNITS: Mapping[str, Mapping[str, str]] = {
    "dimension": {
        "in": "INCHES",
        "ft": "FEET",
        "yd": "YARDS",
        "mm": "MILLIMETERS",
        "cm": "CENTIMETERS",
        "m": "METERS",
    },
    "weight": {"kg": "KILOGRAMS", "g": "GRAMS", "lb": "POUNDS", "oz": "OUNCES"},
    "volume": {
        "ml": "MILLILITERS",
        "cl": "CENTILITERS",
        "l": "LITERS",
        "m3": "CUBIC_METERS",
        "fl oz": "FLUID_OUNCES",
        "pt": "PINTS",
        "qt": "QUARTS",
        "gal": "GALLONS",
        "imp fl oz": "IMPERIAL_FLUID_OUNCES",
        "imp pt": "IMPERIAL_PINTS",
        "imp qt": "IMPERIAL_QUARTS",
        "imp gal": "IMPERIAL_GALLONS",
    },
}
REFERENCES: Mapping[str, tuple[str, ...]] = {
    "product_reference": ("Product",),
    "variant_reference": ("ProductVariant",),
    "collection_reference": ("Collection",),
    "customer_reference": ("Customer",),
    "company_reference": ("Company",),
    "metaobject_reference": ("Metaobject",),
    "page_reference": ("Page", "OnlineStorePage", "OnlinePage"),
    "article_reference": ("Article", "OnlineStoreArticle"),
    "file_reference": ("GenericFile", "MediaImage", "Video"),
    "mixed_reference": (),  # any
}
SAMPLES: Mapping[str, str] = {
    "single_line_text_field": "Merino wool",
    "multi_line_text_field": "Merino wool",
    "number_integer": "12",
    "number_decimal": "12.5",
    "boolean": "true",
    "color": "#0A64C8",
    "date": "2022-02-02",
    "date_time": "2022-01-01T12:30:00",
    "url": "https://www.example.com/care",
    "json": '{"care": "wash cold"}',
    "money": '{"amount": "12.50", "currency_code": "EUR"}',
    "dimension": '{"value": 25.5, "unit": "cm"}',
    "weight": '{"value": 2.5, "unit": "kg"}',
    "volume": '{"value": 0.5, "unit": "L"}',
    "rating": '{"value": "4.5", "scale_min": "1.0", "scale_max": "5.0"}',
    "link": '{"text": "Care", "url": "https://www.example.com/care"}',
    "rich_text_field": '{"type": "root", "children": []}',
    **{
        kind: f"gid://shopify/{(names or ('Product',))[0]}/1234567890"
        for kind, names in REFERENCES.items()
    },
}
CHOICES = tuple(SAMPLES)  # of a metafield that is added by hand
# Types of which Shopify has lists.
LISTS = (
    *("single_line_text_field", "number_integer", "number_decimal", "date", "date_time", "url"),
    *("color", "dimension", "weight", "volume", "rating", "link"),
    *REFERENCES,
)
_OBJECTS = frozenset({"rating", "link", "rich_text_field"})


def sample(kind: str, currency: str = "") -> str:
    """What a value of this type looks like; "" where nobody knows."""
    if kind == "money" and currency:
        return SAMPLES["money"].replace("EUR", currency)
    if kind.startswith("list."):
        single = SAMPLES.get(kind.removeprefix("list."), "")
        return f"[{single if single.startswith('{') else json.dumps(single)}]"
    return SAMPLES.get(kind, "")


def written(kind: str, text: str, currency: str = "") -> str:
    """The value as Shopify takes it: an amount or a measure may be typed as “12.50 EUR” or “25 cm”."""
    value = text if kind == "multi_line_text_field" else text.strip()
    short = _SHORT.fullmatch(value)
    if short is None:
        return value
    number, unit = short[1].replace(",", "."), short[2] or ""
    if kind == "money":
        return json.dumps({"amount": number, "currency_code": unit.upper() or currency})
    if kind in UNITS and unit:
        return json.dumps({"value": float(number), "unit": unit})
    return value


class Problem(StrEnum):
    LEGACY = "legacy"  # a type that is no longer made
    BLANK = "blank"
    CURRENCY = "currency"  # an amount in another one than the shop's
    UNFIT = "unfit"  # no value of the type


def problem(kind: str, value: str, currency: str) -> Problem | None:
    """Why Shopify would not take this value; None where it would. `currency` is the shop's."""
    if kind in LEGACY:
        return Problem.LEGACY
    if not value.strip():
        return Problem.BLANK
    if kind == "money" and other_currency(value, currency):
        return Problem.CURRENCY
    return None if _fits(kind, value) else Problem.UNFIT


def _fits(kind: str, value: str) -> bool:
    if kind.startswith("list."):
        return isinstance(_parsed(value), list)
    if kind in UNITS:
        return _is_measure(kind, value)
    if kind in REFERENCES:
        return _leads_to(REFERENCES[kind], value)
    if kind in _OBJECTS:
        return isinstance(_parsed(value), dict)
    check = _CHECKS.get(kind)
    return check is None or check(value)


def _parsed(value: str) -> Any:
    """None when it is no JSON."""
    try:
        return json.loads(value)
    except ValueError:
        return None


def _is_whole(value: str) -> bool:
    return _INTEGER.fullmatch(value) is not None and abs(int(value)) <= LARGEST


def _is_day(value: str) -> bool:
    return _DAY.fullmatch(value) is not None and _read(date.fromisoformat, value)


def _is_moment(value: str) -> bool:
    return _MOMENT.fullmatch(value) is not None and _read(datetime.fromisoformat, value)


def _read(read: Callable[[str], object], value: str) -> bool:
    try:
        read(value)
    except ValueError:
        return False
    return True


def _is_address(value: str) -> bool:
    """Of any top-level domain. What is not for the web is a mail address or a number to call."""
    try:
        parts = urlsplit(value)
    except ValueError:
        return False
    if parts.scheme in {"http", "https"}:
        return bool(parts.hostname) and not re.search(r"\s", value)
    if parts.scheme == "mailto":
        return _TO_WRITE.fullmatch(parts.path) is not None
    return parts.scheme in {"sms", "tel"} and _TO_CALL.fullmatch(parts.path) is not None


def _is_money(value: str) -> bool:
    amount = _parsed(value)
    if not isinstance(amount, dict) or amount.keys() != {"amount", "currency_code"}:
        return False
    currency = amount["currency_code"]
    return (
        _number(amount["amount"]) is not None
        and isinstance(currency, str)
        and _CURRENCY.fullmatch(currency) is not None
    )


def other_currency(value: str, currency: str) -> str:
    """The currency of a well-formed amount when it is not the shop's."""
    if not currency or not _is_money(value):
        return ""
    found = str(json.loads(value)["currency_code"])
    return found if found != currency else ""


def _is_measure(kind: str, value: str) -> bool:
    measure = _parsed(value)
    if not isinstance(measure, dict) or measure.keys() != {"value", "unit"}:
        return False
    units = UNITS[kind]
    unit = measure["unit"]
    known = isinstance(unit, str) and (unit.lower() in units or unit in units.values())
    return known and _number(measure["value"]) is not None


def _number(value: object) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _leads_to(kinds: tuple[str, ...], value: str) -> bool:
    found = _GID.fullmatch(value)
    return found is not None and (not kinds or found[1] in kinds)


_CHECKS: Mapping[str, Callable[[str], bool]] = {
    "single_line_text_field": lambda value: "\n" not in value,
    "number_integer": _is_whole,
    "number_decimal": lambda value: _DECIMAL.fullmatch(value) is not None,
    "boolean": lambda value: value in {"true", "false"},
    "color": lambda value: _COLOR.fullmatch(value) is not None,
    "date": _is_day,
    "date_time": _is_moment,
    "url": _is_address,
    "json": lambda value: isinstance(_parsed(value), dict | list),
    "money": _is_money,
}
