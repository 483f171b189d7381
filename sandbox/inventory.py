"""The stock of the shop: a level for each inventory item and place, and the nodes that show it.

A place has a level of an item, or the item is not stocked there. Levels move with orders, by
mutations, and at the control door as a merchant would move them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from sandbox.clock import Clock
from sandbox.footprint import difference, footprint
from sandbox.nodes import Node
from sandbox.nodes.inventory import level_node, show_level
from sandbox.nodes.values import count
from sandbox.records.inventory import Level
from sandbox.records.order import Order
from sandbox.records.product import Product

Key = tuple[str, str]  # inventory item, location


@dataclass(slots=True)
class Kept:
    """What is known of the stock beyond products, places and orders."""

    levels: dict[Key, Level] = field(default_factory=dict)
    bundles: set[str] = field(default_factory=set)  # items whose stock nobody may set
    # By idempotency key: what was asked for, and the answer.
    answers: dict[str, tuple[Any, Any]] = field(default_factory=dict)

    def copy(self) -> Kept:
        return Kept(dict(self.levels), set(self.bundles), dict(self.answers))


class Inventory:
    """The levels of one store."""

    def __init__(self, clock: Clock, new_gid: Callable[[str], str]) -> None:
        self.clock, self._new_gid = clock, new_gid
        self.clear()

    def clear(self) -> None:
        self.kept = Kept()
        self._nodes: dict[Key, Node] = {}
        self._items: dict[str, Node] = {}
        self._places: dict[str, Node] = {}
        self._item_of: dict[str, str] = {}  # by variant
        self._stocked: dict[str, tuple[tuple[str, int], ...]] = {}  # as the record last said
        # The active levels of an item or a place: as a list, and by the other one's id.
        self._lists: dict[str, list[Node]] = defaultdict(list)
        self._by_other: dict[str, dict[str, Node]] = defaultdict(dict)

    def restore(self, kept: Kept) -> None:
        """Put the stock back as it was; products and places are there already."""
        self.kept = kept.copy()
        for level in self.kept.levels.values():
            self._show(level)

    # -- what there is

    def item(self, gid: str) -> Node | None:
        return self._items.get(gid)

    def place(self, gid: str) -> Node | None:
        return self._places.get(gid)

    def level(self, item: str, place: str) -> Level | None:
        """The level of an item that is stocked at the place."""
        level = self.kept.levels.get((item, place))
        return level if level and level.active else None

    def node(self, item: str, place: str) -> Node:
        return self._nodes[item, place]

    # -- what comes

    def show_place(self, node: Node) -> None:
        """Take in a location's node."""
        self._places[node["id"]] = node
        self._listing(node)

    def show_product(self, record: Product, items: Mapping[str, Node], *, new: bool) -> None:
        """Take in a product's items, by variant; what is new is stocked where its record says.

        Where that says nothing, at the shop's own first place.
        """
        home = self._home() if new else None
        for variant in record.variants:
            item = items[variant.gid]
            self._item_of[variant.gid] = item["id"]
            fresh = item["id"] not in self._items
            self._items[item["id"]] = item
            self._listing(item)
            if new and variant.stocked and self._stocked.get(item["id"]) != variant.stocked:
                self._stocked[item["id"]] = variant.stocked
                for place, available in variant.stocked:
                    self.set(item["id"], place, available)
            elif home and fresh and not self._lists[item["id"]]:
                self.stock(item["id"], home, variant.inventory_quantity)
            elif not fresh or self._lists[item["id"]]:
                self._sum(item)

    def forget(self, items: Iterable[str]) -> None:
        """Let go of items that are gone, and of their levels."""
        for gid in items:
            item = self._items.pop(gid, None)
            if item is None:
                continue
            for place in list(self._by_other.pop(gid, ())):
                node = self._nodes.pop((gid, place))
                self._lists[place].remove(node)
                del self._by_other[place][gid]
            for key in [key for key in self.kept.levels if key[0] == gid]:
                del self.kept.levels[key]
                self._nodes.pop(key, None)
            self._lists.pop(gid, None)

    def _listing(self, owner: Node) -> None:
        levels = self._by_other[owner["id"]]
        owner["inventoryLevels"] = self._lists[owner["id"]]
        owner["inventoryLevel"] = lambda args: levels.get(
            args.get("locationId") or args.get("inventoryItemId") or ""
        )
        if owner["__typename"] == "InventoryItem":
            owner["locationsCount"] = count(len(levels))

    def _home(self) -> str | None:
        for gid, place in self._places.items():
            if place["isActive"] and not place["isFulfillmentService"]:
                return gid
        return None

    # -- what changes

    def stock(self, item: str, place: str, available: int = 0) -> None:
        """Make the item stocked at the place, with so many available; where it is, it stays."""
        level = self.kept.levels.get((item, place))
        if level is None:
            now, number = self.clock.now(), item.rsplit("/", 1)[1]
            gid = f"{self._new_gid('InventoryLevel')}?inventory_item_id={number}"
            self._put(Level(gid, item, place, available, now, now))
        elif not level.active:
            self._put(replace(level, active=True, available=available))

    def set(self, item: str, place: str, available: int) -> None:
        """Stock the item at the place, with so many available."""
        self.stock(item, place)
        self._put(replace(self.kept.levels[item, place], available=available))

    def unstock(self, item: str, place: str) -> None:
        if level := self.level(item, place):
            self._put(replace(level, active=False, available=0))

    def change(self, item: str, place: str, available: int = 0, committed: int = 0) -> None:
        """Move a level by so much; a place that did not stock the item does from now on."""
        self.stock(item, place)
        level = self.kept.levels[item, place]
        moved = replace(
            level, available=level.available + available, committed=level.committed + committed
        )
        self._put(moved)

    def set_incoming(self, item: str, place: str, incoming: int) -> None:
        self.stock(item, place)
        self._put(replace(self.kept.levels[item, place], incoming=incoming))

    def move(self, before: Order | None, after: Order) -> None:
        """Let the stock follow an order; items that are not tracked stay as they are."""
        moved = difference(footprint(before) if before else {}, footprint(after))
        for (variant, place), by in moved.items():
            item = self._item_of.get(variant)
            if item and self._items[item]["tracked"] and place in self._places:
                self.change(item, place, by.on_hand - by.committed, by.committed)

    def _put(self, level: Level) -> None:
        level = replace(level, updated_at=self.clock.now())
        self.kept.levels[level.item_gid, level.location_gid] = level
        self._show(level)

    def _show(self, level: Level) -> None:
        key = level.item_gid, level.location_gid
        item, place = self._items[level.item_gid], self._places[level.location_gid]
        if key not in self._nodes:
            self._nodes[key] = level_node(level, item, place)
        node = self._nodes[key]
        show_level(node, level)
        listed = level.location_gid in self._by_other[item["id"]]
        if listed != level.active:
            self._list(node, item, place, active=level.active)
        self._sum(item)

    def _list(self, node: Node, item: Node, place: Node, *, active: bool) -> None:
        for owner, other in ((item, place), (place, item)):
            if active:
                self._lists[owner["id"]].append(node)
                self._by_other[owner["id"]][other["id"]] = node
            else:
                self._lists[owner["id"]].remove(node)
                del self._by_other[owner["id"]][other["id"]]
        item["locationsCount"] = count(len(self._lists[item["id"]]))

    @staticmethod
    def _sum(item: Node) -> None:
        """A variant shows what is available at all places; a product, what all its variants do."""
        variant = item["variant"]
        levels = item["inventoryLevels"]
        available = sum(level["_quantities"]["available"]["quantity"] for level in levels)
        product = variant["product"]
        product["totalInventory"] += available - variant["inventoryQuantity"]
        variant["inventoryQuantity"] = available
