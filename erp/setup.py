"""Setting up a company with what it needs to sell, ship, invoice and post."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from erp.models import Company


def create_company(
    code: str,
    lcy: str,
    *,
    name: str = "",
    vat_rates: Mapping[str, Decimal] | None = None,
    currencies: Mapping[str, Decimal] | None = None,
    accounts: Mapping[str, str] | None = None,
    location: str = "MAIN",
    prevent_negative: bool = False,
) -> Company:
    """Create a company ready to trade; everything not given gets a default. Raises CardError.

    `vat_rates` are {"BUS|PROD": percent}, `currencies` {code: LCY for one unit}, `accounts`
    {role: account no.} on top of the default chart.
    """
    raise NotImplementedError
