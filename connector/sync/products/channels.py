"""Where a shop's new products go: its sales channels and collections, kept as Shopify lists them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from django.db import transaction

from connector.shopify.client import Client
from connector.shopify.product_lookups import (
    CollectionNode,
    PublicationNode,
    collections,
    publications,
)
from connector.sync.mapping.wares import Ware
from jobqueue.filters import Filter, parse
from shops.models import ProductCollection, Publication, Shop
from shops.models.sales_channel import ONLINE_STORE


class Known(NamedTuple):
    publications: int
    collections: int


def refresh(shop: Shop, client: Client) -> Known:
    """Ask Shopify, and forget what it lists no more. Raises as Client.execute; then all stays."""
    channels, gathered = publications(client), collections(client)
    with transaction.atomic():
        _put_publications(shop, channels)
        _put_collections(shop, gathered)
    return Known(len(channels), len(gathered))


def ensure(shop: Shop, client: Client) -> None:
    """Ask once, so that new products can be bought without anybody having chosen anything."""
    if not Publication.objects.filter(shop=shop).exists():
        refresh(shop, client)


def _put_publications(shop: Shop, nodes: Sequence[PublicationNode]) -> None:
    """What a person chose stays; the online store is chosen when it is seen first."""
    for node in nodes:
        told = {"name": node.name[:255], "handle": node.handle[:255]}
        Publication.objects.update_or_create(
            shop=shop,
            gid=node.gid,
            defaults=told,
            create_defaults=told | {"chosen": node.handle == ONLINE_STORE},
        )
    gone = Publication.objects.filter(shop=shop).exclude(gid__in=[node.gid for node in nodes])
    gone.delete()


def _put_collections(shop: Shop, nodes: Sequence[CollectionNode]) -> None:
    for node in nodes:
        ProductCollection.objects.update_or_create(
            shop=shop, gid=node.gid, defaults={"title": node.title[:255]}
        )
    gone = ProductCollection.objects.filter(shop=shop).exclude(gid__in=[n.gid for n in nodes])
    gone.delete()


def chosen(shop: Shop) -> list[str]:
    """The publications in which new products are offered; none: nowhere."""
    rows = Publication.objects.filter(shop=shop, chosen=True).order_by("pk")
    return list(rows.values_list("gid", flat=True))


class Joining:
    """Which collections a new product joins, read once a run."""

    def __init__(self, shop: Shop) -> None:
        """Raises BadFilter; the page refuses such."""
        rows = ProductCollection.objects.filter(shop=shop, join=True).order_by("pk")
        self._rules = [(row.gid, _filter(row.item_nos), _filter(row.categories)) for row in rows]

    def of(self, ware: Ware) -> list[str]:
        return [
            gid
            for gid, numbers, categories in self._rules
            if (numbers is None or numbers.matches(ware.no))
            and (categories is None or categories.matches(ware.category_code))
        ]


def _filter(expression: str) -> Filter | None:
    return parse(expression) if expression.strip() else None
