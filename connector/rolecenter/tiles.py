"""The cues with their numbers and colours, ready to be shown to one person."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Value
from django.utils.functional import Promise

from connector.rolecenter.cues import CUES, Cue, style
from shops.models import CueSetup

Split = dict[str, int]  # how many of which shop


@dataclass(frozen=True, slots=True)
class Tile:
    name: str
    label: Promise | str
    value: int
    style: str
    url: str
    meaning: str  # the split by shop, or what zero means


def tiles(
    user_id: int | None, cues: Iterable[Cue] = CUES, splits: Mapping[str, Split] | None = None
) -> list[Tile]:
    """Two queries, whatever the number of cues: one counts, one reads who set up what.

    `splits` are the counts, where the page has them already.
    """
    wanted = list(cues)
    splits = count(wanted) if splits is None else splits
    setups = setups_of(user_id)
    return [_tile(cue, splits[cue.name], setups) for cue in wanted]


def count(cues: Iterable[Cue]) -> Mapping[str, Split]:
    """The rows of each cue by shop, in one query."""
    queries = [_counted(cue) for cue in cues]
    splits: dict[str, Split] = defaultdict(dict)
    if not queries:
        return splits
    first, *others = queries
    for name, shop, number in first.union(*others, all=True):
        if number:
            splits[name][shop] = number
    return splits


def _counted(cue: Cue) -> QuerySet[Any, tuple[str, str, int]]:
    counted: QuerySet[Any, tuple[str, str, int]] = (
        cue.rows()
        .order_by()
        .annotate(cue_name=Value(cue.name), shop_code=F(cue.shop))
        .values("cue_name", "shop_code")
        .annotate(number=Count("pk"))
        .values_list("cue_name", "shop_code", "number")
    )
    return counted


def setups_of(user_id: int | None) -> Mapping[str, CueSetup]:
    """The setup that counts for a person: their own, else the company's."""
    rows = CueSetup.objects.filter(Q(user=None) | Q(user_id=user_id))
    return {row.cue: row for row in sorted(rows, key=lambda row: row.user_id is not None)}


def _tile(cue: Cue, split: Split, setups: Mapping[str, CueSetup]) -> Tile:
    value = sum(split.values())
    setup = setups.get(cue.name) or cue.setup()
    return Tile(cue.name, cue.label, value, style(value, setup), cue.url, _meaning(cue, split))


def _meaning(cue: Cue, split: Split) -> str:
    if not split:
        return str(cue.meaning)
    return " · ".join(
        f"{shop} {number}" if shop else str(number) for shop, number in sorted(split.items())
    )
