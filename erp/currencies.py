"""How amounts of a currency are rounded and what they are worth in the company's own."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from erp.models import Company, Lookup


@dataclass(frozen=True, slots=True)
class Currencies:
    """The currencies of a company that were asked for, read once."""

    lcy: str
    data: dict[str, dict[str, Any]]

    @classmethod
    def of(cls, company: Company, codes: Collection[str]) -> Currencies:
        rows = Lookup.objects.filter(
            company=company, kind=Lookup.Kind.CURRENCY, code__in={*codes, company.lcy}
        )
        return cls(company.lcy, dict(rows.values_list("code", "data")))

    def __contains__(self, code: str) -> bool:
        return code in self.data

    def precision(self, code: str) -> Decimal:
        """The smallest unit. Raises KeyError for a currency that is not set up."""
        return Decimal(self.data[code]["rounding"])

    def rate(self, code: str, day: date) -> Decimal | None:
        """LCY for one unit on `day`; None when there is no rate yet."""
        if code == self.lcy:
            return Decimal(1)
        rates = [row for row in self.data[code]["rates"] if row["from"] <= day.isoformat()]
        return Decimal(max(rates, key=lambda row: row["from"])["rate"]) if rates else None
