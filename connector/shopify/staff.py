"""Who works in a shop. Only shops on Advanced or Plus are told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

from connector.shopify.client import Client


@dataclass(frozen=True, slots=True)
class StaffNode:
    gid: str
    name: str
    email: str
    active: bool

    @classmethod
    def from_node(cls, node: dict[str, Any]) -> Self:
        """Raises KeyError or TypeError when the answer has another shape."""
        return cls(node["id"], node["name"], node["email"], node["active"])


def staff_members(client: Client) -> list[StaffNode]:
    """All of them. Raises as Client.execute: AccessDenied where the plan has none."""
    pages = client.pages("staff_members", ("staffMembers",), StaffNode.from_node, first=100)
    return [member for page in pages for member in page.nodes]
