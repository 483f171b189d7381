"""Which amounts a currency can be paid in."""

from __future__ import annotations

from decimal import Decimal

from django.utils.translation import gettext as _

from erp.currencies import Currencies
from erp.errors import DocumentError
from erp.models import Company
from erp.money import rounded


def refuse_amount(
    company: Company, amount: Decimal, currency: str, line: int | None = None
) -> None:
    """Only whole smallest units above zero can be paid or applied. Raises DocumentError."""
    currencies = Currencies.of(company, {currency})
    if currency not in currencies:
        raise DocumentError(
            "no_currency",
            _("Currency %(code)s is not set up. Add it with its rate.") % {"code": currency},
            line,
        )
    if amount <= 0 or amount != rounded(amount, currencies.precision(currency)):
        raise DocumentError(
            "amount",
            _("%(amount)s %(currency)s cannot be paid: choose a whole amount above zero.")
            % {"amount": amount, "currency": currency},
            line,
        )
