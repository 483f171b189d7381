"""How much tax is on an amount, in the way the order states its prices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sandbox.draft import DraftTax
from sandbox.money import Bag, Currencies
from sandbox.records.order import Tax


@dataclass(frozen=True, slots=True)
class Pricing:
    money: Currencies
    taxes_included: bool
    taxes: tuple[DraftTax, ...]  # of every line that does not name its own

    def reckoned(self, net: Bag, own: Sequence[DraftTax] | None) -> tuple[Tax, ...]:
        """Return the taxes on an amount after discounts; amounts that were given are kept.

        Prices that include tax hold `rate / (1 + all rates)` of themselves as tax.
        """
        taxes = self.taxes if own is None else own
        base = 1 + sum((tax.rate for tax in taxes), Decimal(0)) if self.taxes_included else 1
        return tuple(
            Tax(
                tax.title,
                tax.rate,
                self.money.part(net, tax.rate, base)
                if tax.amount is None
                else self.money.bag(tax.amount),
            )
            for tax in taxes
        )
