"""Everything the shop holds, by id: the records, and the nodes Shopify would show of them.

A record is replaced, never changed, so a snapshot is a copy of one dict. Nodes refer to one
another and are therefore refreshed in place.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from enum import IntEnum
from typing import TypeVar

from sandbox.clock import Clock
from sandbox.nodes import Node
from sandbox.nodes.company import company_location_node, company_node
from sandbox.nodes.customer import customer_node
from sandbox.nodes.fulfillment import fulfillment_node, fulfillment_order_node
from sandbox.nodes.line import line_node
from sandbox.nodes.location import location_node
from sandbox.nodes.order import order_node
from sandbox.nodes.payment import refund_node, transaction_node
from sandbox.nodes.product import product_node, variant_node
from sandbox.nodes.returned import return_node, reverse_node
from sandbox.nodes.shop import installation_node, shop_node
from sandbox.records.company import Company
from sandbox.records.customer import Customer
from sandbox.records.location import Location
from sandbox.records.order import Order
from sandbox.records.product import Product, Variant
from sandbox.records.shop import Shop
from sandbox.status import remaining_by_line

R = TypeVar("R")
Record = Shop | Location | Product | Customer | Company | Order


class First(IntEnum):
    """The first number of each kind's ids: far apart, so that a mixed-up id is found out."""

    DEFAULT = 1_000_001
    Product = 2_000_001
    ProductVariant = 3_000_001
    Customer = 4_000_001
    Order = 5_000_001
    LineItem = 6_000_001
    FulfillmentOrder = 7_000_001
    Fulfillment = 8_000_001


@dataclass(frozen=True, slots=True)
class Snapshot:
    records: dict[str, Record]
    issued: Counter[str]


class Store:
    """One shop in memory. Not safe for threads: the caller holds a lock."""

    def __init__(self, clock: Clock, shop: Shop | None = None) -> None:
        self.clock = clock
        self.revision = 0  # moves with every change
        self.records: dict[str, Record] = {}
        self.nodes: dict[str, Node] = {}
        self._issued: Counter[str] = Counter()
        self._listed: dict[str, dict[str, Node]] = defaultdict(dict)
        self.put(shop or Shop())

    # -- reading

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

    # -- writing

    def new_gid(self, kind: str) -> str:
        """Return the next id of a type: the same ones in the same order on every run."""
        number = First.__members__.get(kind, First.DEFAULT) + self._issued[kind]
        self._issued[kind] += 1
        return f"gid://shopify/{kind}/{number}"

    def put(self, record: Record) -> None:
        """Take the record in, in place of the one with its id."""
        self.records[record.gid] = record
        self.revision += 1
        match record:
            case Shop():
                self._show(shop_node(record))
                self._show(installation_node(record))
            case Location():
                self._show(location_node(record))
            case Customer():
                self._show(customer_node(record))
            case Company():
                company = self._show(company_node(record))
                self._show(company_location_node(record, company))
            case Product():
                self._show_product(record)
            case Order():
                self._show_order(record)

    def remove(self, gid: str) -> None:
        """Take a record away that no other is a part of."""
        record = self.records.pop(gid)
        self.revision += 1
        self.nodes.pop(gid)
        del self._listed[type(record).__name__][gid]

    def snapshot(self) -> Snapshot:
        return Snapshot(dict(self.records), self._issued.copy())

    def restore(self, snapshot: Snapshot) -> None:
        """Put everything back as it was when the snapshot was taken."""
        self.records.clear()
        self.nodes.clear()
        self._listed.clear()
        self._issued = snapshot.issued.copy()
        for record in snapshot.records.values():
            self.put(record)

    def _show(self, node: Node) -> Node:
        known = self.nodes.setdefault(node["id"], node)
        if known is not node:
            known.clear()
            known.update(node)
        self._listed[node["__typename"]][node["id"]] = known
        return known

    def _show_product(self, record: Product) -> None:
        product = self._show(product_node(record))
        product["variants"] = [
            self._show(variant_node(variant, record, product, position))
            for position, variant in enumerate(record.variants, 1)
        ]

    def _show_order(self, order: Order) -> None:
        nodes = self.nodes
        nodes.setdefault(order.gid, {})  # its parts point back at it
        left = remaining_by_line(order)
        for line in order.lines:
            self._show(line_node(line, order, nodes, left[line.gid]))
        for transaction in order.transactions:
            self._show(transaction_node(transaction, order, nodes))
        for back in order.returns:
            nodes.setdefault(back.gid, {})  # refunds point at their return, and it at them
        for refund in order.refunds:
            self._show(refund_node(refund, order, nodes))
        for goods in order.fulfillment_orders:
            self._show(fulfillment_order_node(goods, order, nodes))
        for fulfillment in order.fulfillments:
            self._show(fulfillment_node(fulfillment, order, nodes))
        for back in order.returns:
            self._show(reverse_node(back, order, nodes))
            self._show(return_node(back, order, nodes))
        self._show(order_node(order, nodes))
