"""What of a record can be translated, and its translations, as Shopify shows them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any

from sandbox.nodes import Node
from sandbox.nodes.lazy import Around, Lazy, translations_finder
from sandbox.nodes.values import written
from sandbox.records.translation import Translation

# Key → field of the node, and the kind of text it is.
TEXTS: Mapping[str, tuple[tuple[str, str, str], ...]] = {
    "Product": (
        ("title", "title", "SINGLE_LINE_TEXT_FIELD"),
        ("body_html", "descriptionHtml", "HTML"),
        ("handle", "handle", "URI"),
        ("product_type", "productType", "SINGLE_LINE_TEXT_FIELD"),
    ),
    "Collection": (
        ("title", "title", "SINGLE_LINE_TEXT_FIELD"),
        ("body_html", "descriptionHtml", "HTML"),
        ("handle", "handle", "URI"),
    ),
    "Metafield": (("value", "value", "SINGLE_LINE_TEXT_FIELD"),),
}
SEO = (("meta_title", "title"), ("meta_description", "description"))


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def content(node: Node, locale: str) -> list[Node]:
    """Return the TranslatableContent of a record; a text that is empty is none."""
    return [
        {"key": key, "value": text, "digest": digest(text), "locale": locale, "type": kind}
        for key, text, kind in _texts(node)
        if text
    ]


def _texts(node: Node) -> Iterator[tuple[str, str | None, str]]:
    for key, field, kind in TEXTS[node["__typename"]]:
        yield key, node[field], kind
    if node["__typename"] == "Product":
        for key, field in SEO:
            yield key, node["seo"][field], "SINGLE_LINE_TEXT_FIELD"


def translatable(gid: str) -> bool:
    return gid.split("/")[3] in TEXTS


def resource_node(node: Node, around: Around) -> Node:
    """Return the TranslatableResource of a record."""
    return {
        "__typename": "TranslatableResource",
        "id": node["id"],
        "resourceId": node["id"],
        "translatableContent": lambda _args: content(node, around.locale),
        "translations": translations_finder(node["id"], around),
        "nestedTranslatableResources": lambda _args: [],
    }


def _outdated(record: Translation, around: Around) -> bool:
    texts = content(around.nodes[record.resource_gid], record.locale)
    return record.digest not in {text["digest"] for text in texts if text["key"] == record.key}


class TranslationNode(Lazy):
    makers = {"outdated": _outdated}


def translation_node(record: Translation, around: Around) -> Lazy:
    fields: Mapping[str, Any] = {
        "__typename": "Translation",
        "id": record.gid,
        "key": record.key,
        "locale": record.locale,
        "value": record.value,
        "market": None,
        "updatedAt": written(record.updated_at),
    }
    return TranslationNode(dict(fields), record, around)
