"""Amounts as they stand in sentences that are kept. Pure."""

from __future__ import annotations

from decimal import Decimal

from babel.numbers import get_currency_precision


def told(amount: Decimal, currency: str) -> str:
    """With as many decimals as the currency has; none that the amount has beyond is rounded away."""
    exponent = amount.normalize().as_tuple().exponent
    own = max(0, -exponent) if isinstance(exponent, int) else 0
    return f"{amount:.{max(get_currency_precision(currency), own)}f}"
