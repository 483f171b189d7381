"""Telephone numbers: which of two ways of writing one mean the same telephone. Pure."""

from __future__ import annotations

from functools import lru_cache

import phonenumbers

FEWEST = 5  # digits of what may be a telephone number at all


@lru_cache(maxsize=4096)
def e164(text: str, country: str = "") -> str:
    """The number as "+4791234567"; "" when it is none. `country` is where it is written without +."""
    if not text.strip():
        return ""
    try:
        number = phonenumbers.parse(text, country.upper() or None)
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_possible_number(number):
        return ""
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def phone_key(text: str, country: str = "") -> str:
    """What equal numbers share: E.164, else the digits as written; "" for what is no number."""
    if number := e164(text, country):
        return number
    digits = "".join(sign for sign in text if sign.isdigit())
    return digits if len(digits) >= FEWEST else ""
