"""Nodes that write out only what everybody asks for, and the rest when somebody does.

A shop of ten thousand products is opened often and seldom read whole: pictures, options and
collections of a product are put together when a document selects them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, ClassVar, Protocol

from sandbox.nodes import Node, Nodes


class Around(Protocol):
    """What a node may look at besides its own record."""

    nodes: dict[str, Node]
    url: str  # of this server, without a slash at the end

    def listed(self, kind: str) -> Nodes: ...

    def collections_of(self, product_gid: str) -> Sequence[Node]: ...

    def metafields_of(self, owner_gid: str) -> Sequence[Node]: ...

    def translations_of(self, resource_gid: str) -> Sequence[Node]: ...

    @property
    def currency(self) -> str: ...

    @property
    def domain(self) -> str: ...

    @property
    def locale(self) -> str: ...


Maker = Callable[[Any, Around], Any]


class Lazy(dict[str, Any]):
    """A node whose fields that are not written out come from `makers`.

    A maker that returns a function serves a field with arguments: it is called with them.
    """

    __slots__ = ("around", "record")
    makers: ClassVar[Mapping[str, Maker]] = {}
    kept: ClassVar[frozenset[str]] = frozenset()  # made from the record alone: made once

    def __init__(self, fields: Node, record: Any, around: Around) -> None:
        super().__init__(fields)
        self.record = record
        self.around = around

    def __missing__(self, name: str) -> Any:
        made = self.makers[name](self.record, self.around)  # a KeyError says it is not served
        if name in self.kept:
            self[name] = made
        return made

    def renew(self, fresh: Lazy) -> None:
        """Become another node without becoming another object."""
        self.clear()
        self.update(fresh)
        self.record = fresh.record


class Ordered(list[Node]):
    """A list with an order of its own: it is paged by place and not by id."""


Finder = Callable[[Mapping[str, Any]], Any]


def metafield_finder(owner_gid: str, around: Around) -> Finder:
    """Return `metafield(namespace:, key:)` of an owner."""

    def find(args: Mapping[str, Any]) -> Node | None:
        key, namespace = args["key"], args.get("namespace")
        if namespace is None and "." in key:
            namespace, _, key = key.rpartition(".")
        for node in around.metafields_of(owner_gid):
            if node["key"] == key and node["namespace"] == (namespace or "custom"):
                return node
        return None

    return find


def metafields_finder(owner_gid: str, around: Around) -> Finder:
    """Return `metafields(namespace:, keys:)` of an owner."""

    def find(args: Mapping[str, Any]) -> list[Node]:
        namespace, keys = args.get("namespace"), args.get("keys")
        return [
            node
            for node in around.metafields_of(owner_gid)
            if (namespace is None or node["namespace"] == namespace)
            and (not keys or f"{node['namespace']}.{node['key']}" in keys or node["key"] in keys)
        ]

    return find


def translations_finder(resource_gid: str, around: Around) -> Finder:
    """Return `translations(locale:)` of a resource; of no market."""

    def find(args: Mapping[str, Any]) -> list[Node]:
        if args.get("marketId"):
            return []
        locale, outdated = args["locale"], args.get("outdated")
        return [
            node
            for node in around.translations_of(resource_gid)
            if node["locale"] == locale and (outdated is None or node["outdated"] is outdated)
        ]

    return find


def picked(nodes: Nodes, gids: Iterable[str]) -> Ordered:
    """Return the nodes that are there, in the order given."""
    return Ordered(nodes[gid] for gid in gids if gid in nodes)
