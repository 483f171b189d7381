"""Looking for what a shop has already, and for where its products can be offered."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Self

from connector.shopify import search
from connector.shopify.client import Client

TERMS = 25  # values of one search
_PAGE = 100


@dataclass(frozen=True, slots=True)
class FoundVariant:
    gid: str
    sku: str
    barcode: str
    product_gid: str
    product_title: str

    @classmethod
    def from_node(cls, node: dict[str, Any]) -> Self:
        """Raises KeyError or TypeError when the answer has another shape."""
        product = node["product"]
        return cls(
            gid=node["id"],
            sku=node["sku"] or "",
            barcode=node["barcode"] or "",
            product_gid=product["id"],
            product_title=product["title"],
        )


@dataclass(frozen=True, slots=True)
class PublicationNode:
    gid: str
    name: str
    handle: str  # of its channel, e.g. online_store

    @classmethod
    def from_node(cls, node: dict[str, Any]) -> Self:
        """Raises KeyError or TypeError when the answer has another shape."""
        channels, catalog = node["channels"]["nodes"], node["catalog"]
        named = channels[0]["name"] if channels else ""
        return cls(
            gid=node["id"],
            name=named or (catalog["title"] if catalog else "") or node["id"],
            handle=channels[0]["handle"] if channels else "",
        )


@dataclass(frozen=True, slots=True)
class CollectionNode:
    gid: str
    title: str

    @classmethod
    def from_node(cls, node: dict[str, Any]) -> Self:
        """Raises KeyError or TypeError when the answer has another shape."""
        return cls(gid=node["id"], title=node["title"])


def variants_by(
    client: Client, field: str, values: Sequence[str]
) -> dict[str, tuple[FoundVariant, ...]]:
    """{value: variants whose `field`, sku or barcode, is exactly that}. Raises as Client.execute.

    The search finds words and beginnings too, whatever its case: each hit is checked. SKUs are
    compared without case, as item numbers know none.
    """
    wanted = {value.strip().casefold(): value for value in values if value.strip()}
    found: dict[str, dict[str, FoundVariant]] = {}
    for terms in _batches(list(wanted.values())):
        query = " OR ".join(search.equals(field, value) for value in terms)
        pages = client.pages(
            "variants_found",
            ("productVariants",),
            FoundVariant.from_node,
            first=_PAGE,
            query=query,
        )
        for hit in (node for page in pages for node in page.nodes):
            value = wanted.get(str(getattr(hit, field)).strip().casefold())
            if value is not None:
                found.setdefault(value, {})[hit.gid] = hit
    return {value: tuple(hits.values()) for value, hits in found.items()}


def publications(client: Client) -> list[PublicationNode]:
    """All sales channels. Raises as Client.execute."""
    pages = client.pages(
        "publications_page", ("publications",), PublicationNode.from_node, first=50
    )
    return [node for page in pages for node in page.nodes]


def collections(client: Client) -> list[CollectionNode]:
    """All collections that are filled by hand. Raises as Client.execute."""
    pages = client.pages(
        "collections_page",
        ("collections",),
        CollectionNode.from_node,
        first=100,
        query=search.equals("collection_type", "custom"),
    )
    return [node for page in pages for node in page.nodes]


def _batches(values: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(values), TERMS):
        yield values[start : start + TERMS]
