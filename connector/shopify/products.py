"""The questions about products: page after page of whole raw products, and which there are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from connector.shopify.client import Client
from connector.shopify.connections import complete
from connector.shopify.paging import Page
from connector.shopify.search import all_of

NO_GIFT_CARDS = "gift_card:false"


def product_pages(
    client: Client, *, query: str, first: int = 100, variants: int = 10
) -> Iterator[Page[dict[str, Any]]]:
    """Yield raw products that match `query` (see `search`), those that changed first coming first.

    Gift cards are left out, on every page. Each product has all its variants, so that
    ProductNode.from_node finds it complete. `variants` is how many of a product come with the
    page: products with more cost a call for each further 250. Raises as Client.execute.
    """
    pages = client.pages(
        "products_page",
        ("products",),
        dict,
        first=first,
        query=all_of(query, NO_GIFT_CARDS),
        variants=variants,
    )
    for page in pages:
        extra = sum(_complete(client, product) for product in page.nodes)
        yield Page(page.nodes, page.cursor, page.cost + extra)


def product_gids(client: Client) -> Iterator[str]:
    """Yield the id of each product there is, gift cards left out. Raises as Client.execute."""
    for page in client.pages("products_brief", ("products",), dict, first=250, query=NO_GIFT_CARDS):
        yield from (node["id"] for node in page.nodes)


def product_count(client: Client, *, query: str = "") -> int:
    """Return how many products match `query`, gift cards left out; exact, however many.

    Raises as Client.execute.
    """
    asked = all_of(query, NO_GIFT_CARDS)
    data = client.execute("products_count", {"query": asked})
    return int(data["productsCount"]["count"])


def _complete(client: Client, product: dict[str, Any]) -> int:
    return complete(client, product, "variants", document="product_variants", root="product")
