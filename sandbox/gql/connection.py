"""Windows on lists: a connection's page of nodes, edges and page information.

Root lists are paged by key, so that a page stays where it is while records are added; the short
lists inside a record are paged by position.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sandbox.gql.cursor import Cursor, id_number, parsed
from sandbox.gql.errors import Failed, NotServed
from sandbox.nodes import Node
from sandbox.nodes.lazy import Ordered

Key = tuple[str, int]
MAX_PAGE = 250
PAGING = frozenset({"first", "last", "after", "before", "reverse"})
SORTED = PAGING | {"sortKey"}


@dataclass(frozen=True, slots=True)
class Ranked:
    """Nodes in order of their keys, ascending."""

    keys: Sequence[Key]
    nodes: Sequence[Node]

    def bounds(self, after: str | None, before: str | None, *, reverse: bool) -> tuple[int, int]:
        """Return the slice between two cursors, read in either direction."""
        low, high = 0, len(self.nodes)
        if reverse:
            after, before = before, after
        if after:
            low = bisect_right(self.keys, _key(after, self.keys))
        if before:
            high = bisect_left(self.keys, _key(before, self.keys))
        return low, max(low, high)

    def cursor(self, index: int) -> str:
        value, number = self.keys[index]
        return Cursor(number, value or str(number)).text()


def _key(text: str, keys: Sequence[Key]) -> Key:
    cursor = parsed(text)
    by_id = bool(keys) and not keys[0][0]
    return ("" if by_id else cursor.last_value, cursor.last_id)


def ranked(nodes: Sequence[Node], value: Callable[[Node], str]) -> Ranked:
    """Return the nodes sorted by that value, and by id where values are equal."""
    pairs = sorted(
        (((value(node), id_number(node["id"])), node) for node in nodes), key=lambda pair: pair[0]
    )
    return Ranked([key for key, _ in pairs], [node for _, node in pairs])


def page(listing: Ranked, args: Mapping[str, Any], *, edges: bool) -> Node:
    """Return the page of the listing that the arguments ask for, as a connection."""
    reverse = bool(args.get("reverse"))
    low, high = listing.bounds(args.get("after"), args.get("before"), reverse=reverse)
    indexes = range(high - 1, low - 1, -1) if reverse else range(low, high)
    taken, more, fewer = _cut(indexes, args)
    start_reached = (taken[0] if taken else low) != (len(listing.nodes) - 1 if reverse else 0)
    cursors = [listing.cursor(i) for i in (taken if edges else taken[:1] + taken[-1:])]
    nodes = [listing.nodes[i] for i in taken]
    return {
        "nodes": nodes,
        "edges": [
            {"cursor": cursor, "node": node}
            for cursor, node in (zip(cursors, nodes, strict=True) if edges else ())
        ],
        "pageInfo": {
            "hasNextPage": more,
            "hasPreviousPage": fewer or bool(taken and start_reached),
            "startCursor": cursors[0] if cursors else None,
            "endCursor": cursors[-1] if cursors else None,
        },
    }


def _cut(indexes: range, args: Mapping[str, Any]) -> tuple[list[int], bool, bool]:
    """Return the indexes of the page and whether there is more behind and before it."""
    first, last = _size(args, "first"), _size(args, "last")
    if first is not None and last is not None:
        raise Failed("providing both first and last is not supported")
    if first is not None:
        return list(indexes[:first]), len(indexes) > first, False
    if last is not None:
        start = max(0, len(indexes) - last)
        return list(indexes[start:]), bool(args.get("before")), start > 0
    raise Failed("you must provide one of first or last")


def _size(args: Mapping[str, Any], name: str) -> int | None:
    size = args.get(name)
    if size is None:
        return None
    if not 0 <= size <= MAX_PAGE:
        raise Failed(f"{name} must be between 0 and {MAX_PAGE}", "INVALID_FIELD_ARGUMENTS")
    return int(size)


def nested(nodes: Sequence[Node], args: Mapping[str, Any], connection: str, *, edges: bool) -> Node:
    """Return a page of a list inside a record. Raises NotServed for arguments beyond paging."""
    first = args.get("first")
    if not edges and len(args) == 1 and first is not None and 0 <= first <= MAX_PAGE:
        return _first(nodes, first)
    placed = isinstance(nodes, Ordered)
    known = SORTED if placed and args.get("sortKey") == "POSITION" else PAGING
    unknown = [name for name, value in args.items() if value and name not in known]
    if unknown:
        raise NotServed(f"the arguments {', '.join(unknown)} of {connection}")
    if placed:
        return page(_by_place(nodes), _placed(args, nodes), edges=edges)
    keys = [("", _number(node, index)) for index, node in enumerate(nodes)]
    return page(_by_position(nodes, keys), args, edges=edges)


def _first(nodes: Sequence[Node], first: int) -> Node:
    """Return the first page, which is nearly always asked for and nearly always all there is."""
    shown = nodes if len(nodes) <= first else nodes[:first]
    info: Node = {"hasNextPage": len(nodes) > first, "hasPreviousPage": False}
    if shown:
        place = "{:09}".format if isinstance(nodes, Ordered) else None
        info |= {
            "startCursor": _cursor(shown, 0, place),
            "endCursor": _cursor(shown, len(shown) - 1, place),
        }
    else:
        info |= {"startCursor": None, "endCursor": None}
    return {"nodes": shown, "edges": [], "pageInfo": info}


def _cursor(nodes: Sequence[Node], index: int, place: Callable[[int], str] | None) -> str:
    number = _number(nodes[index], index)
    return Cursor(number, place(index) if place else str(number)).text()


def _number(node: Node, index: int) -> int:
    """Return what stands for a node in a cursor: its id, or its place where it has none."""
    return id_number(node["id"]) if "id" in node else index


def _by_place(nodes: Sequence[Node]) -> Ranked:
    """Return a list in its own order: its keys are places, which cursors tell as their value."""
    keys = [(f"{place:09}", _number(node, place)) for place, node in enumerate(nodes)]
    return Ranked(keys, nodes)


def _placed(args: Mapping[str, Any], nodes: Sequence[Node]) -> dict[str, Any]:
    """Return the arguments with cursors that say where their node is by now."""
    places = {_number(node, place): place for place, node in enumerate(nodes)}
    found = dict(args)
    for name in ("after", "before"):
        if args.get(name):
            cursor = parsed(args[name])
            place = places.get(cursor.last_id)
            if place is not None:
                found[name] = Cursor(cursor.last_id, f"{place:09}").text()
    return found


def _by_position(nodes: Sequence[Node], keys: Sequence[Key]) -> Ranked:
    """Return the list in id order: the order in which lines were made."""
    pairs = sorted(zip(keys, nodes, strict=True), key=lambda pair: pair[0])
    return Ranked([key for key, _ in pairs], [node for _, node in pairs])
