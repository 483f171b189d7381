"""Collections and publications, as Shopify shows them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sandbox.nodes import Node
from sandbox.nodes.lazy import (
    Around,
    Lazy,
    metafield_finder,
    metafields_finder,
    picked,
    translations_finder,
)
from sandbox.nodes.values import count, legacy_id, written
from sandbox.records.collection import Collection, Publication


class CollectionNode(Lazy):
    makers = {
        "products": lambda record, around: picked(around.nodes, record.product_gids),
        "metafield": lambda record, around: metafield_finder(record.gid, around),
        "metafields": lambda record, around: metafields_finder(record.gid, around),
        "translations": lambda record, around: translations_finder(record.gid, around),
        "hasProduct": lambda record, _: lambda args: args["id"] in record.product_gids,
        "ruleSet": lambda record, _: _rules(record),
        "seo": lambda _record, _around: {"title": None, "description": None},
    }


def _rules(record: Collection) -> Node | None:
    return {"appliedDisjunctively": False} if record.smart else None


def collection_node(record: Collection, around: Around) -> Lazy:
    fields = {
        "__typename": "Collection",
        "id": record.gid,
        "legacyResourceId": legacy_id(record.gid),
        "handle": record.handle,
        "title": record.title,
        "descriptionHtml": record.description_html,
        "updatedAt": written(record.updated_at),
        "sortOrder": "BEST_SELLING",
        "templateSuffix": None,
        "collectionType": "smart" if record.smart else "custom",  # for searches
        "productsCount": count(len(record.product_gids)),
    }
    return CollectionNode(fields, record, around)


def publication_node(record: Publication) -> Node:
    """Return the publication with its app, its one channel and its catalog."""
    number = legacy_id(record.gid)
    app = {
        "__typename": "App",
        "id": f"gid://shopify/App/{number}",
        "title": record.name,
        "handle": record.handle,
    }
    channel = {
        "__typename": "Channel",
        "id": f"gid://shopify/Channel/{number}",
        "name": record.name,
        "handle": record.handle,
        "supportsFuturePublishing": record.handle == "online_store",
        "app": app,
    }
    catalog: Node = {
        "__typename": "AppCatalog",
        "id": f"gid://shopify/AppCatalog/{number}",
        "title": record.name,
        "status": "ACTIVE",
        "apps": [app],
        "channels": [channel],
    }
    return {
        "__typename": "Publication",
        "id": record.gid,
        "name": record.name,
        "app": app,
        "autoPublish": False,
        "supportsFuturePublishing": channel["supportsFuturePublishing"],
        "catalog": catalog,
        "channels": [channel],
    }


Published = Iterable[tuple[str, datetime]]


def published_on(published: Published) -> Any:
    """Return `publishedOnPublication(publicationId:)`."""
    known = {gid for gid, _ in published}
    return lambda args: args["publicationId"] in known


def resource_publications(published: Published, typename: str, node: Node, around: Around) -> Any:
    """Return `resourcePublications` of a publishable."""

    def find(_args: Mapping[str, Any]) -> list[Node]:
        return [
            {
                "__typename": typename,
                "isPublished": True,
                "publishDate": written(since),
                "publication": around.nodes[gid],
                "publishable": node,
                "channel": around.nodes[gid]["channels"][0],
            }
            for gid, since in published
            if gid in around.nodes
        ]

    return find
