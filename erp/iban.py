"""International bank account numbers, ISO 13616: whether a digit was mistyped."""

from __future__ import annotations

import re

FORM = re.compile(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}")
MODULUS = 97


def tidied(text: str) -> str:
    """Without the spaces it is written with, in upper case."""
    return "".join(text.split()).upper()


def is_iban(text: str) -> bool:
    """Whether the check digits of a tidied number are right."""
    if not FORM.fullmatch(text):
        return False
    turned = text[4:] + text[:4]
    return int("".join(str(int(sign, 36)) for sign in turned)) % MODULUS == 1


def in_groups(text: str) -> str:
    """As it is printed: four signs at a time."""
    return " ".join(text[start : start + 4] for start in range(0, len(text), 4))
