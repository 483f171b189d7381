"""What a shop shows of its stock, worked out for all its variants at once.

A variant whose stock is not known is left out: nothing is told of it, least of all zero.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from connector.sync.mapping.stock import (
    Calculation,
    Figures,
    Rule,
    Unit,
    UnknownUnit,
    calculate,
    option_named,
    unit_of,
)
from connector.sync.models import VariantLink
from connector.sync.models.links import MappingState
from erp import availability
from erp.models import Company, Item
from erp.models import Location as BooksLocation
from jobqueue.filters import BadFilter, parse
from shops.models import Location, OrderSettings, ProductSettings, Shop

Told = Calculation | str  # or the sentence why it cannot be worked out


@dataclass(frozen=True, slots=True)
class Sold:
    """A variant whose stock is told to Shopify."""

    variant: int
    item: int
    item_variant: int | None
    unit: Unit | None
    problem: str = ""  # why the unit is not known


def sold(shop: Shop, variants: Collection[int] | None = None) -> list[Sold]:
    """The shop's variants that stand for an inventory item and that Shopify tracks; None: all."""
    links = VariantLink.objects.filter(
        variant__shop=shop,
        state=MappingState.MAPPED,
        item__type=Item.Type.INVENTORY,
        variant__tracked=True,
        variant__gone_at=None,
    ).exclude(variant__inventory_item_gid="")
    if variants is not None:
        links = links.filter(variant__in=variants)
    option = _UnitOption.of(shop)
    columns = (
        *("variant_id", "item_id", "item_variant_id", "variant__options"),
        *("variant__product__options", "item__base_uom", "item__units", "item__sales_uom"),
    )
    return [_sold(option, row) for row in links.order_by("variant_id").values(*columns)]


@dataclass(frozen=True, slots=True)
class _UnitOption:
    """Which option of a product names the unit: by its name, or by its place from 1."""

    name: str
    place: int

    @classmethod
    def of(cls, shop: Shop) -> _UnitOption:
        products = ProductSettings.of(shop)
        name = products.option_name_for_uom if products.uom_as_variant else ""
        return cls(name, OrderSettings.of(shop).unit_option)

    def value(self, names: Sequence[str], values: Sequence[str]) -> str:
        if named := option_named(self.name, names, values):
            return named
        return values[self.place - 1] if len(values) >= self.place > 0 else ""


def _sold(option: _UnitOption, row: Mapping[str, Any]) -> Sold:
    keys = row["variant_id"], row["item_id"], row["item_variant_id"]
    named = option.value(row["variant__product__options"] or (), row["variant__options"])
    units = {code: str(per) for code, per in row["item__units"].items()}
    try:
        unit = unit_of(named, row["item__base_uom"], units, row["item__sales_uom"])
    except UnknownUnit as unknown:
        text = _("“%s” is no unit of the item: add it on the item card, or correct the option.")
        return Sold(*keys, None, text % unknown)
    return Sold(*keys, unit)


def calculations(
    books: Company, location: Location, variants: Sequence[Sold], day: date
) -> dict[int, Told]:
    """Variant → its number, in a fixed number of queries however many variants there are."""
    try:
        codes = books_locations(books, location.location_filter)
    except BadFilter as bad:
        text = _("The location filter of %(location)s cannot be read: %(reason)s")
        return dict.fromkeys(
            (one.variant for one in variants), text % {"location": location, "reason": bad}
        )
    figures = _figures(books, location, codes, variants, day)
    rule = Rule(location.buffer, location.cap)
    return {
        one.variant: calculate(figures[one.item, one.item_variant], one.unit, rule)
        if one.unit
        else one.problem
        for one in variants
    }


FEW = 500  # items that are named in a query; more are picked out of all


def _figures(
    books: Company,
    location: Location,
    codes: Collection[str] | None,
    variants: Sequence[Sold],
    day: date,
) -> dict[availability.StockKey, Figures]:
    """By item and item variant; without an item variant, all that the item comes in."""
    items: Collection[int] | None = {one.item for one in variants}
    items = items if len(items or ()) <= FEW else None
    on_hand = availability.on_hand(books, items, locations=codes)
    if location.stock_calculation == Location.StockCalculation.FREE:
        left = availability.free(books, items, locations=codes)
    else:
        left = availability.projected(books, items, day=day, locations=codes)
    whole_on_hand, whole_left = availability.by_item(on_hand), availability.by_item(left)
    zero = Figures()
    return {
        (one.item, one.item_variant): Figures(
            whole_on_hand.get(one.item, zero.on_hand), whole_left.get(one.item, zero.left)
        )
        if one.item_variant is None
        else Figures(
            on_hand.get((one.item, one.item_variant), zero.on_hand),
            left.get((one.item, one.item_variant), zero.left),
        )
        for one in variants
    }


def books_locations(books: Company, expression: str) -> set[str] | None:
    """The locations that a filter means; None for all of them, "" for no location at all.

    Raises BadFilter.
    """
    if not expression.strip():
        return None
    wanted = parse(expression)
    codes = {"", *BooksLocation.objects.filter(company=books).values_list("code", flat=True)}
    return {code for code in codes if wanted.matches(code)}


def today(shop: Shop, now: datetime) -> date:
    """The day it is where the shop is."""
    return now.astimezone(ZoneInfo(shop.zone)).date()
