"""One order as it arrived: the raw node, and what could be read from it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

import orjson

from connector.shopify.nodes.order import OrderNode
from connector.sync.errors import Unreadable


@dataclass(slots=True)
class Arrival:
    """An order of this run. `order` is None when its node cannot be read; then `error` says why."""

    node: dict[str, Any]
    raw: str
    digest: str
    order: OrderNode | None = None
    error: Unreadable | None = None
    staged: bool = False  # it waited in the list of orders to import
    asked: bool = False  # a person wants this very order

    @property
    def gid(self) -> str:
        return str(self.node.get("id") or f"?{self.digest}")

    @property
    def name(self) -> str:
        return str(self.node.get("name") or self.gid)


def arrival(node: dict[str, Any], *, staged: bool = False, asked: bool = False) -> Arrival:
    """Read one node. Raises nothing that the node is to blame for: see `Arrival.error`."""
    raw = orjson.dumps(node)
    digest = hashlib.blake2b(raw, digest_size=16).hexdigest()
    arrived = Arrival(node, raw.decode(), digest, staged=staged, asked=asked)
    try:
        arrived.order = OrderNode.from_node(node)
    except (KeyError, TypeError, ValueError, ArithmeticError) as exc:
        arrived.error = Unreadable(f"Shopify's answer for this order cannot be read: {exc!r}")
    return arrived
