"""The best price for a customer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.db.models import Q, QuerySet

from erp.models import Item, ItemVariant, Party, Price
from erp.money import HUNDRED, ZERO


@dataclass(frozen=True, slots=True)
class Purchase:
    """What somebody wants to buy, and when."""

    item: Item
    variant: ItemVariant | None
    quantity: Decimal
    currency: str
    day: date
    uom: str = ""


class BestPrice(NamedTuple):
    unit_price: Decimal  # in the currency asked for
    line_discount_pct: Decimal
    incl_vat: bool


def best_price(party: Party, wanted: Purchase) -> BestPrice:
    """Of all matching price lines the one with the lowest price after discount, else the item's own.

    The item's own is in LCY whatever the currency asked for: converting it is for the caller, who
    knows the day's rate.
    """
    found = sorted(_matching(party, wanted), key=lambda price: (_net(price), price.pk))
    if found:
        best = found[0]
        return BestPrice(best.unit_price, best.line_discount_pct, best.incl_vat)
    return BestPrice(wanted.item.unit_price, ZERO, wanted.item.price_incl_vat)


def _net(price: Price) -> Decimal:
    return price.unit_price * (HUNDRED - price.line_discount_pct) / HUNDRED


def _matching(party: Party, wanted: Purchase) -> QuerySet[Price]:
    group = Q(source_type=Price.Source.GROUP, source_no=party.price_group)
    return Price.objects.filter(
        Q(source_type=Price.Source.ALL)
        | (group if party.price_group else Q(pk__in=[]))
        | Q(source_type=Price.Source.CUSTOMER, source_no=party.no),
        Q(variant__isnull=True) | Q(variant=wanted.variant),
        Q(starts__isnull=True) | Q(starts__lte=wanted.day),
        Q(ends__isnull=True) | Q(ends__gte=wanted.day),
        item=wanted.item,
        min_qty__lte=wanted.quantity,
        uom__in=["", wanted.uom],
        currency="" if wanted.currency == wanted.item.company.lcy else wanted.currency,
    )
