"""Prices of variants: as Shopify has them, and telling Shopify others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Self

from connector.shopify.bulk import Line, start
from connector.shopify.client import Client
from connector.shopify.documents import load
from connector.shopify.errors import UserErrors
from connector.shopify.paging import Page

PAGE = 250  # variants
MOST = 250  # variants of one product in a call; Shopify's limit
ROOT = "productVariantsBulkUpdate"


@dataclass(frozen=True, slots=True)
class PriceNode:
    gid: str
    price: Decimal
    compare_at: Decimal | None
    unit_cost: Decimal | None
    updated_at: datetime

    @classmethod
    def from_node(cls, node: Mapping[str, Any]) -> Self:
        """Raises KeyError or ArithmeticError when the answer has another shape."""
        cost = node["inventoryItem"]["unitCost"]
        compare_at = node["compareAtPrice"]
        return cls(
            node["id"],
            Decimal(node["price"]),
            None if compare_at is None else Decimal(compare_at),
            None if cost is None else Decimal(cost["amount"]),
            datetime.fromisoformat(node["updatedAt"]),
        )


@dataclass(frozen=True, slots=True)
class Told:
    """What became of one variant."""

    node: PriceNode | None  # as Shopify has it now; None: not confirmed
    problem: str = ""  # Shopify's words


def price_pages(client: Client) -> Iterator[Page[PriceNode]]:
    """All variants of the shop. Raises as Client.pages."""
    return client.pages(
        "variant_prices_page", ("productVariants",), PriceNode.from_node, first=PAGE
    )


def tell_prices(
    client: Client, product: str, variants: Sequence[Mapping[str, object]]
) -> dict[str, Told]:
    """Tell the prices of variants of one product, `MOST` at most; what became of each, by gid.

    Raises UserErrors when it is about the product as a whole, and as Client.execute.
    """
    problems: dict[str, str] = {}
    data: Mapping[str, Any]
    try:
        data = client.execute("variant_prices_update", {"product": product, "variants": variants})
    except UserErrors as refusal:
        problems, data = _by_variant(refusal, variants), refusal.data
    nodes = (data.get(ROOT) or {}).get("productVariants") or ()
    known = {node["id"]: Told(PriceNode.from_node(node)) for node in nodes}
    return {
        gid: Told(None, problems[gid]) if gid in problems else known.get(gid, Told(None))
        for gid in _gids(variants)
    }


def start_telling(client: Client, changes: Sequence[tuple[str, Mapping[str, object]]]) -> str:
    """Begin a bulk operation with a line for each (product gid, variant). Raises as bulk.start."""
    return start(
        client,
        load("variant_prices_update").text,
        [{"product": product, "variants": [variant]} for product, variant in changes],
    )


def told(line: Line | None) -> Told:
    """What a line of a bulk operation's results says of its variant."""
    if line is None:
        return Told(None)
    nodes = line.data.get("productVariants") or []
    if line.problems or len(nodes) != 1 or not nodes[0].get("updatedAt"):
        return Told(None, " ".join(line.problems))
    return Told(PriceNode.from_node(nodes[0]))


def _gids(variants: Sequence[Mapping[str, object]]) -> list[str]:
    return [str(variant["id"]) for variant in variants]


def _by_variant(refusal: UserErrors, variants: Sequence[Mapping[str, object]]) -> dict[str, str]:
    """Whose fault each error is: its field is ["variants", "3", "price"]. Raises it when nobody's."""
    gids, problems = _gids(variants), dict[str, str]()
    for error in refusal.errors:
        way = list(error.field)
        place = way[1] if len(way) > 1 and way[0] == "variants" else ""
        if not place.isdecimal() or int(place) >= len(gids):
            raise refusal
        problems[gids[int(place)]] = error.message
    return problems
