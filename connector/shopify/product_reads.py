"""Products by their ids, as they are now."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from connector.shopify.client import Client
from connector.shopify.connections import complete

MOST = 10  # products of one call
VARIANTS = 20  # of one product that come with it; the others cost a call for each 250


def read_products(client: Client, gids: Sequence[str]) -> Iterator[dict[str, Any]]:
    """Yield raw products, each with all its variants; what is gone is left out.

    ProductNode.from_node finds each complete. Raises as Client.execute.
    """
    for start in range(0, len(gids), MOST):
        asked = list(gids[start : start + MOST])
        data = client.execute("products_by_ids", {"ids": asked, "variants": VARIANTS})
        for node in data["nodes"]:
            if node:
                complete(client, node, "variants", document="product_variants", root="product")
                yield node
