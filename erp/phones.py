"""Telephone numbers as people write them: what of two ways of writing one is the same in SQL."""

from __future__ import annotations

from django.db.models import F, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Replace, Right

BETWEEN = " -()./"  # what stands between the digits
TAIL = 7  # digits that no way of writing leaves out


def phone_tail() -> Right:
    """The last digits of `phone`, as an expression that a party's index has."""
    plain: Combinable = F("phone")
    for sign in BETWEEN:
        plain = Replace(plain, Value(sign), Value(""))
    return Right(plain, TAIL)


def tail_of(number: str) -> str:
    """The same of a number that is known here."""
    return "".join(sign for sign in number if sign not in BETWEEN)[-TAIL:]
