"""Amounts in two currencies at once, and how Shopify rounds and writes them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import cache

ZERO = Decimal(0)
# Minor units that are not two (ISO 4217).
DIGITS = {"CLP": 0, "ISK": 0, "JPY": 0, "KRW": 0, "VND": 0, "BHD": 3, "KWD": 3, "OMR": 3, "TND": 3}


@dataclass(frozen=True, slots=True)
class Bag:
    """One amount as the shop and as the buyer see it; the currencies stand on the order."""

    shop: Decimal = ZERO
    presentment: Decimal = ZERO

    def __add__(self, other: Bag) -> Bag:
        return Bag(self.shop + other.shop, self.presentment + other.presentment)

    def __sub__(self, other: Bag) -> Bag:
        return Bag(self.shop - other.shop, self.presentment - other.presentment)

    def __neg__(self) -> Bag:
        return Bag(-self.shop, -self.presentment)

    def __mul__(self, factor: Decimal | int) -> Bag:
        return Bag(self.shop * factor, self.presentment * factor)

    def __bool__(self) -> bool:
        return bool(self.shop or self.presentment)


NOTHING = Bag()


@dataclass(frozen=True, slots=True)
class Currencies:
    """The currencies of an order and the rate between them (presentment for one of the shop's)."""

    shop: str
    presentment: str
    rate: Decimal = Decimal(1)

    def bag(self, amount: Decimal) -> Bag:
        """Return an amount of the shop's currency in both, each rounded to its minor unit."""
        if self.shop == self.presentment:
            return _same(round_to(amount, self.shop))
        return Bag(round_to(amount, self.shop), round_to(amount * self.rate, self.presentment))

    def rounded(self, bag: Bag) -> Bag:
        """Return the bag with each side rounded half up to its minor unit."""
        if self.shop == self.presentment:
            return _same(round_to(bag.shop, self.shop))
        return Bag(round_to(bag.shop, self.shop), round_to(bag.presentment, self.presentment))

    def part(self, bag: Bag, numerator: Decimal | int, denominator: Decimal | int) -> Bag:
        """Return that fraction of a rounded bag, rounded; nothing of nothing."""
        if numerator == denominator:
            return bag
        if not denominator or not numerator:
            return NOTHING
        shop = bag.shop * numerator / denominator
        if self.shop == self.presentment:
            return _same(round_to(shop, self.shop))
        return self.rounded(Bag(shop, bag.presentment * numerator / denominator))


def _same(amount: Decimal) -> Bag:
    return Bag(amount, amount)


def total(bags: Iterable[Bag]) -> Bag:
    """Return the sum of the bags."""
    shop = presentment = ZERO
    for bag in bags:
        shop += bag.shop
        presentment += bag.presentment
    return Bag(shop, presentment)


def round_to(amount: Decimal, currency: str) -> Decimal:
    """Return the amount rounded half up to the currency's minor unit."""
    return amount.quantize(_unit(currency), ROUND_HALF_UP)


@cache
def _unit(currency: str) -> Decimal:
    return Decimal(1).scaleb(-DIGITS.get(currency, 2))


def text(amount: Decimal) -> str:
    """Return the amount as Shopify writes a Decimal: "120.0", "104.5", "0.0"."""
    plain = f"{amount.normalize():f}" if amount else "0"
    return plain if "." in plain else plain + ".0"


def shares(amount: Decimal, weights: Sequence[Decimal], currency: str) -> list[Decimal]:
    """Split an amount over the weights so that the parts add up to it to the last minor unit.

    What rounding leaves over goes to the heaviest; equal weights when all are zero.
    """
    if not weights:
        return []
    whole = sum(weights, ZERO)
    if not whole:
        weights, whole = [Decimal(1)] * len(weights), Decimal(len(weights))
    parts = [round_to(amount * weight / whole, currency) for weight in weights]
    heaviest = max(range(len(weights)), key=lambda index: weights[index])
    parts[heaviest] += amount - sum(parts, ZERO)
    return parts


def split(bag: Bag, weights: Sequence[Decimal], money: Currencies) -> list[Bag]:
    """Split a bag over the weights, each side by itself, so that both add up."""
    shop = shares(bag.shop, weights, money.shop)
    presentment = shares(bag.presentment, weights, money.presentment)
    return [Bag(*pair) for pair in zip(shop, presentment, strict=True)]
