"""Keeps of products what Shopify says right after something was sent: no more and no less."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol

from connector.shopify.client import Client
from connector.shopify.nodes.product import ProductNode
from connector.shopify.product_reads import read_products
from connector.sync.staging.products import mark_gone, put_products
from shops.models import Product, Shop


class Writes(Protocol):
    """As much of a run's hold as writing needs."""

    def transaction(self) -> AbstractContextManager[None]: ...


def see(
    shop: Shop, client: Client, gids: Sequence[str], now: datetime, hold: Writes
) -> dict[str, Product]:
    """Read products and keep what Shopify says of them; those that are gone are marked so.

    What is kept has Shopify's own `updated_at`, so that an import takes it for no news. Raises as
    Client.execute.
    """
    nodes = [ProductNode.from_node(raw) for raw in read_products(client, gids)]
    present = {node.gid for node in nodes}
    with hold.transaction():
        put_products(shop, nodes, now, closely=True)
        mark_gone(shop, [gid for gid in gids if gid not in present], now)
    rows = Product.objects.filter(shop=shop, gid__in=[node.gid for node in nodes])
    return {row.gid: row for row in rows}
