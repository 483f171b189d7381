"""What Shopify would tell by webhook: kept in order until somebody fetches it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sandbox.clock import written
from sandbox.nodes import Node

MOST = 10_000  # kept; the oldest go first


@dataclass(frozen=True, slots=True)
class Delivery:
    topic: str  # "products/update"
    at: datetime
    body: dict[str, Any]

    def shown(self) -> dict[str, Any]:
        return {"topic": self.topic, "at": written(self.at), "body": self.body}


class Outbox:
    def __init__(self) -> None:
        self.deliveries: list[Delivery] = []

    def add(self, topic: str, at: datetime, body: dict[str, Any]) -> None:
        self.deliveries.append(Delivery(topic, at, body))
        del self.deliveries[:-MOST]

    def taken(self, topic: str | None = None) -> list[Delivery]:
        """Return what is there, of one topic or all, and let go of it."""
        found = [d for d in self.deliveries if topic in {None, d.topic}]
        self.deliveries = [d for d in self.deliveries if topic not in {None, d.topic}]
        return found


def product_body(node: Node) -> dict[str, Any]:
    """Return what a products/… webhook says of a product, the part connectors read."""
    return {
        "id": int(node["legacyResourceId"]),
        "admin_graphql_api_id": node["id"],
        "title": node["title"],
        "handle": node["handle"],
        "body_html": node["descriptionHtml"],
        "vendor": node["vendor"],
        "product_type": node["productType"],
        "status": node["status"].lower(),
        "tags": ", ".join(node["tags"]),
        "created_at": node["createdAt"],
        "updated_at": node["updatedAt"],
        "published_at": node["publishedAt"],
        "variants": [
            {
                "id": int(variant["legacyResourceId"]),
                "admin_graphql_api_id": variant["id"],
                "product_id": int(node["legacyResourceId"]),
                "title": variant["title"],
                "sku": variant["sku"],
                "barcode": variant["barcode"],
                "price": variant["price"],
                "compare_at_price": variant["compareAtPrice"],
                "position": variant["position"],
                "updated_at": variant["updatedAt"],
            }
            for variant in node["variants"]
        ],
    }
