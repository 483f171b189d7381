"""Keeps a row for each variant and location with what we calculated, and reads Shopify's number."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from connector.shopify.client import Client
from connector.shopify.inventory import levels as ask_levels
from connector.sync.mapping.stock import Calculation
from connector.sync.stock_figures import Told, calculations, sold, today
from erp.models import Company
from shops.models import Location, Shop, StockLevel, Variant

UNIT = "unit"  # code of the problem that the number cannot be worked out
GONE = "gone"
CHUNK = 250


class _Known(NamedTuple):
    pk: int
    variant: int
    location: int
    calculated: int | None
    problem: str
    problem_code: str


@dataclass(slots=True)
class Standing:
    """What is to be written so that the rows say what the books say now."""

    new: list[StockLevel] = field(default_factory=list)
    changed: list[StockLevel] = field(default_factory=list)  # with the columns of WRITTEN alone


WRITTEN = ("calculated", "calculated_at", "problem", "problem_code")


def standing(shop: Shop, books: Company, now: datetime) -> Standing:
    """Compare all rows of the shop with its books, in a fixed number of queries a location."""
    told = _told(shop, books, now)
    found = Standing()
    rows = StockLevel.objects.filter(shop=shop).values_list(
        "pk", "variant_id", "location_id", "calculated", "problem", "problem_code"
    )
    for row in rows.iterator():
        known = _Known(*row)
        _compare(known, told.pop((known.variant, known.location), None), found, now)
    for (variant, location), one in told.items():
        level = StockLevel(shop=shop, variant_id=variant, location_id=location)
        _calculated(level, one, now)
        found.new.append(level)
    return found


def _told(shop: Shop, books: Company, now: datetime) -> dict[tuple[int, int], Told]:
    places = list(Location.of_stock(shop))
    variants = sold(shop) if places else []
    return {
        (variant, place.pk): told
        for place in places
        for variant, told in calculations(books, place, variants, today(shop, now)).items()
    }


def _compare(known: _Known, told: Told | None, found: Standing, now: datetime) -> None:
    """A problem that is over keeps its words until the run has closed its record."""
    level = StockLevel(
        pk=known.pk,
        calculated=known.calculated,
        problem=known.problem,
        problem_code=known.problem_code,
    )
    _calculated(level, told, now)
    if (level.calculated, level.problem, level.problem_code) != known[3:]:
        found.changed.append(level)


def _calculated(level: StockLevel, told: Told | None, now: datetime) -> None:
    level.calculated = told.shown if isinstance(told, Calculation) else None
    level.calculated_at = now
    if isinstance(told, str):
        level.problem, level.problem_code = told, UNIT
    elif level.problem_code == UNIT or (told is None and level.problem):
        level.problem_code = ""


def write(found: Standing) -> None:
    """Within a transaction."""
    StockLevel.objects.bulk_create(found.new, batch_size=1000, ignore_conflicts=True)
    StockLevel.objects.bulk_update(found.changed, WRITTEN, batch_size=CHUNK)


def in_chunks(levels: Iterable[StockLevel]) -> Iterator[list[StockLevel]]:
    """Rows of one location each, as one question to Shopify takes them."""
    chunk: list[StockLevel] = []
    for level in levels:
        if chunk and (len(chunk) == CHUNK or chunk[0].location_id != level.location_id):
            yield chunk
            chunk = []
        chunk.append(level)
    if chunk:
        yield chunk


def loaded(pks: Sequence[int]) -> list[StockLevel]:
    """The rows with what a call needs of them, in the order in which a call holds them."""
    rows = StockLevel.objects.filter(pk__in=pks).select_related("variant", "location")
    return list(rows.order_by("location_id", "pk"))


@dataclass(slots=True)
class Read:
    """What of some rows is another than we thought."""

    changed: list[StockLevel] = field(default_factory=list)
    untracked: list[int] = field(default_factory=list)  # variants
    gone: list[StockLevel] = field(default_factory=list)


def read(client: Client, levels: Sequence[StockLevel], now: datetime) -> Read:
    """Ask what Shopify has of these rows of one location, and note it on them. Writes nothing.

    Raises as Client.execute.
    """
    found = Read()
    if not levels:
        return found
    gids = [level.variant.inventory_item_gid for level in levels]
    there = ask_levels(client, gids, levels[0].location.gid)
    for level in levels:
        shown = there.get(level.variant.inventory_item_gid)
        if shown is None:
            found.gone.append(level)
            continue
        if not shown.tracked:
            level.calculated = None
            found.untracked.append(level.variant_id)
        if level.read_at is None or level.available != shown.available:
            level.available, level.read_at = shown.available, now
            found.changed.append(level)
    return found


def write_read(found: Read) -> None:
    """Within a transaction."""
    StockLevel.objects.bulk_update(found.changed, ["available", "read_at"])
    if found.untracked:
        Variant.objects.filter(pk__in=found.untracked).update(tracked=False)
        StockLevel.objects.filter(variant__in=found.untracked).update(calculated=None)
