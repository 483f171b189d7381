"""What numbers a line may hold: those that the tables keep as they are."""

from __future__ import annotations

from decimal import Decimal

from django.utils.translation import gettext as _

from erp.errors import DocumentError
from erp.money import HUNDRED, UNIT_COST, ZERO, rounded

LARGEST = Decimal(10) ** 12  # of a quantity or price
LARGEST_AMOUNT = Decimal(10) ** 13  # of a line


def kept(number: Decimal, place: int) -> Decimal:
    """A quantity or price with the five decimals that are kept. Raises DocumentError."""
    if not number.is_finite() or abs(number) >= LARGEST:
        raise _refused(number, place)
    return rounded(number, UNIT_COST)


def refuse_amount(quantity: Decimal, unit_price: Decimal, place: int) -> None:
    """Raises DocumentError when a line comes to more than a table holds."""
    if abs(quantity * unit_price) >= LARGEST_AMOUNT:
        raise _refused(quantity * unit_price, place)


def refuse_percentage(pct: Decimal, place: int) -> None:
    """Raises DocumentError."""
    if not (pct.is_finite() and ZERO <= pct <= HUNDRED):
        raise DocumentError(
            "line_discount_pct", _("%s is no percentage between 0 and 100.") % pct, place
        )


def refuse_discount(discount: Decimal) -> None:
    """An invoice discount takes off; more is a line of its own. Raises DocumentError."""
    if not discount.is_finite() or discount < 0:
        raise DocumentError("discount", _("The invoice discount cannot be below zero."))


def _refused(number: Decimal, place: int) -> DocumentError:
    return DocumentError("number", _("%s is no number that the books can keep.") % number, place)
