"""Rounding, discounts, VAT and conversion: pure functions over `Decimal`, no rows.

Halves are rounded away from zero. `precision` is the smallest unit of the currency: 0.01 for EUR,
1 for JPY, 0.001 for KWD, 0.05 where cash is rounded.
Source: BC table 290 "VAT Amount Line" and "Sales Line".UpdateVATOnLines.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from itertools import groupby

ZERO = Decimal(0)
ONE = Decimal(1)
HUNDRED = Decimal(100)
KEPT = Decimal("0.0001")  # the decimals of amounts in the tables
UNIT_COST = Decimal("0.00001")  # the precision of prices and costs of one unit


def exact(total: Decimal) -> Decimal:
    """A sum of amounts as they are kept: SQLite adds binary fractions, and leaves some behind."""
    return total.quantize(KEPT, ROUND_HALF_UP) + ZERO  # there is no −0


def rounded(amount: Decimal, precision: Decimal) -> Decimal:
    """Return the multiple of `precision` nearest to `amount`."""
    if precision.as_tuple().digits == (1,):  # a power of ten: what `quantize` is made for
        return amount.quantize(precision, ROUND_HALF_UP)
    return (amount / precision).quantize(ONE, ROUND_HALF_UP) * precision


def spread(total: Decimal, weights: Sequence[Decimal], precision: Decimal) -> list[Decimal]:
    """Divide `total` by weight, each part rounded and its rest carried on, so that the sum is exact.

    `total` is a multiple of `precision`; weights that add up to zero get nothing.
    """
    whole = sum(weights, ZERO)
    if not whole:
        return [ZERO] * len(weights)
    parts, carry = [], ZERO
    for weight in weights:
        raw = carry + total * weight / whole
        part = rounded(raw, precision)
        carry = raw - part
        parts.append(part)
    return parts


def line_amount(
    quantity: Decimal,
    unit_price: Decimal,
    precision: Decimal,
    *,
    discount: Decimal = ZERO,
    discount_pct: Decimal = ZERO,
) -> tuple[Decimal, Decimal]:
    """Return (amount after discount, discount); a percentage goes before an amount."""
    gross = rounded(quantity * unit_price, precision)
    off = rounded(gross * discount_pct / HUNDRED if discount_pct else discount, precision)
    return gross - off, off


def part(
    total: Decimal, quantity: Decimal, span: tuple[Decimal, Decimal], precision: Decimal
) -> Decimal:
    """Return the share of `total` for the pieces (from, to] out of `quantity`.

    Shares of adjoining spans add up to the share of the whole, to the last cent.
    """
    before, after = span
    return rounded(total * after / quantity, precision) - rounded(
        total * before / quantity, precision
    )


def in_lcy(parts: Iterable[Decimal], rate: Decimal, precision: Decimal) -> list[Decimal]:
    """Convert parts so that they add up to the conversion of their sum."""
    converted, so_far, done = [], ZERO, ZERO
    for amount in parts:
        so_far += amount
        upto = rounded(so_far * rate, precision)
        converted.append(upto - done)
        done = upto
    return converted


@dataclass(slots=True)
class Figures:
    """The amounts of one line. The last four are results."""

    line_amount: Decimal  # after line discount; includes VAT when prices do
    vat_code: str
    vat_pct: Decimal
    allow_discount: bool = True
    given_tax: Decimal | None = None
    inv_discount: Decimal = ZERO
    amount: Decimal = ZERO
    vat: Decimal = ZERO
    incl: Decimal = ZERO

    @property
    def net(self) -> Decimal:
        """What VAT is computed of, or is in."""
        return self.line_amount - self.inv_discount


def discountable(lines: Iterable[Figures]) -> Decimal:
    """Return the sum that an invoice discount can be taken from."""
    return sum((line.line_amount for line in lines if line.allow_discount), ZERO)


def distribute_discount(lines: Iterable[Figures], discount: Decimal, precision: Decimal) -> None:
    """Take an invoice discount off: first over VAT groups, then over the lines of each."""
    groups = _vat_groups(
        [line for line in lines if line.allow_discount and line.line_amount],
        key=lambda line: (line.vat_code, line.line_amount > 0),
    )
    sums = [sum((line.line_amount for line in group), ZERO) for group in groups]
    for group, share in zip(groups, spread(discount, sums, precision), strict=True):
        offs = spread(share, [line.line_amount for line in group], precision)
        for line, off in zip(group, offs, strict=True):
            line.inv_discount = off


def add_given_tax(lines: Iterable[Figures], precision: Decimal, *, incl: bool) -> None:
    """Set amount, vat and incl of each line from the tax that came with it."""
    for line in lines:
        line.vat = rounded(line.given_tax or ZERO, precision)
        line.amount = line.net - line.vat if incl else line.net
        line.incl = line.amount + line.vat


def add_vat(lines: Iterable[Figures], precision: Decimal, *, incl: bool) -> None:
    """Compute VAT once a group of VAT code and sign, and allot it to the group's lines.

    Where prices exclude VAT, the unrounded rest of a code's negative group goes into its positive
    group, so that an invoice and its partial reversal do not gain a cent.
    """
    carried: dict[str, Decimal] = {}
    for group in _vat_groups(lines, key=lambda line: (line.vat_code, line.net > 0)):
        total = sum((line.net for line in group), ZERO)
        if incl:
            vat = rounded(total - total / (ONE + group[0].vat_pct / HUNDRED), precision)
        else:
            raw = total * group[0].vat_pct / HUNDRED + carried.pop(group[0].vat_code, ZERO)
            vat = rounded(raw, precision)
            if total < 0:
                carried[group[0].vat_code] = raw - vat
        for line, share in zip(
            group, spread(vat, [line.net for line in group], precision), strict=True
        ):
            line.vat = share
            line.amount = line.net - share if incl else line.net
            line.incl = line.amount + share


def _vat_groups(
    lines: Iterable[Figures], key: Callable[[Figures], tuple[str, bool]]
) -> list[list[Figures]]:
    """Group lines, negative before positive within a code; the order of lines stays."""
    ordered = sorted(lines, key=key)
    return [list(group) for _, group in groupby(ordered, key=key)]
