"""What the shop holds, to be looked at: the records by id, and the nodes Shopify would show."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import TypeVar

from sandbox.nodes import Node
from sandbox.records.collection import Collection, Publication
from sandbox.records.company import Company
from sandbox.records.customer import Customer
from sandbox.records.location import Location
from sandbox.records.media import Media
from sandbox.records.metafield import Metafield, MetafieldDefinition
from sandbox.records.order import Order
from sandbox.records.product import Product, Variant
from sandbox.records.shop import Shop
from sandbox.records.translation import Translation

R = TypeVar("R")
Hung = Metafield | Translation  # onto another record
Record = (
    Shop
    | Location
    | Product
    | Customer
    | Company
    | Order
    | Media
    | Collection
    | Publication
    | MetafieldDefinition
    | Hung
)


class Shelf:
    """The reading side of a store."""

    def __init__(self) -> None:
        self.records: dict[str, Record] = {}
        self.nodes: dict[str, Node] = {}
        self.url = ""  # of the server in front of it
        self.handles: dict[str, str] = {}  # of products, and whose they are
        self._listed: dict[str, dict[str, Node]] = defaultdict(dict)
        self._hung: dict[tuple[str, str], dict[str, Node]] = {}  # by type and owner
        self._joined: dict[str, list[Node]] | None = None  # collections by product

    @property
    def shop(self) -> Shop:
        return self._all(Shop)[0]

    def listed(self, kind: str) -> dict[str, Node]:
        """Return the nodes of a type by id, oldest first."""
        return self._listed[kind]

    def order(self, gid: str) -> Order | None:
        record = self.records.get(gid)
        return record if isinstance(record, Order) else None

    def orders(self) -> list[Order]:
        return self._all(Order)

    def products(self) -> list[Product]:
        return self._all(Product)

    def customers(self) -> list[Customer]:
        return self._all(Customer)

    def companies(self) -> list[Company]:
        return self._all(Company)

    def locations(self) -> list[Location]:
        return self._all(Location)

    def collections(self) -> list[Collection]:
        return self._all(Collection)

    def publications(self) -> list[Publication]:
        return self._all(Publication)

    def product(self, gid: str) -> Product | None:
        record = self.records.get(gid)
        return record if isinstance(record, Product) else None

    def by_handle(self, handle: str) -> Node | None:
        """Return the product with that handle."""
        return self.nodes.get(self.handles.get(handle, ""))

    def products_with(self, media_gid: str) -> list[Product]:
        """Return the products that show a file."""
        return [product for product in self.products() if media_gid in product.media_gids]

    def owner(self, gid: str) -> Product | None:
        """Return the product that a variant, or the inventory item of one, belongs to."""
        node = self.nodes.get(gid, {})
        if node.get("__typename") == "InventoryItem":
            node = node["variant"]
        return self.product(node["product"]["id"]) if "product" in node else None

    def in_online_store(self, since: datetime) -> tuple[tuple[str, datetime], ...]:
        """Return what `published` of a product says when the online store sells it."""
        return tuple((p.gid, since) for p in self.publications() if p.handle == "online_store")

    @property
    def currency(self) -> str:
        return self.shop.currency

    @property
    def domain(self) -> str:
        return self.shop.domain

    @property
    def locale(self) -> str:
        """Return the shop's own language."""
        return self.shop.locales[0][0]

    def collections_of(self, product_gid: str) -> Sequence[Node]:
        if self._joined is None:
            self._joined = defaultdict(list)
            for collection in self.collections():
                for gid in collection.product_gids:
                    self._joined[gid].append(self.nodes[collection.gid])
        return self._joined.get(product_gid, ())

    def metafields_of(self, owner_gid: str) -> list[Node]:
        return list(self._hung.get(("Metafield", owner_gid), {}).values())

    def translations_of(self, resource_gid: str) -> list[Node]:
        return list(self._hung.get(("Translation", resource_gid), {}).values())

    def _all(self, kind: type[R]) -> list[R]:
        records = (self.records[gid] for gid in self._listed[kind.__name__])
        return [record for record in records if isinstance(record, kind)]

    def variants_by_sku(self) -> dict[str, tuple[Product, Variant]]:
        """Return the variants that have a SKU; of doubles the first."""
        found: dict[str, tuple[Product, Variant]] = {}
        for product in self.products():
            for variant in product.variants:
                if variant.sku:
                    found.setdefault(variant.sku, (product, variant))
        return found
