"""The root lists: what matches a search, sorted, with the cursors' keys.

A list is kept until the shop changes, so that the pages of one walk sort and search once.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sandbox.gql import product_keys, search_keys
from sandbox.gql.connection import Ranked, ranked
from sandbox.gql.errors import NotServed
from sandbox.gql.search import Matcher, Search
from sandbox.nodes import Node
from sandbox.store import Store

KEPT = 16  # lists
Values = Mapping[str, Callable[[Node], str]]


def _millis(name: str) -> Callable[[Node], str]:
    """Return moments as Shopify's cursors carry them: milliseconds since the epoch."""
    return lambda node: f"{datetime.fromisoformat(node[name]).timestamp() * 1000:015.0f}"


def _text(name: str) -> Callable[[Node], str]:
    return lambda node: str(node[name] or "").lower()


def _number(name: str) -> Callable[[Node], str]:
    """Return whole numbers so that they sort as text; a million below zero is as low as it goes."""
    return lambda node: f"{node[name] + 1_000_000:012}"


def _by_id(_node: Node) -> str:
    return ""


DATES = {"ID": _by_id, "CREATED_AT": _millis("createdAt"), "UPDATED_AT": _millis("updatedAt")}


@dataclass(frozen=True, slots=True)
class Kind:
    """How one root list is searched and sorted."""

    typename: str
    keys: Mapping[str, Matcher]
    sorts: Values
    words: Matcher  # what a term without a key is looked for in


KINDS = {
    "orders": Kind(
        "Order",
        search_keys.ORDERS,
        {
            **DATES,
            "PROCESSED_AT": _millis("processedAt"),
            "ORDER_NUMBER": lambda node: f"{node['number']:012}",
        },
        search_keys.words(lambda node: (node["name"], node["email"])),
    ),
    "customers": Kind(
        "Customer",
        search_keys.CUSTOMERS,
        {**DATES, "NAME": _text("displayName")},
        search_keys.words(lambda node: (node["displayName"], node["email"])),
    ),
    "products": Kind(
        "Product",
        product_keys.PRODUCTS,
        {
            **DATES,
            "TITLE": _text("title"),
            "VENDOR": _text("vendor"),
            "PRODUCT_TYPE": _text("productType"),
            "INVENTORY_TOTAL": _number("totalInventory"),
        },
        search_keys.words(lambda node: (node["title"], node["vendor"], *node["tags"])),
    ),
    "productVariants": Kind(
        "ProductVariant",
        product_keys.VARIANTS,
        {
            "ID": _by_id,
            "SKU": _text("sku"),
            "TITLE": _text("title"),
            "FULL_TITLE": _text("displayName"),
            "POSITION": _number("position"),
            "INVENTORY_QUANTITY": _number("inventoryQuantity"),
        },
        search_keys.words(lambda node: (node["displayName"], node["sku"], node["barcode"])),
    ),
    "collections": Kind(
        "Collection",
        product_keys.COLLECTIONS,
        {"ID": _by_id, "TITLE": _text("title"), "UPDATED_AT": _millis("updatedAt")},
        search_keys.words(lambda node: (node["title"],)),
    ),
    "publications": Kind(
        "Publication", {}, {"ID": _by_id}, search_keys.words(lambda node: (node["name"],))
    ),
    "bulkOperations": Kind(
        "BulkOperation",
        search_keys.BULK_OPERATIONS,
        {"CREATED_AT": _millis("createdAt"), "ID": _by_id},
        search_keys.words(lambda node: (node["id"],)),
    ),
    "files": Kind(
        "File",
        product_keys.FILES,
        DATES,
        search_keys.words(lambda node: (node["filename"], node["alt"])),
    ),
    "fulfillmentOrders": Kind(
        "FulfillmentOrder",
        search_keys.FULFILLMENT_ORDERS,
        {"ID": _by_id},
        search_keys.words(lambda node: (node["orderName"],)),
    ),
    "locations": Kind(
        "Location",
        search_keys.LOCATIONS,
        {"ID": _by_id, "NAME": _text("name")},
        search_keys.words(lambda node: (node["name"],)),
    ),
}


@dataclass(frozen=True, slots=True)
class Listing:
    ranked: Ranked
    search: Search


class Listings:
    """The lists of one store, the latest kept."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._revision = -1
        self._kept: OrderedDict[tuple[str, str, str, bool], Listing] = OrderedDict()

    def find(self, root: str, args: Mapping[str, Any], *, shown: bool = True) -> Listing:
        """Return what the arguments match. `shown` narrows to what is shown unless asked for."""
        if args.get("savedSearchId"):
            raise NotServed(f"saved searches of {root}")
        key = (root, str(args.get("query") or ""), str(args.get("sortKey") or "ID"), shown)
        if self._revision != self.store.revision:
            self._kept.clear()
            self._revision = self.store.revision
        if key not in self._kept:
            self._kept[key] = self._made(*key)
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return self._kept[key]

    def _made(self, root: str, query: str, sort: str, shown: bool) -> Listing:  # noqa: FBT001
        kind = KINDS[root]
        if sort not in kind.sorts:
            raise NotServed(f"{root} sorted by {sort}")
        search = Search(query, kind.keys, kind.words)
        hidden = None if shown else HIDDEN.get(root)
        matches = [
            node
            for node in self._nodes(kind.typename)
            if not (hidden and hidden(node)) and search.predicate(node)
        ]
        return Listing(ranked(matches, kind.sorts[sort]), search)

    def _nodes(self, typename: str) -> Iterable[Node]:
        names = FILES if typename == "File" else (typename,)
        return (node for name in names for node in self.store.listed(name).values())


FILES = ("MediaImage", "Video", "ExternalVideo", "GenericFile")
# What a list leaves out unless it is asked to include it.
HIDDEN: Mapping[str, Callable[[Node], bool]] = {
    "locations": lambda node: not node["isActive"],
    "fulfillmentOrders": lambda node: node["status"] == "CLOSED",
}
