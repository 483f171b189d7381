"""Everything the shop holds, by id: the records, and the nodes Shopify would show of them.

A record is replaced, never changed, so a snapshot is a copy of one dict. Nodes refer to one
another and are therefore refreshed in place.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from sandbox.clock import Clock
from sandbox.jobs import Jobs
from sandbox.nodes import Node
from sandbox.nodes.collection import collection_node, publication_node
from sandbox.nodes.company import company_location_node, company_node
from sandbox.nodes.customer import customer_node
from sandbox.nodes.fulfillment import fulfillment_node, fulfillment_order_node
from sandbox.nodes.item import item_node
from sandbox.nodes.lazy import Around, Lazy, Ordered, metafield_finder, metafields_finder
from sandbox.nodes.line import line_node
from sandbox.nodes.location import location_node
from sandbox.nodes.media import media_node
from sandbox.nodes.metafield import definition_node, metafield_node
from sandbox.nodes.order import order_node
from sandbox.nodes.payment import refund_node, transaction_node
from sandbox.nodes.product import product_node, variant_node
from sandbox.nodes.returned import return_node, reverse_node
from sandbox.nodes.shop import installation_node, shop_node
from sandbox.nodes.translation import translation_node
from sandbox.outbox import Outbox
from sandbox.records.collection import Collection, Publication
from sandbox.records.company import Company
from sandbox.records.customer import Customer
from sandbox.records.location import Location
from sandbox.records.media import Media
from sandbox.records.metafield import OWNER_TYPES, Metafield, MetafieldDefinition
from sandbox.records.order import Order
from sandbox.records.product import Product, Variant
from sandbox.records.shop import Shop
from sandbox.records.translation import Translation
from sandbox.shelf import Record, Shelf
from sandbox.status import remaining_by_line
from sandbox.uploads import Uploads

Ender = Callable[[str, str | None], None]  # with a status and an error code


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


ALONE: Mapping[type, Callable[[Any], Node]] = {
    Location: location_node,
    Customer: customer_node,
    Publication: publication_node,
    MetafieldDefinition: definition_node,
}
WITH_OTHERS: Mapping[type, Callable[[Any, Around], Node]] = {
    Media: media_node,
    Collection: collection_node,
    Metafield: metafield_node,
    Translation: translation_node,
}
CHANNELS = (("Online Store", "online_store"), ("Point of Sale", "pos"))


@dataclass(frozen=True, slots=True)
class Snapshot:
    records: dict[str, Record]
    issued: Counter[str]


class Store(Shelf):
    """One shop in memory. Not safe for threads: the caller holds a lock."""

    def __init__(self, clock: Clock, shop: Shop | None = None) -> None:
        super().__init__()
        self.clock = clock
        self.revision = 0  # moves with every change
        self._issued: Counter[str] = Counter()
        self.outbox = Outbox()
        self.jobs = Jobs()
        self.uploads = Uploads()
        self.operations: dict[str, Node] = {}  # work that is asked about, by id
        self.enders: dict[str, Ender] = {}  # how to end a bulk operation before its time, by id
        self.put(shop or Shop())
        for name, handle in CHANNELS:
            self.put(Publication(self.new_gid("Publication"), name, handle))

    def new_gid(self, kind: str) -> str:
        """Return the next id of a type: the same ones in the same order on every run."""
        number = First.__members__.get(kind, First.DEFAULT) + self._issued[kind]
        self._issued[kind] += 1
        return f"gid://shopify/{kind}/{number}"

    def put(self, record: Record) -> None:
        """Take the record in, in place of the one with its id."""
        before = self.records.get(record.gid)
        self.records[record.gid] = record
        self.revision += 1
        match record:
            case Shop():
                self._show(shop_node(record))
                self._show(installation_node(record))
            case Company():
                company = self._owning(self._show(company_node(record)))
                self._show(company_location_node(record, company))
            case Product():
                self._show_product(record, before)
            case Order():
                self._show_order(record)
            case _:
                self._show_single(record)

    def _show_single(self, record: Record) -> None:
        """Show a record that is one node."""
        self._joined = None
        if type(record) in ALONE:
            self._owning(self._show(ALONE[type(record)](record)))
            return
        node = self._show(WITH_OTHERS[type(record)](record, self))
        if isinstance(record, Metafield):
            self._hang(record.owner_gid, node)
        elif isinstance(record, Translation):
            self._hang(record.resource_gid, node)

    def _owning(self, node: Node) -> Node:
        """Give a node that owns metafields the fields they are read by."""
        if node["__typename"] in OWNER_TYPES:
            node["metafield"] = metafield_finder(node["id"], self)
            node["metafields"] = metafields_finder(node["id"], self)
        return node

    def show_work(self, node: Node) -> None:
        """Show something that is under way; it is no record and goes with a restart."""
        self.revision += 1
        self._show(node)

    def remove(self, gid: str) -> None:
        """Let go of a record and of what only it had."""
        record = self.records.pop(gid)
        self.revision += 1
        self._joined = None
        self._forget([gid])
        if isinstance(record, Metafield | Translation):
            owner = record.owner_gid if isinstance(record, Metafield) else record.resource_gid
            self._hung[type(record).__name__, owner].pop(gid)
        if isinstance(record, Product):
            self._free_handle(record)
            self._forget_variants(record.variants)

    def snapshot(self) -> Snapshot:
        return Snapshot(dict(self.records), self._issued.copy())

    def restore(self, snapshot: Snapshot) -> None:
        """Put everything back as it was when the snapshot was taken; work under way is over."""
        self.jobs.clear()
        self.operations.clear()
        self.enders.clear()
        self.records.clear()
        self.nodes.clear()
        self._listed.clear()
        self._hung.clear()
        self.handles.clear()
        self._joined = None
        self._issued = snapshot.issued.copy()
        for record in snapshot.records.values():
            self.put(record)

    def _show(self, node: Node) -> Node:
        known = self.nodes.setdefault(node["id"], node)
        if known is not node:
            if isinstance(known, Lazy) and isinstance(node, Lazy):
                known.renew(node)
            else:
                known.clear()
                known.update(node)
        self._listed[node["__typename"]][node["id"]] = known
        return known

    def _hang(self, owner_gid: str, node: Node) -> None:
        self._hung.setdefault((node["__typename"], owner_gid), {})[node["id"]] = node

    def _show_product(self, record: Product, before: Record | None) -> None:
        product = self._show(product_node(record, self))
        product["variants"] = Ordered(
            self._show(variant_node(variant, record, product, position, self))
            for position, variant in enumerate(record.variants, 1)
        )
        for variant in record.variants:
            self._show(item_node(variant, record, self))
        if isinstance(before, Product):
            self._free_handle(before)
        self.handles[record.handle] = record.gid
        if isinstance(before, Product):
            kept = {variant.gid for variant in record.variants}
            gone = [variant for variant in before.variants if variant.gid not in kept]
            if gone:
                self._forget_variants(gone)

    def _free_handle(self, product: Product) -> None:
        """Give up a product's handle, unless another one of a file has the same and came later."""
        if self.handles.get(product.handle) == product.gid:
            del self.handles[product.handle]

    def _forget_variants(self, variants: Sequence[Variant]) -> None:
        """Let go of variants; orders that hold them show null in their place, as at Shopify."""
        gids = {gid for variant in variants for gid in (variant.gid, variant.inventory_item_gid)}
        self._forget(gids)
        for order in self.orders():
            if any(line.variant_gid in gids for line in order.lines):
                self._show_order(order)

    def _forget(self, gids: Iterable[str]) -> None:
        """Let go of nodes, and of what hangs onto them."""
        for gid in gids:
            self._listed[gid.split("/")[3]].pop(gid, None)
            self.nodes.pop(gid, None)
            for kind in ("Metafield", "Translation"):
                for hung in list(self._hung.pop((kind, gid), ())):
                    self.records.pop(hung, None)
                    self._forget([hung])

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
