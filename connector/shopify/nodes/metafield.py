"""Metafields and their definitions, as `metafields_of` and `metafield_definitions` ask for them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class MetafieldNode:
    gid: str
    namespace: str
    key: str
    type: str
    value: str  # text or JSON, as Shopify writes it
    digest: str  # of the value: handed back to say which one was seen
    updated_at: datetime

    @classmethod
    def from_node(cls, node: dict[str, Any]) -> Self:
        """Raises KeyError, TypeError or ValueError when the answer has another shape."""
        return cls(
            gid=node["id"],
            namespace=node["namespace"],
            key=node["key"],
            type=node["type"],
            value=node["value"],
            digest=node["compareDigest"],
            updated_at=datetime.fromisoformat(node["updatedAt"]),
        )


@dataclass(frozen=True, slots=True)
class DefinitionNode:
    namespace: str
    key: str
    name: str
    type: str

    @classmethod
    def from_node(cls, node: dict[str, Any]) -> Self:
        """Raises KeyError or TypeError when the answer has another shape."""
        return cls(node["namespace"], node["key"], node["name"], node["type"]["name"])
