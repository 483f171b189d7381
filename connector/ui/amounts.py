"""Money and quantities as people of the page's language write them."""

from __future__ import annotations

from decimal import Decimal

from babel.numbers import get_currency_precision
from django.utils.formats import number_format


def money(amount: Decimal, currency: str = "") -> str:
    """`amount` with as many decimals as `currency` has (2 without one), then the currency.

    Nothing is rounded away: an amount that has more decimals shows them.
    """
    text = bare(amount, currency)
    return f"{text} {currency}" if currency else text


def bare(amount: Decimal, currency: str = "") -> str:
    """As `money`, where the currency stands elsewhere."""
    decimals = max(get_currency_precision(currency) if currency else 2, _decimals(amount))
    return number_format(amount, decimals, use_l10n=True, force_grouping=True)


def quantity(amount: Decimal) -> str:
    """`amount` without idle zeros: 3, not 3.00000."""
    return number_format(amount, _decimals(amount), use_l10n=True, force_grouping=True)


def _decimals(amount: Decimal) -> int:
    exponent = Decimal(amount).normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0
